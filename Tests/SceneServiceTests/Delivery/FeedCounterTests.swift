import EventDelivery
import EventJournal
import FeedRuntime
import SceneEvents
import SceneService
import Testing
import Timeline

/// What is counted of a feed: what its journal tells, for as long as it is in the configuration.
@Suite struct FeedCounterTests {
    /// By reason, those without a length included, however they came about.
    @Test func gapsAreCountedAsTheyAreTold() async throws {
        func gap(_ start: Int, _ end: Int, _ reason: Gap.Reason) -> Event {
            .gap(Gap(start: SampleEvents.instant(start), end: SampleEvents.instant(end), reason: reason))
        }
        let rig = try await DeliveryRig { $0.socket = nil }
        let outlet = try await rig.outlet()
        try await outlet.append([
            SampleEvents.start(run: outlet.run), gap(0, 0, .restart), gap(0, 1, .stall), gap(2, 5, .stall),
        ])
        let entry = try #require(rig.service.board.snapshot.feeds["f"])
        #expect(entry.gaps == [.stall: 2, .restart: 1])
        #expect(entry.gapSeconds == [.stall: 4, .restart: 0])
        #expect(entry.events == ["stream_start": 1, "gap": 3])
        let metrics = try await rig.page("/metrics").body
        for line in [
            "scened_feed_gaps_total{feed=\"f\",reason=\"restart\"} 1",
            // Prometheus counts from the first value that it sees.
            "scened_feed_gaps_total{feed=\"f\",reason=\"sink_blocked\"} 0",
            "scened_feed_gap_seconds_total{feed=\"f\",reason=\"disconnect\"} 0",
            "scened_events_total{feed=\"f\",type=\"gap\"} 3",
            "scened_events_total{feed=\"f\",type=\"scene\"} 0",
            "scened_feed_gaps_total{feed=\"f\",reason=\"stall\"} 2",
            "scened_feed_gap_seconds_total{feed=\"f\",reason=\"stall\"} 4",
        ] {
            #expect(metrics.contains("\n\(line)\n"), "\(line)")
        }
        for (name, count) in [
            ("scened_feed_gaps_total", Gap.Reason.allCases.count),
            ("scened_feed_gap_seconds_total", Gap.Reason.allCases.count),
            ("scened_events_total", EventKind.allCases.count),
        ] { #expect(metrics.split(separator: "\n").count { $0.hasPrefix("\(name){") } == count, "\(name)") }
        #expect(try await rig.page("/v1/feeds").body.contains("\"gap_seconds\":4.000000"))
        await rig.service.stop()
    }

    /// The disk refuses for longer than there is room: what is left out is not counted among the events, and
    /// the gap that stands for it is.
    @Test func whatIsLeftOutIsNotCounted() async throws {
        let files = FaultyFiles()
        let rig = try await DeliveryRig(files: files) { configuration in
            configuration.socket = nil
            configuration.journal.backlogBytes = 1500
        }
        let outlet = try await rig.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run)])
        files.with { $0.failing = ["write"] }
        for index in 0..<40 {
            try await outlet.append([SampleEvents.scene(index), SampleEvents.watermark(index * 10 + 10)])
        }
        files.with { $0.failing = [] }
        // The first of them still finds no room, the second ends what is left out.
        for index in 40..<43 { try await outlet.append([SampleEvents.scene(index)]) }
        let entry = try #require(rig.service.board.snapshot.feeds["f"])
        var told: [String: Int] = [:]
        for (path, file) in files.with({ $0.files }) where path.hasSuffix(".jsonl") {
            for line in file.bytes.split(separator: UInt8(ascii: "\n")) {
                let event = try #require(JournalLine(line))
                told[event.type, default: 0] += 1
            }
        }
        #expect(entry.events == told && entry.omittedEvents > 0)
        #expect(entry.gaps == [.sinkBlocked: 1])
        #expect(entry.gapSeconds == [.sinkBlocked: Double(10 * (43 - (told["scene"] ?? 0)))])
        await rig.service.stop()
    }

    /// A reload that changes a feed ends its thread and begins another, which counts from 0.
    @Test func countersOutliveTheThread() async throws {
        let rig = try await DeliveryRig { $0.socket = nil }
        let outlet = try await rig.outlet()
        guard case .streamStart(let start) = SampleEvents.start(run: "r") else { return }
        try await outlet.goOn(as: start)
        var status = FeedStatus(feed: "f", now: 0)
        for pictures in [100, 213] as [Int64] {
            (status.pictures, status.damagedPictures, status.bytes) = (pictures, 3, 5000)
            (status.opens, status.connections, status.failedOpens) = (11, 3, 7)
            await outlet.status(status)
        }
        try await outlet.goOn(as: start)
        for pictures in [0, 52] as [Int64] {
            var next = FeedStatus(feed: "f", now: 0)
            (next.pictures, next.opens) = (pictures, 1)
            await outlet.status(next)
            let metrics = try await rig.page("/metrics").body
            for line in [
                "scened_feed_frames_total{feed=\"f\",result=\"ok\"} \(210 + pictures)",
                "scened_feed_frames_total{feed=\"f\",result=\"corrupt\"} 3",
                "scened_feed_bytes_total{feed=\"f\"} 5000",
                "scened_feed_open_total{feed=\"f\",result=\"ok\"} 3",
                "scened_feed_open_total{feed=\"f\",result=\"failed\"} 7",
            ] {
                #expect(metrics.contains("\n\(line)\n"), "\(line)")
            }
        }
        await rig.service.stop()
    }
}
