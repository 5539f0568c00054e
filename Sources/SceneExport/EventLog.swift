package import Timeline

/// What an event stream says in the end: its scenes, with every revision applied.
///
/// Built from the JSON lines of any version 1 producer; see `EventLogReader` for what is tolerated. Everything in it
/// has been checked: instants lie within a century of the first picture, so arithmetic on them cannot overflow.
package struct EventLog: Sendable {
    /// Name of the feed, as the producer gave it; may hold any characters.
    package var feed: String
    /// Length of one tick of every `LoggedInstant`.
    package var timeBase: TimeBase
    /// Final scenes in order of their start. They do not overlap; gaps may lie between them.
    package var scenes: [LoggedScene]
    /// Why the stream ended; nil if it is unfinished or gives a reason unknown to this version.
    package var endReason: StreamEnd.Reason?
    /// What the reader should be told; the log is usable all the same.
    package var warnings: [EventLogWarning]

    /// Reads lines, with or without their newlines. O(bytes), plus sorting scenes that arrive out of order.
    package init(reading lines: some Sequence<String>) throws(ExportError) {
        var reader = EventLogReader()
        for line in lines { try reader.push(line: line.utf8) }
        self = try reader.finish()
    }

    /// Reads a whole stream at once: lines separated by newlines.
    package init(reading bytes: [UInt8]) throws(ExportError) {
        var reader = EventLogReader()
        var rest = bytes[...]
        while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
            try reader.push(line: rest[..<newline])
            rest = rest[(newline + 1)...]
        }
        try reader.push(line: rest)
        self = try reader.finish()
    }

    init(
        feed: String, timeBase: TimeBase, scenes: [LoggedScene], endReason: StreamEnd.Reason?,
        warnings: [EventLogWarning]
    ) {
        self.feed = feed
        self.timeBase = timeBase
        self.scenes = scenes
        self.endReason = endReason
        self.warnings = warnings
    }
}
