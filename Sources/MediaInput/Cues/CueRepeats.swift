/// Messages are sent again and again until their time has come; those who listen want each once.
///
/// A value, of bounded size: it remembers the last messages that named a time.
struct CueRepeats {
    private var known: [CueArrival] = []

    private static let memory = 64

    /// Whether nothing equal came lately. Messages without a time are always new: each means another instant.
    mutating func isNew(_ arrival: CueArrival) -> Bool {
        guard arrival.stamp != nil else { return true }
        if known.contains(arrival) { return false }
        if known.count == Self.memory { known.removeFirst() }
        known.append(arrival)
        return true
    }
}
