package import EventJournal

/// What a reader of events gets as server-sent events (WHATWG HTML, 9.2.6): a message for each event, whose
/// `id` is the place behind it.
///
/// A message without `data` is no event to its reader, and sets its place all the same: so it is told of the
/// place where events come that it does not want. A value without a clock.
package struct EventStreamText {
    private let isOneFeed: Bool
    private let envelope: Bool
    private var places: [String: JournalCursor]
    /// When the last `id` was written, seconds.
    private var told: Double

    /// Seconds between two places without events where several feeds are read: such an `id` names each.
    package static let interval = 15.0

    /// - Parameters:
    ///   - request: what the reader asked for.
    ///   - places: where each feed is read from.
    ///   - now: seconds on the monotonic clock.
    package init(_ request: EventRequest, places: [String: JournalCursor], now: Double) {
        isOneFeed = request.selection.feeds?.count == 1
        envelope = request.usesEnvelope
        self.places = places
        told = now
    }

    /// A place without an event; empty where there is none yet. Who comes back before the next event goes on
    /// from there.
    package var place: String { places.isEmpty ? "" : "id: \(identity)\n\n" }

    /// The places as one text, which `EventStart` reads.
    private var identity: String {
        isOneFeed ? places.first?.value.description ?? "" : DeliveredLine.text(places)
    }

    /// Takes a batch.
    ///
    /// - Parameters:
    ///   - batch: the next one.
    ///   - now: seconds on the monotonic clock.
    /// - Returns: its messages; empty where there is nothing to say.
    package mutating func messages(_ batch: EventFollower.Batch, now: Double) -> String {
        var text = ""
        func add(_ type: String, _ data: [UInt8], behind cursor: JournalCursor) {
            places[batch.feed] = cursor
            text += "id: \(identity)\nevent: \(type)\ndata: \(String(decoding: data, as: UTF8.self))\n\n"
        }
        if let oldest = batch.expired {
            add("cursor_expired", DeliveredLine.expired(feed: batch.feed, oldest: oldest), behind: oldest)
        }
        for line in batch.lines {
            let cursor = JournalCursor(run: batch.run, sequence: line.sequence)
            let data =
                envelope
                ? DeliveredLine.envelope(feed: batch.feed, cursor: cursor, line: line) : line.bytes
            add(line.type, data, behind: cursor)
        }
        if batch.hasUnshownEnd {
            places[batch.feed] = batch.cursor
            if isOneFeed || now - told >= Self.interval { text += place }
        }
        if !text.isEmpty { told = now }
        return text
    }
}
