/// What a user may choose about blocks.
package struct BlockOptions: Hashable, Sendable {
    /// Seconds of media between a moment and the decision about its block, from 15 to 600.
    package var delay = 60

    package init() {}
}
