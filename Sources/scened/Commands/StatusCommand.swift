internal import EventDelivery
import ArgumentParser
import FoundationEssentials

/// `scened status`: how the feeds of a running service stand.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the state of the feeds of a running service.",
        discussion: "Exit status 0 if the service is ready, 69 if it is not or does not answer.")

    @Option(
        help: ArgumentHelp(
            "The service's HTTP address: ADDRESS:PORT, http://ADDRESS:PORT or unix:/path.",
            valueName: "address"))
    var http = "127.0.0.1:9310"

    @Flag(help: "Print the service's answer unchanged.")
    var json = false

    func validate() throws {
        if ListenAddress(service: http) == nil {
            throw ValidationError(
                "--http takes ADDRESS:PORT, http://ADDRESS:PORT or unix:/absolute/path; https is not supported"
            )
        }
    }

    func run() async throws {
        guard let address = ListenAddress(service: http) else { return }
        let answer: (status: Int, body: [UInt8])
        do {
            answer = try await ServiceClient(address).page("/v1/feeds")
        } catch let failure as ServiceClient.Failure {
            throw CommandFailure(status: .unavailable, message: failure.description)
        }
        guard answer.status == 200, let page = try? JSONDecoder().decode(Page.self, from: Data(answer.body))
        else {
            throw CommandFailure(
                status: .unavailable, message: "\(address) answers, but not as scened does; check --http")
        }
        try LineOutput.standardOutput().write(
            json ? String(decoding: answer.body, as: UTF8.self) : page.table)
        if !page.ready {
            throw CommandFailure(status: .unavailable, message: page.reasons.joined(separator: "; "))
        }
    }

    private struct Page: Decodable {
        struct Feed: Decodable {
            var feed: String
            var state: String?
            var state_seconds: Double?
            var reason: String?
            var trouble: String?
            var media_seconds: Double?
            var lag: Double?
            var pictures: Int
            var reconnects: Int
            var gap_seconds: Double
            var journal_trouble: String?
            var unconfined: [String]?
        }

        struct Sink: Decodable {
            var sink: String
            var feed: String
            var waiting: Int
            var errors: Int
            var trouble: String?
        }

        var version: String
        var ready: Bool
        var reasons: [String]
        var feeds: [Feed]
        var sinks: [Sink]

        var table: String {
            var rows = [["feed", "state", "for", "media", "lag", "reconnects", "gaps", "trouble"]]
            for feed in feeds {
                rows.append([
                    feed.feed, feed.state ?? "starting", feed.state_seconds.map(Self.duration) ?? "-",
                    feed.media_seconds.map(Self.duration) ?? "-", feed.lag.map(Self.duration) ?? "-",
                    "\(feed.reconnects)", Self.duration(feed.gap_seconds),
                    feed.journal_trouble ?? feed.trouble ?? feed.reason ?? "",
                ])
            }
            var text = Self.aligned(rows)
            let open = feeds.filter { !($0.unconfined ?? []).isEmpty }
            if !open.isEmpty {
                text += "\n"
                text += Self.aligned(
                    [["feed", "its reader is not confined in"]]
                        + open.map { [$0.feed, ($0.unconfined ?? []).joined(separator: ", ")] })
            }
            let behind = sinks.filter { $0.trouble != nil || $0.waiting > 0 }
            if !behind.isEmpty {
                text += "\n"
                text += Self.aligned(
                    [["sink", "feed", "waiting", "errors", "trouble"]]
                        + behind.map {
                            [$0.sink, $0.feed, "\($0.waiting)", "\($0.errors)", $0.trouble ?? ""]
                        })
            }
            return text
        }

        private static func duration(_ seconds: Double) -> String {
            if seconds < 60 { return "\((seconds * 10).rounded() / 10)s" }
            let whole = Int(min(seconds, 1e12))
            if whole < 3600 { return "\(whole / 60)m\(whole % 60)s" }
            return "\(whole / 3600)h\(whole % 3600 / 60)m"
        }

        private static func aligned(_ rows: [[String]]) -> String {
            let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
            return rows.map { row in
                let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
                let line = cells.joined(separator: "  ")
                return String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
            }.joined()
        }
    }
}
