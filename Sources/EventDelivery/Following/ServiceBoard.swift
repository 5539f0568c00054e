package import FeedRuntime
package import EventJournal
package import Timeline
internal import Synchronization

/// How the service stands, for metrics, health and status: written by those who know, read as a whole.
package final class ServiceBoard: Sendable {
    /// One feed, and its journal.
    package struct FeedEntry: Sendable {
        /// nil until the feed has spoken.
        package var status: FeedStatus?
        /// Events that were told, by type.
        package var events: [String: Int] = [:]
        /// Gaps that were told, and the seconds without pictures for which they stand, by reason.
        package var gaps: [Gap.Reason: Int] = [:]
        package var gapSeconds: [Gap.Reason: Double] = [:]
        /// Events that found no room while the disk refused.
        package var omittedEvents = 0
        /// Media time between a final boundary and the picture that decided it, seconds.
        package var boundaryDelay = Histogram(bounds: Histogram.delayBounds)
        /// Seconds that writes and syncs took.
        package var flush = Histogram(bounds: Histogram.diskBounds)
        /// The last event on disk.
        package private(set) var durable: JournalCursor?
        package private(set) var arrivals = ArrivalTimes()
        package var journalBytes: Int64 = 0
        /// Bytes that wait for the disk.
        package var waitingBytes = 0
        /// Why the journal cannot be written or looked after; nil if it can.
        package var journalTrouble: String?
        /// Attempts that the disk refused.
        package var journalErrors = 0
        /// How often a file of the journal was removed, replaced or shortened by somebody else.
        package var journalLosses = 0
        /// What the machine does not give the feed, so that it cannot begin; nil while it has what it needs.
        package var shortage: String?

        /// The events up to `cursor` are on disk. `now`: seconds on the monotonic clock.
        package mutating func note(durable cursor: JournalCursor, now: Double) {
            durable = cursor
            arrivals.note(cursor, now: now)
        }
    }

    /// One sink and one feed.
    package struct SinkEntry: Sendable {
        /// Up to where it has taken events; nil until it has begun.
        package var taken: JournalCursor?
        /// It will take nothing any more.
        package var isClosed = false
        package var delivered = 0
        package var errors = 0
        /// Why the last attempt failed; nil if it did not.
        package var trouble: String?
        /// The trouble is on this machine: its files or its configuration, and not whoever takes the events.
        package var isOurs = false
    }

    package struct SinkKey: Hashable, Sendable {
        package var sink: String
        package var feed: String

        package init(sink: String, feed: String) {
            self.sink = sink
            self.feed = feed
        }
    }

    /// Everything at one moment.
    package struct Snapshot: Sendable {
        package var version = ""
        /// Libraries: name and version.
        package var build: [String: String] = [:]
        /// What keeps the service from being ready, one line each.
        package var notReady: [String] = ["starting"]
        package var feeds: [String: FeedEntry] = [:]
        package var sinks: [SinkKey: SinkEntry] = [:]
        package var clients: [String: Int] = [:]
        package var suppressedLogLines = 0
        /// Seconds that the encoder for a part and the scorer for a window took, by `ChosenModel.Stage`; all
        /// feeds together.
        package var inference: [String: Histogram] = [:]
        package var reloads = 0
        package var failedReloads = 0

        /// What is on disk and a sink has not taken, whatever the sink is doing. One that takes nothing any
        /// more waits for nothing.
        ///
        /// - Parameters:
        ///   - sink: the sink and the feed.
        ///   - now: seconds on the monotonic clock.
        /// - Returns: events, of the newest run only where the sink is at an older one, and the seconds for
        ///   which the oldest has waited.
        package func backlog(of sink: SinkKey, now: Double) -> (events: Int64, seconds: Double) {
            guard let entry = sinks[sink], !entry.isClosed, let feed = feeds[sink.feed],
                let durable = feed.durable
            else { return (0, 0) }
            let taken = entry.taken ?? JournalCursor(run: "", sequence: 0)
            guard durable > taken else { return (0, 0) }
            let events = durable.sequence - (durable.run == taken.run ? taken.sequence : 0)
            return (events, feed.arrivals.wait(behind: taken, now: now) ?? 0)
        }

        /// What keeps the service from doing its work, one line each: none of it is the fault of a feed's
        /// source or of whoever takes the events.
        package var reasons: [String] {
            notReady
                + feeds.sorted { $0.key < $1.key }.compactMap { feed, entry in
                    (entry.shortage ?? entry.journalTrouble).map { "feed \(feed): \($0)" }
                }
                + sinks.sorted { ($0.key.sink, $0.key.feed) < ($1.key.sink, $1.key.feed) }.compactMap {
                    key, entry in
                    entry.isOurs ? entry.trouble.map { "sink \(key.sink), feed \(key.feed): \($0)" } : nil
                }
        }
    }

    private let state = Mutex(Snapshot())
    private let redact: @Sendable (String) -> String

    /// - Parameter redact: takes secrets out of troubles, which hold what others say: a worker, a receiver.
    package init(redact: @escaping @Sendable (String) -> String = { $0 }) { self.redact = redact }

    package var snapshot: Snapshot { state.withLock { $0 } }

    package func update(_ change: (inout Snapshot) -> Void) { state.withLock { change(&$0) } }

    package func update(_ feed: String, _ change: (inout FeedEntry) -> Void) {
        state.withLock { state in
            change(&state.feeds[feed, default: FeedEntry()])
            state.feeds[feed]?.hideSecrets(redact)
        }
    }

    package func update(_ sink: SinkKey, _ change: (inout SinkEntry) -> Void) {
        state.withLock { state in
            change(&state.sinks[sink, default: SinkEntry()])
            state.sinks[sink]?.hideSecrets(redact)
        }
    }

    /// Forgets what a sink had taken of a feed: it is in the configuration no more.
    package func remove(sink: SinkKey) { state.withLock { $0.sinks[sink] = nil } }

    /// Forgets a feed that was taken out of the configuration.
    package func remove(feed: String) {
        state.withLock { state in
            state.feeds[feed] = nil
            for key in state.sinks.keys where key.feed == feed { state.sinks[key] = nil }
        }
    }
}

extension ServiceBoard.FeedEntry {
    fileprivate mutating func hideSecrets(_ redact: (String) -> String) {
        if let trouble = status?.trouble { status?.trouble = redact(trouble) }
        if let trouble = journalTrouble { journalTrouble = redact(trouble) }
        if let trouble = shortage { shortage = redact(trouble) }
    }
}

extension ServiceBoard.SinkEntry {
    fileprivate mutating func hideSecrets(_ redact: (String) -> String) {
        if let text = trouble { trouble = redact(text) }
    }
}
