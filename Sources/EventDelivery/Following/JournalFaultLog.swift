internal import EventJournal
package import Logging
internal import Platform
internal import Synchronization

/// Tells the log what readers find missing or damaged in journals: each place once, however many readers come
/// by.
package final class JournalFaultLog: Sendable {
    private let log: Logger
    /// By name of feed, the places that were told.
    private let told = Mutex<[String: Set<String>]>([:])

    /// Places of a feed that are told, at most.
    private static let most = 100

    package init(log: Logger) { self.log = log }

    /// Takes what a reader of `feed` has found.
    func note(_ piece: JournalReader.Piece, of feed: String) {
        if let place = piece.damagedPlace,
            isNews("\(place.segment.run):\(place.segment.first)+\(place.offset)", feed)
        {
            log.warning(
                "journal: lines that are not events are skipped; see `scened journal verify`",
                metadata: [
                    "feed": "\(feed)", "lines": "\(piece.damagedLines)", "run": "\(place.segment.run)",
                    "segment": "\(place.segment.first)", "byte": "\(place.offset)",
                ])
        }
        if piece.missingEvents > 0, let place = piece.expired, isNews("\(place)", feed) {
            log.warning(
                "journal: events are missing between others, readers are told",
                metadata: ["feed": "\(feed)", "events": "\(piece.missingEvents)", "up to": "\(place)"])
        }
        if let reason = piece.unreadable, isNews(reason.path, feed) {
            log.warning(
                "journal: a segment cannot be read, its readers are told that it is gone",
                metadata: ["feed": "\(feed)", "reason": "\(reason)"])
        }
    }

    private func isNews(_ place: String, _ feed: String) -> Bool {
        told.withLock { told in
            guard told[feed]?.count ?? 0 < Self.most else { return false }
            return told[feed, default: []].insert(place).inserted
        }
    }
}
