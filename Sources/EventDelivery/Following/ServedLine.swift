package import EventJournal

/// A line of events on its way to a reader, and the place behind it.
package struct ServedLine: Hashable, Sendable {
    /// As it comes, in its envelope, without newline. Empty where there is nothing to show, only a place to
    /// remember.
    package var bytes: [UInt8]
    /// What stands in the envelope; `bytes` where there is none.
    package var body: ArraySlice<UInt8>
    /// Where the feeds are to be read on once the line is taken; empty where it says nothing of that.
    package var places: [String: JournalCursor]

    /// - Parameters:
    ///   - bytes: the line.
    ///   - body: the part of it that is the event; nil: all of it.
    ///   - places: by name of feed.
    package init(_ bytes: [UInt8], body: ArraySlice<UInt8>? = nil, places: [String: JournalCursor]) {
        self.bytes = bytes
        self.body = body ?? bytes[...]
        self.places = places
    }

    /// An event of the journal in its envelope.
    package init(feed: String, run: String, line: JournalLine) {
        let cursor = JournalCursor(run: run, sequence: line.sequence)
        let bytes = DeliveredLine.envelope(feed: feed, cursor: cursor, line: line)
        // The envelope closes with one brace.
        let body = bytes[(bytes.count - 1 - line.bytes.count)..<(bytes.count - 1)]
        self.init(bytes, body: body, places: [feed: cursor])
    }

    /// The line with its newline; empty where there is nothing to show.
    package func text(envelope: Bool) -> [UInt8] {
        bytes.isEmpty ? [] : (envelope ? bytes : Array(body)) + [UInt8(ascii: "\n")]
    }
}
