/// A hard cut told before it is certain, or what became of it.
///
/// Told once as `provisional`, then once as `final` or `retracted`: no later answer about the same picture
/// follows.
package struct CutNotice: Hashable, Sendable {
    package enum State: String, Hashable, Sendable, CaseIterable {
        /// A shot seems to begin here.
        case provisional
        /// It does: the cut has been reported.
        case final
        /// It does not.
        case retracted
    }

    /// The first picture of what may be a new shot.
    package var at: Instant
    package var state: State
    /// The probability, as far as it was known when this was told.
    package var score: Score

    package init(at: Instant, state: State, score: Score) {
        self.at = at
        self.state = state
        self.score = score
    }

    /// 0 for the first answer, 1 for the second and last.
    package var revision: Int { state == .provisional ? 0 : 1 }
}
