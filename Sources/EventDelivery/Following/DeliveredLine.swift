package import EventJournal
internal import Timeline
internal import JSONText
internal import SceneEvents

/// How an event looks outside the journal: as it is, or in an envelope that says where it belongs.
package enum DeliveredLine {
    /// `{"feed":...,"cursor":"run:seq","event":{...}}` without newline.
    package static func envelope(feed: String, cursor: JournalCursor, line: JournalLine) -> [UInt8] {
        Array("{\"feed\":\"\(feed)\",\"cursor\":\"\(cursor)\",\"event\":".utf8) + line.bytes + [
            UInt8(ascii: "}")
        ]
    }

    /// Undoes `envelope`; nil where `line` is none.
    package static func opened(_ line: [UInt8]) -> (
        feed: String, cursor: JournalCursor, line: ArraySlice<UInt8>
    )? {
        let (opening, middle, closing) = ("{\"feed\":\"", "\",\"cursor\":\"", "\",\"event\":")
        var rest = line[...]
        guard rest.starts(with: opening.utf8), rest.last == UInt8(ascii: "}") else { return nil }
        rest = rest.dropFirst(opening.utf8.count).dropLast()
        let feed = rest.prefix { $0 != UInt8(ascii: "\"") }
        rest = rest[feed.endIndex...]
        guard rest.starts(with: middle.utf8) else { return nil }
        rest = rest.dropFirst(middle.utf8.count)
        let text = rest.prefix { $0 != UInt8(ascii: "\"") }
        rest = rest[text.endIndex...]
        guard rest.starts(with: closing.utf8),
            let cursor = JournalCursor(String(decoding: text, as: UTF8.self))
        else {
            return nil
        }
        return (String(decoding: feed, as: UTF8.self), cursor, rest.dropFirst(closing.utf8.count))
    }

    /// A record in the place of events that are no longer kept: the reader was away, or slow, for too long.
    /// Without newline.
    package static func expired(feed: String, oldest: JournalCursor) -> [UInt8] {
        var object = JSONLine()
        object.field("v", EventWriter.schemaVersion)
        object.field("type", "cursor_expired")
        object.field("feed", feed)
        object.field("oldest", oldest.description)
        return Array(object.object.utf8)
    }

    /// Where feeds are read on, for a reader that asked to be told: the first line says it of each, and a
    /// later one of a feed whose last events are of no type that the reader wants. Without newline.
    package static func places(_ cursors: [String: JournalCursor]) -> String {
        var object = JSONLine()
        object.field("v", EventWriter.schemaVersion)
        object.field("type", "cursor")
        object.field("cursor", text(cursors))
        return object.object
    }

    /// Places in several feeds as one text, which `EventStart` reads.
    package static func text(_ cursors: [String: JournalCursor]) -> String {
        cursors.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
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
