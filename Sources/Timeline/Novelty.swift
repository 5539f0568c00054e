/// Something other than usual is on from an instant on, or the usual is on again (contract 25).
package struct Novelty: Hashable, Sendable {
    package enum State: String, Hashable, Sendable, CaseIterable {
        /// The mean novelty of the last parts is higher than the archive's usual range.
        case new
        /// It is back within.
        case usual
    }

    /// End of the part that decided it.
    package var at: Instant
    package var state: State
    /// Mean of the last parts, that one included.
    package var level: Nats
    /// What it went above, or below.
    package var limit: Nats

    package init(at: Instant, state: State, level: Nats, limit: Nats) {
        self.at = at
        self.state = state
        self.level = level
        self.limit = limit
    }
}
