/// What a reader of journals has met that no sound one has.
package struct JournalDamage: Hashable, Sendable {
    /// Lines that are no events; they were passed over.
    package private(set) var lines = 0
    /// Events that are missing between others, those of damaged lines included.
    package private(set) var missingEvents: Int64 = 0

    package init() {}

    package mutating func add(_ piece: JournalReader.Piece) {
        lines += piece.damagedLines
        missingEvents += piece.missingEvents
    }

    /// For people; nil where there is nothing to say.
    package var text: String? {
        var parts: [String] = []
        if lines > 0 {
            parts.append("\(lines) \(lines == 1 ? "line is not an event" : "lines are not events")")
        }
        if missingEvents > 0 {
            parts.append("\(missingEvents) \(missingEvents == 1 ? "event is" : "events are") missing")
        }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
}
