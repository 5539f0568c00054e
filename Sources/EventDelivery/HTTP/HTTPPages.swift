internal import EventJournal
package import Platform
package import NIOHTTP1
internal import SceneReport
internal import Timeline

/// One answer.
package struct HTTPPage: Sendable {
    package var status: HTTPResponseStatus
    package var contentType: String
    package var bytes: [UInt8]
    /// Further headers.
    package var fields: [(name: String, value: String)] = []

    package init(status: HTTPResponseStatus, contentType: String, bytes: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.bytes = bytes
    }

    package init(status: HTTPResponseStatus, contentType: String, body: String) {
        self.init(status: status, contentType: contentType, bytes: Array(body.utf8))
    }

    /// As text.
    package var body: String { String(decoding: bytes, as: UTF8.self) }

    package static func text(_ status: HTTPResponseStatus, _ body: String) -> HTTPPage {
        HTTPPage(status: status, contentType: "text/plain; charset=utf-8", body: body)
    }

    package static func json(_ status: HTTPResponseStatus, _ body: String) -> HTTPPage {
        HTTPPage(status: status, contentType: "application/json", body: body + "\n")
    }

    package static let foreign = text(.forbidden, "ask under the address of this machine, e.g. 127.0.0.1\n")

    /// The method is none of those that can be used here (RFC 9110, section 15.5.6).
    package static var methodNotAllowed: HTTPPage {
        var page = text(.methodNotAllowed, "only GET and HEAD\n")
        page.fields = [("allow", "GET, HEAD")]
        return page
    }
}

/// The pages that do not stream: from what the board says at the moment.
package struct HTTPPages {
    private let board: ServiceBoard
    private let monitor: LoopMonitor

    package init(
        board: ServiceBoard, monitor: LoopMonitor
    ) {
        self.board = board
        self.monitor = monitor
    }

    /// What there is, with a word about each.
    static let contents: [(path: String, says: String)] = [
        (
            "/v1/feeds",
            "how each feed and each sink stands, as JSON; <code>scened status</code> shows it as a table"
        ),
        (
            "/v1/events",
            "the events as they come (server-sent events), where the configuration serves them over HTTP; "
                + "<code>scened events --socket</code> reads them from the socket"
        ),
        ("/metrics", "figures for Prometheus"),
        ("/healthz", "whether the service's own loops turn"),
        ("/readyz", "whether it does its work, and why not"),
    ]

    /// Paths of all that there is; capitals stand for what a request fills in.
    static let known: [String] =
        ["/", "/feeds/NAME", "/v1/feeds/NAME/pictures/PTS.jpg"] + contents.map(\.path)

    package func page(path: String) -> HTTPPage {
        let snapshot = board.snapshot
        switch path {
        case "/":
            return HTTPPage(
                status: .ok, contentType: "text/html; charset=utf-8", body: StartPage(snapshot).html)
        case "/metrics":
            return HTTPPage(
                status: .ok, contentType: "text/plain; version=0.0.4; charset=utf-8",
                body: MetricsPage(
                    snapshot, now: WallClock.monotonicSeconds(), process: ProcessFigures.current()
                ).text)
        case "/healthz":
            let stuck = monitor.stuck(now: WallClock.monotonicSeconds())
            guard stuck.isEmpty else {
                return .text(.serviceUnavailable, "stuck: \(stuck.joined(separator: ", "))\n")
            }
            return .text(.ok, "ok\n")
        case "/readyz":
            let page = feedsPage(snapshot)
            return .json(page.isReady ? .ok : .serviceUnavailable, page.readiness)
        case "/v1/feeds":
            return .json(.ok, feedsPage(snapshot).feeds)
        default:
            if let feed = path.feed(between: "/feeds/", and: ""), snapshot.feeds[feed] != nil {
                let page = ReportPage(
                    title: feed,
                    source: .feed(
                        events: "/v1/events?feed=\(feed)&after=start&envelope=false",
                        pictures: "/v1/feeds/\(feed)/pictures/{pts}.jpg"))
                return HTTPPage(status: .ok, contentType: "text/html; charset=utf-8", bytes: page.html())
            }
            return .text(.notFound, "known: \(Self.known.joined(separator: ", "))\n")
        }
    }

    private func feedsPage(_ snapshot: ServiceBoard.Snapshot) -> FeedsPage {
        let now = WallClock.monotonicSeconds()
        return FeedsPage(snapshot, stalledDisks: monitor.stalledDisks(now: now), now: now)
    }
}

extension String {
    /// The name of a feed that stands between two texts; nil where something else does.
    func feed(between prefix: String, and suffix: String) -> String? {
        guard hasPrefix(prefix), hasSuffix(suffix), utf8.count > prefix.utf8.count + suffix.utf8.count else {
            return nil
        }
        let name = String(dropFirst(prefix.count).dropLast(suffix.count))
        return FeedName.isValid(name) ? name : nil
    }
}
