package import EventJournal

/// From where a reader wants events.
package enum EventStart: Hashable, Sendable {
    /// Only what comes from now on.
    case now
    /// Everything that is kept.
    case oldest
    /// After these places. The key is the name of a feed; empty where the reader named none, until
    /// `EventDirectory.admitted` has found out whose place it is. Feeds without a place begin with their
    /// oldest event.
    case after([String: JournalCursor])

    /// Reads `now`, `start`, `run:seq`, or `feed=run:seq` separated by commas; nil where it is none of these.
    package init?(_ text: String) {
        switch text {
        case "now": self = .now
        case "start": self = .oldest
        default:
            var cursors: [String: JournalCursor] = [:]
            for part in text.split(separator: ",", omittingEmptySubsequences: false) {
                let fields = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard let last = fields.last, let cursor = JournalCursor(last) else { return nil }
                let feed = fields.count == 2 ? String(fields[0]) : ""
                guard feed.isEmpty || FeedName.isValid(feed),
                    cursors.updateValue(cursor, forKey: feed) == nil
                else { return nil }
            }
            self = .after(cursors)
        }
    }

    /// The text that `init` reads.
    package var text: String {
        switch self {
        case .now: "now"
        case .oldest: "start"
        case .after(let cursors):
            cursors.sorted { $0.key < $1.key }.map {
                $0.key.isEmpty ? "\($0.value)" : "\($0.key)=\($0.value)"
            }
            .joined(separator: ",")
        }
    }

    /// The place to read `feed` from; nil: from its oldest event. `isLate`: the feed was added after the
    /// reader came, so that "now" is before all it told in this process.
    func cursor(for feed: String, _ entry: EventDirectory.Entry, isLate: Bool) -> JournalCursor? {
        switch self {
        case .now: isLate ? entry.start : entry.durable
        case .oldest: nil
        case .after(let cursors): cursors[feed]
        }
    }

    /// What of it holds for a reader of `feed` alone.
    package func only(_ feed: String) -> EventStart {
        guard case .after(let cursors) = self else { return self }
        guard let cursor = cursors[feed] ?? cursors[""] else { return .oldest }
        return .after([feed: cursor])
    }

    /// The same with the place that names no feed given to `feed`.
    func naming(_ feed: String) -> EventStart {
        guard case .after(var cursors) = self, let cursor = cursors.removeValue(forKey: "") else {
            return self
        }
        cursors[feed] = cursors[feed] ?? cursor
        return .after(cursors)
    }

    /// A place is given without the name of its feed.
    var isUnnamed: Bool {
        guard case .after(let cursors) = self else { return false }
        return cursors[""] != nil
    }
}
