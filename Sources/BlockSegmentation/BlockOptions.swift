/// What a user may choose about blocks.
package struct BlockOptions: Hashable, Sendable {
    /// Seconds that `delay` may be.
    package static let delays = 15...600

    /// Evidence that can be left out. Cuts cannot.
    package enum Evidence: String, Hashable, Sendable, CaseIterable {
        case mark, black, silence, loudness, music, bars, recurrence, cues
    }

    /// Seconds of media between a moment and the decision about its block, within `delays`. By 90 s a row of
    /// trailers that show the channel's mark has passed, and no longer looks like the program.
    package var delay = 90
    /// What counts for nothing.
    package var without: Set<Evidence> = []
    /// Blocks say what spoke for them.
    package var givesReasons = false

    package init() {}
}
