/// What a user may choose about blocks.
package struct BlockOptions: Hashable, Sendable {
    /// Seconds of media between a moment and the decision about its block, from 15 to 600. By 90 s a row of
    /// trailers that show the channel's mark has passed, and no longer looks like the program.
    package var delay = 90

    package init() {}
}
