internal import NIOHTTP1
internal import Timeline

/// One answer.
struct HTTPPage: Hashable {
    var status: HTTPResponseStatus
    var contentType: String
    var body: String

    static func text(_ status: HTTPResponseStatus, _ body: String) -> HTTPPage {
        HTTPPage(status: status, contentType: "text/plain; charset=utf-8", body: body)
    }

    static func json(_ status: HTTPResponseStatus, _ body: String) -> HTTPPage {
        HTTPPage(status: status, contentType: "application/json", body: body + "\n")
    }

    static let foreignHost = text(.forbidden, "ask under the address of this machine, e.g. 127.0.0.1\n")
}

/// The pages that do not stream: from what the board says at the moment.
struct HTTPPages {
    let board: ServiceBoard
    let monitor: LoopMonitor

    func page(_ method: HTTPMethod, path: String) -> HTTPPage {
        guard method == .GET else { return .text(.methodNotAllowed, "only GET\n") }
        let snapshot = board.snapshot
        switch path {
        case "/metrics":
            return HTTPPage(
                status: .ok, contentType: "text/plain; version=0.0.4; charset=utf-8",
                body: MetricsPage(snapshot, now: WallClock.unixSeconds(), process: ProcessFigures.current())
                    .text)
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
            return .text(
                .notFound, "known: /v1/events, /v1/feeds, /metrics, /healthz, /readyz\n")
        }
    }

    private func feedsPage(_ snapshot: ServiceBoard.Snapshot) -> FeedsPage {
        let now = WallClock.monotonicSeconds()
        return FeedsPage(snapshot, stalledDisks: monitor.stalledDisks(now: now), now: now)
    }
}
