import TestSupport
import SceneService
import Foundation
import SceneEvents
import Platform
import EventJournal
import EventDelivery
import FeedRuntime
import Testing
import Timeline

@Suite struct HTTPTests {
    @Test func pagesTellTheTruth() async throws {
        let rig = try await DeliveryRig()
        let outlet = try await rig.outlet()
        try await outlet.append([
            SampleEvents.start(run: outlet.run), SampleEvents.boundary(1), SampleEvents.scene(0),
        ])
        var status = FeedStatus(feed: "f", now: 0)
        status.state = .backoff
        status.trouble = "connection refused"
        await outlet.status(status)
        do {
            let got = try await rig.page("/healthz")
            #expect(got.status.contains("200"))
        }
        let ready = try await rig.page("/readyz")
        #expect(ready.status.contains("200"), "a dead camera does not make the service unready")
        #expect(ready.body.contains("\"feeds\":{\"f\":\"backoff\"}"))
        let feeds = try await rig.page("/v1/feeds")
        let object = try JSONSerialization.jsonObject(with: Data(feeds.body.utf8)) as? [String: Any]
        let feed = try #require((object?["feeds"] as? [[String: Any]])?.first)
        #expect(feed["state"] as? String == "backoff")
        #expect(feed["trouble"] as? String == "connection refused")
        #expect(feed["cursor"] as? String == "\(outlet.run):3")
        // What the journal says of itself is told anew every two seconds.
        rig.service.board.update("f") { $0.shortage = "no space" }
        do {
            let got = try await rig.page("/readyz")
            #expect(got.status.contains("503"))
        }
        rig.service.monitor.beat("feeds", now: -1e9)
        let health = try await rig.page("/healthz")
        #expect(health.status.contains("503") && health.body.contains("stuck: feeds"))
        do {
            let got = try await rig.page("/etc/passwd")
            #expect(got.status.contains("404"))
        }
        await rig.service.stop()
    }

    @Test func aForeignNameGetsNoAnswer() async throws {
        let rig = try await DeliveryRig()
        do {
            let got = try await rig.page("/v1/feeds", host: "evil.example")
            #expect(got.status.contains("403"))
        }
        do {
            let got = try await rig.page("/v1/feeds", host: "localhost:1")
            #expect(got.status.contains("200"))
        }
        await rig.service.stop()
    }

    /// A browser that comes back with `Last-Event-ID` misses nothing.
    @Test func eventsStreamAndResume() async throws {
        let rig = try await DeliveryRig()
        let outlet = try await rig.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run), SampleEvents.scene(0)])
        let get = "GET /v1/events?feed=f&after=start&types=scene HTTP/1.1\r\nHost: localhost\r\n"
        try await rig.web(get + "\r\n") { lines in
            var seen: [String] = []
            while seen.count < 3, let line = try await lines.next() {
                if line.hasPrefix("id: ") || line.hasPrefix("event: ") || line.hasPrefix("data: ") {
                    seen.append(line)
                }
            }
            #expect(seen[0] == "id: \(outlet.run):2")
            #expect(seen[1] == "event: scene")
            #expect(seen[2].hasPrefix("data: {\"v\":1,\"type\":\"scene\",\"seq\":2,"))
        }
        try await outlet.append([SampleEvents.scene(1)])
        try await rig.web(get + "Last-Event-ID: \(outlet.run):2\r\n\r\n") { lines in
            while let line = try await lines.next() {
                guard line.hasPrefix("id: ") else { continue }
                #expect(line == "id: \(outlet.run):3")
                break
            }
        }
        await rig.service.stop()
    }

    /// It names the process: if a scrape moved it, the service would count as one that begins anew.
    @Test func theStartOfTheProcessIsOneMoment() async throws {
        let rig = try await DeliveryRig { $0.socket = nil }
        var starts: Set<String> = []
        for _ in 0..<5 {
            let lines = try await rig.page("/metrics").body.split(separator: "\n")
            starts.formUnion(lines.filter { $0.hasPrefix("process_start_time_seconds ") }.map(String.init))
        }
        #expect(starts.count == 1)
        let start = try #require(starts.first?.split(separator: " ").last.flatMap { Double($0) })
        #expect(0...86_400 ~= WallClock.unixSeconds() - start)
        await rig.service.stop()
    }

    /// Prometheus finds nothing to complain of.
    @Test(.enabled(if: ExternalTool.isThere("promtool"), "promtool is not installed"))
    func metricsPassPrometheusOwnCheck() async throws {
        let rig = try await DeliveryRig()
        let outlet = try await rig.outlet()
        try await outlet.append([
            SampleEvents.start(run: outlet.run), SampleEvents.boundary(1), SampleEvents.scene(0),
            .gap(
                Gap(
                    start: SampleEvents.instant(10), end: Instant(pts: 11_500), reason: .discontinuity)),
        ])
        var status = FeedStatus(feed: "f", now: 0)
        status.lastPictureTime = 1_800_000_000.25
        await outlet.status(status)
        let page = try await rig.page("/metrics")
        let result = try ExternalTool.run(["promtool", "check", "metrics"], input: page.body)
        #expect(result.status == 0, "\(result.output)\(result.errors)")
        #expect(result.output + result.errors == "")
        #expect(page.body.contains("\nscened_events_total{feed=\"f\",type=\"scene\"} 1\n"))
        #expect(
            page.body.contains("\nscened_feed_gap_seconds_total{feed=\"f\",reason=\"discontinuity\"} 1.5\n"))
        #expect(page.body.contains("\nscened_feed_gaps_total{feed=\"f\",reason=\"discontinuity\"} 1\n"))
        #expect(page.body.contains("\nscened_event_latency_seconds_bucket{feed=\"f\",le=\"5\"} 1\n"))
        await rig.service.stop()
    }
}
