internal import Timeline

/// How an event looks outside the journal: as it is, or in an envelope that says where it belongs.
package enum DeliveredLine {
    /// `{"feed":...,"cursor":"run:seq","event":{...}}` without newline.
    package static func envelope(feed: String, cursor: JournalCursor, line: JournalLine) -> [UInt8] {
        Array("{\"feed\":\"\(feed)\",\"cursor\":\"\(cursor)\",\"event\":".utf8) + line.bytes + [
            UInt8(ascii: "}")
        ]
    }

    /// A record in the place of events that are no longer kept: the reader was away, or slow, for too long. Without newline.
    package static func expired(feed: String, oldest: JournalCursor) -> [UInt8] {
        var object = JSONLine()
        object.field("v", EventWriter.schemaVersion)
        object.field("type", "cursor_expired")
        object.field("feed", feed)
        object.field("oldest", oldest.description)
        return Array(object.object.utf8)
    }

    /// The answer to a request that cannot be served, without newline.
    package static func refusal(_ reason: String) -> String {
        var object = JSONLine()
        object.field("v", EventWriter.schemaVersion)
        object.field("type", "error")
        object.field("reason", reason)
        return object.object
    }

    /// A batch as lines with newlines.
    package static func lines(_ batch: EventFollower.Batch, envelope: Bool) -> [UInt8] {
        let newline = UInt8(ascii: "\n")
        var bytes: [UInt8] = []
        if let oldest = batch.expired { bytes += expired(feed: batch.feed, oldest: oldest) + [newline] }
        for line in batch.lines {
            if envelope {
                let cursor = JournalCursor(run: batch.run, sequence: line.sequence)
                bytes += Self.envelope(feed: batch.feed, cursor: cursor, line: line)
            } else {
                bytes += line.bytes
            }
            bytes.append(newline)
        }
        return bytes
    }
}
