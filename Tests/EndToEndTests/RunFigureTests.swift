import Foundation
import TestSupport
import Testing

/// The figures that `scened run` gives to Prometheus, held against what it tells.
@Suite(.enabled(if: ExternalTool.isThere("curl"), "curl is not installed"))
struct RunFigureTests {
    /// A site whose pages are served on a socket.
    private struct Served {
        let site: RunSite
        let feeds: [(name: String, input: String)]
        private var socket: String { "\(site.folder.path)/http.sock" }

        init(_ feeds: [(name: String, input: String)]) throws {
            site = try RunSite(feeds)
            self.feeds = feeds
            try write(minScene: 1)
        }

        /// Sources that are silent stay connected.
        func write(minScene: Int) throws {
            try site.write(feeds)
            try String(contentsOf: site.file, encoding: .utf8)
                .replacing("http: null", with: "http: {listen: \"unix:\(socket)\"}")
                .replacing("stall-after: 1", with: "stall-after: 30")
                .replacing("min-scene: 1", with: "min-scene: \(minScene)")
                .write(to: site.file, atomically: true, encoding: .utf8)
        }

        /// Each sample of `/metrics` by its name and labels.
        func metrics() throws -> [String: Double] {
            let answer = try ExternalTool.run([
                "curl", "-s", "--unix-socket", socket, "http://localhost/metrics",
            ])
            var samples: [String: Double] = [:]
            for line in answer.output.split(separator: "\n") where !line.hasPrefix("#") {
                guard let space = line.lastIndex(of: " ") else { continue }
                samples[String(line[..<space])] = Double(line[line.index(after: space)...])
            }
            return samples
        }
    }

    /// A reload ends a feed's thread and begins another. No counter falls, each gap that is told counts, the
    /// one with which the second run begins included, and so does each answer, those with which the first run
    /// ends included.
    @Test func countersGoOnOverAReload() throws {
        let source = FeedSource([[.send(try WatchTests.film(upTo: 0.4)), .hold]])
        let served = try Served([("one", "tcp://127.0.0.1:\(source.port)")])
        let run = try LiveRun(["run", "--config", served.site.file.path])
        _ = try run.next("one", "scene")
        var before: [String: Double] = [:]
        while before["scened_feed_frames_total{feed=\"one\",result=\"ok\"}"] ?? 0 == 0, run.isRunning {
            before = try served.metrics()
        }
        try served.write(minScene: 2)
        run.send(signal: SIGHUP)
        _ = try run.next("one", "stream_start")
        _ = try run.next("one", "scene")
        var after: [String: Double] = [:]
        func sum(_ name: String) -> Double {
            after.filter { $0.key.hasPrefix("\(name){feed=\"one\"") }.values.reduce(0, +)
        }
        // The status follows the events within a second.
        let answers = "scened_events_total{feed=\"one\",type=\"boundary\"}"
        for _ in 0..<200 {
            after = try served.metrics()
            if sum("scened_event_wall_latency_seconds_count") == after[answers], !after.isEmpty { break }
            poll(nil, 0, 50)
        }
        #expect(sum("scened_event_wall_latency_seconds_count") == after[answers])
        #expect(sum("scened_feed_gaps_total") == after["scened_events_total{feed=\"one\",type=\"gap\"}"])
        #expect(after["scened_feed_gaps_total{feed=\"one\",reason=\"restart\"}"] == 1)
        #expect(sum("scened_feed_open_total") == 2)
        let counters = ["_total{", "_count{", "_bucket{", "_total "]
        for (name, value) in before where counters.contains(where: { "\(name) ".contains($0) }) {
            #expect(after[name] ?? -1 >= value, "\(name)")
        }
        run.send(signal: SIGTERM)
        #expect(try run.finish().status == 0, "\(run.said)")
        source.close()
    }

    private static let canHideTheMachine =
        getuid() == 0
        && ExternalTool.succeeds(["unshare", "--mount", "sh", "-c", "mount -t proc -o subset=pid proc /proc"])

    /// As under the units: of /proc it sees the processes only. It still knows when it began.
    @Test(.enabled(if: canHideTheMachine, "needs root, and unshare"))
    func theStartIsKnownWhereOnlyProcessesAreSeen() throws {
        let served = try Served([("away", "tcp://127.0.0.1:1")])
        let begun = Date().timeIntervalSince1970
        let run = try LiveRun(
            [
                "--mount", "sh", "-c", "mount -t proc -o subset=pid proc /proc && exec \"$@\"", "sh",
                Program.scened.path, "run", "--config", served.site.file.path,
            ], executable: URL(filePath: "/usr/bin/unshare"))
        _ = try run.next("away", "heartbeat")
        let starts = try (0..<3).map { _ in try served.metrics()["process_start_time_seconds"] ?? 0 }
        #expect(Set(starts).count == 1)
        #expect(starts.allSatisfy { abs($0 - begun) < 60 }, "\(starts), begun \(begun)")
        run.send(signal: SIGTERM)
        #expect(try run.finish().status == 0, "\(run.said)")
    }
}
