internal import EventJournal
internal import FeedRuntime
internal import JSONText
internal import Timeline

/// What `/v1/feeds` and `/readyz` say: the truth about each feed, as JSON.
struct FeedsPage {
    private let board: ServiceBoard.Snapshot
    private let stalledDisks: [String]
    private let now: Double

    /// - Parameters:
    ///   - board: how things stand.
    ///   - stalledDisks: one line for each disk that does not answer.
    ///   - now: seconds on the monotonic clock.
    init(_ board: ServiceBoard.Snapshot, stalledDisks: [String] = [], now: Double) {
        self.board = board
        self.stalledDisks = stalledDisks
        self.now = now
    }

    private var reasons: [String] { board.reasons + stalledDisks }

    var isReady: Bool { reasons.isEmpty }

    var readiness: String {
        var page = JSONLine()
        page.field("ready", isReady)
        page.field("reasons", list: reasons.map(JSONLine.quoted))
        var states = JSONLine()
        for (feed, entry) in board.feeds.sorted(by: { $0.key < $1.key }) {
            states.field(feed, entry.status?.state.rawValue)
        }
        page.field("feeds", raw: states.object)
        return page.object
    }

    var feeds: String {
        var page = JSONLine()
        page.field("version", board.version)
        page.field("ready", isReady)
        page.field("reasons", list: reasons.map(JSONLine.quoted))
        page.field("feeds", list: board.feeds.sorted { $0.key < $1.key }.map(feed))
        page.field(
            "sinks",
            list: board.sinks.sorted { ($0.key.sink, $0.key.feed) < ($1.key.sink, $1.key.feed) }.map {
                key, entry in
                var line = JSONLine()
                line.field("sink", key.sink)
                line.field("feed", key.feed)
                line.field("waiting", board.backlog(of: key, now: now).events)
                line.field("delivered", entry.delivered)
                line.field("errors", entry.errors)
                line.field("trouble", entry.trouble)
                return line.object
            })
        return page.object
    }

    private func feed(_ name: String, _ entry: ServiceBoard.FeedEntry) -> String {
        var line = JSONLine()
        line.field("feed", name)
        let status = entry.status
        line.field("state", status?.state.rawValue)
        line.field("state_seconds", microseconds: status.map { micro(now - $0.since) })
        line.field("reason", status?.lastReason?.rawValue)
        line.field("trouble", status?.trouble)
        line.field("media_seconds", microseconds: status?.lastSeconds.map(micro))
        line.field("lag", microseconds: status?.lag.map(micro))
        line.field("left_out", list: (status?.relief.names ?? []).map(JSONLine.quoted))
        line.field("unconfined", list: (status?.unconfined?.names ?? []).map(JSONLine.quoted))
        line.field("last_picture", microseconds: status?.lastPictureTime.map(micro))
        line.field("last_event", microseconds: status?.lastEventTime.map(micro))
        line.field("pictures", status?.pictures ?? 0)
        line.field("reconnects", status?.reconnects ?? 0)
        line.field("gap_seconds", microseconds: micro(entry.gapSeconds.values.reduce(0, +)))
        line.field("cursor", entry.durable?.description)
        line.field("journal_bytes", entry.journalBytes)
        line.field("waiting_bytes", entry.waitingBytes)
        line.field("journal_trouble", entry.journalTrouble)
        return line.object
    }

    private func micro(_ seconds: Double) -> Int64 { Int64((seconds * 1_000_000).rounded()) }
}
