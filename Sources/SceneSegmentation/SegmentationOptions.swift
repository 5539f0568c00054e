/// What `SceneSegmenter` is told beside the scores.
package struct SegmentationOptions: Hashable, Sendable {
    /// tau in seconds: gaps under it keep the ring, and watermarks are that far apart.
    package var splitAfter: Double
    /// D in seconds of media from a candidate to its decision; nil waits for the full window. At least the
    /// detector's lag (`SplitRule.resolve` checks it).
    package var deadline: Double?
    /// Whether a boundary may lie inside a shot, at the end of a part (contract 6).
    package var intraShot: Bool
    package var decision: DecisionOptions
    /// Whether undecided boundaries are told as they look when parts arrive (contract 11).
    package var isProvisional: Bool
    /// Whether what moves each score is told in front of it.
    package var givesReasons: Bool

    package init(
        splitAfter: Double, deadline: Double? = nil, intraShot: Bool = false, isProvisional: Bool = false,
        givesReasons: Bool = false, decision: DecisionOptions
    ) {
        precondition(splitAfter > 0, "tau is positive")
        precondition(deadline.map { $0 >= 0 } ?? true, "a deadline is not negative")
        self.splitAfter = splitAfter
        self.deadline = deadline
        self.intraShot = intraShot
        self.isProvisional = isProvisional
        self.givesReasons = givesReasons
        self.decision = decision
    }
}
