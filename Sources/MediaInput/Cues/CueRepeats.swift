import Timeline

/// Messages are sent again and again until their time has come; those who listen want each once.
///
/// A value, of bounded size: it remembers the last messages that named a time of the clock that runs.
struct CueRepeats {
    private var known: [CueArrival] = []

    private static let memory = 64

    /// Whether nothing equal came lately. Messages without a time are always new: each means another instant.
    /// So are chapters, which nobody repeats. Behind one that cancels, what it cancels may be announced anew.
    mutating func isNew(_ arrival: CueArrival) -> Bool {
        let message = arrival.message
        if message.isCancelled { known.removeAll { $0.message.eventID == message.eventID } }
        guard arrival.stamp != nil, message.kind != .chapter else { return true }
        if known.contains(arrival) { return false }
        if known.count == Self.memory { known.removeFirst() }
        known.append(arrival)
        return true
    }

    /// The clock was reset: equal times are other instants from here on.
    mutating func forget() { known = [] }
}
