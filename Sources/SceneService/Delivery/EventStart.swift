/// From where a reader wants events.
package enum EventStart: Hashable, Sendable {
    /// Only what comes from now on.
    case now
    /// Everything that is kept.
    case oldest
    /// After these places. The key is the name of a feed; empty where the reader named none. Feeds without a place begin with
    /// their oldest event.
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
                guard feed.isEmpty || FeedConfiguration.isName(feed),
                    cursors.updateValue(cursor, forKey: feed) == nil
                else { return nil }
            }
            self = .after(cursors)
        }
    }

    /// The place to read `feed` from; nil: from its oldest event.
    func cursor(for feed: String, _ entry: EventDirectory.Entry, isOnlyFeed: Bool) -> JournalCursor? {
        switch self {
        case .now: entry.durable
        case .oldest: nil
        case .after(let cursors): cursors[feed] ?? (isOnlyFeed ? cursors[""] : nil)
        }
    }
}
