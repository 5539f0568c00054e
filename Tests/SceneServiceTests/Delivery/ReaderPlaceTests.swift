import EventDelivery
import EventJournal
import FeedRuntime
import Platform
import SceneEvents
import SceneService
import TestSupport
import Testing

/// A reader of some types knows its place also where events of other types have come: what it did not want
/// is never said to be gone.
@Suite struct ReaderPlaceTests {
    @Test func theSocketTellsThePlace() async throws {
        let rig = try await DeliveryRig()
        let outlet = try await rig.outlet()
        let run = outlet.run
        try await outlet.append([
            SampleEvents.start(run: run), SampleEvents.scene(0), SampleEvents.watermark(10),
        ])
        try await rig.lines("{\"after\":\"start\",\"types\":[\"scene\"],\"hello\":true}") { lines in
            let got = try await lines.next(3)
            #expect(got[0] == "{\"v\":1,\"type\":\"cursor\",\"cursor\":\"\"}")
            #expect(got[1].contains("\"cursor\":\"\(run):2\""))
            #expect(got[2] == "{\"v\":1,\"type\":\"cursor\",\"cursor\":\"f=\(run):3\"}")
        }
        // Who has not asked for it gets events alone.
        try await rig.lines("{\"after\":\"start\",\"types\":[\"scene\"]}") { lines in
            let first = try await lines.next(1)
            try await outlet.append([SampleEvents.scene(1)])
            let second = try await lines.next(1)
            #expect(first[0].contains("\"seq\":2,") && second[0].contains("\"seq\":4,"))
        }
        await rig.service.stop()
    }

    @Test func aStreamTellsThePlace() async throws {
        let rig = try await DeliveryRig()
        let outlet = try await rig.outlet()
        let run = outlet.run
        try await outlet.append([
            SampleEvents.start(run: run), SampleEvents.scene(0), SampleEvents.watermark(10),
        ])
        let request = "GET /v1/events?feed=f&after=start&types=scene HTTP/1.1\r\nHost: localhost\r\n\r\n"
        try await rig.web(request) { lines in
            var fields: [String] = []
            while fields.count < 3, let line = try await lines.next() {
                if line.hasPrefix("id: ") || line.hasPrefix("event: ") { fields.append(line) }
            }
            #expect(fields == ["id: \(run):2", "event: scene", "id: \(run):3"])
            // No event: no data either (WHATWG HTML, 9.2.6).
            let behind = try await lines.next()
            #expect(behind == "")
        }
        await rig.service.stop()
    }

    /// An `id` of several feeds names each: it comes now and then.
    @Test func placesOfSeveralFeedsComeNowAndThen() async throws {
        let rig = try await DeliveryRig()
        let outlet = try await rig.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run), SampleEvents.scene(0)])
        var follower = EventFollower(
            rig.service.directory, selection: SinkSelection(feeds: nil, types: ["gap"]), start: .oldest,
            files: PosixFiles())
        let batch = try #require(try await follower.next())
        #expect(batch.lines.isEmpty && batch.hasUnshownEnd)
        var request = EventRequest()
        var stream = EventStreamText(request, places: [:], now: 100)
        let place = "id: f=\(outlet.run):2\n\n"
        #expect(stream.messages(batch, now: 101) == "")
        // It stands in the next message of any feed, all the same.
        #expect(stream.place == place)
        #expect(stream.messages(batch, now: 100 + EventStreamText.interval) == place)
        #expect(stream.messages(batch, now: 101 + EventStreamText.interval) == "")
        request.selection.feeds = ["f"]
        var single = EventStreamText(request, places: [:], now: 100)
        #expect(single.place == "")
        #expect(single.messages(batch, now: 100) == "id: \(outlet.run):2\n\n")
        await rig.service.stop()
    }

    /// What `scened events --types` does, with and without `--exec-batch`: connected all the time while the
    /// journal forgets what it was last shown, it lacks nothing when the service comes back.
    @Test(.timeLimit(.minutes(2))) func aReaderThatWasNeverSlowLacksNothing() async throws {
        let folder = try TemporaryFolder()
        let configure: (inout ServiceConfiguration) -> Void = { configuration in
            configuration.journal.segmentBytes = 400
            configuration.journal.keepBytes = 800
        }
        guard case .streamStart(let start) = SampleEvents.start(run: "r") else { return }
        var rig = try await DeliveryRig(in: folder, configure)
        var outlet = try await rig.outlet()
        try await outlet.goOn(as: start)
        try await outlet.append([.streamStart(start)])
        let (served, sink) = AsyncStream.makeStream(of: ServedLine.self)
        let client = ServiceClient(.unix(path: rig.socketPath))
        let reading = Task {
            try await client.follow(after: "start", feed: nil, types: ["stream_start"]) {
                for line in $0 { sink.yield(line) }
            }
        }
        var received = served.makeAsyncIterator()
        var shown: [String] = []
        func readUp(to sequence: Int64) async {
            while let line = await received.next() {
                if !line.bytes.isEmpty { shown.append(String(decoding: line.bytes, as: UTF8.self)) }
                if let place = line.places["f"], place.sequence >= sequence { return }
            }
        }
        await readUp(to: 1)
        for second in 0..<40 {
            try await outlet.append([SampleEvents.watermark(second)])
            await readUp(to: Int64(second) + 2)
        }
        let run = outlet.run
        await rig.service.stop()
        let layout = JournalLayout(state: folder.path, feed: "f")
        let oldest = try #require(try layout.segments(ofRun: run, PosixFiles()).first)
        #expect(oldest.first > 2, "the journal keeps little")
        rig = try await DeliveryRig(in: folder, configure)
        outlet = try await rig.outlet()
        try await outlet.goOn(as: start)
        #expect(outlet.run == run)
        try await outlet.append([SampleEvents.watermark(50)])
        await readUp(to: 42)
        #expect(shown.count == 1 && shown[0].contains("stream_start"), "\(shown)")
        reading.cancel()
        _ = await reading.result
        await rig.service.stop()
    }

    /// A new run begins, and nothing of the one before is kept: who has taken all of that lacks nothing.
    @Test func theEndOfARunIsNoLoss() async throws {
        let rig = try await DeliveryRig()
        let outlet = try await rig.outlet()
        guard case .streamStart(let start) = SampleEvents.start(run: "r") else { return }
        try await outlet.goOn(as: start)
        try await outlet.append([.streamStart(start), SampleEvents.scene(0)])
        let before = outlet.run
        var follower = EventFollower(
            rig.service.directory, selection: SinkSelection(), start: .oldest, files: PosixFiles())
        let first = try #require(try await follower.next())
        #expect(first.lines.count == 2)
        let next = try await outlet.join(terms: "others", writesScores: false, modified: nil) {
            JournalRig.run(2)
        }
        #expect(next.name > before)
        let layout = JournalLayout(state: rig.folder.path, feed: "f")
        for segment in try layout.segments(ofRun: before, PosixFiles()) {
            try PosixFiles().remove(layout.path(segment))
        }
        try await outlet.append([.streamStart(start)])
        let batch = try #require(try await follower.next())
        #expect(batch.run == next.name && batch.lines.map(\.sequence) == [1])
        #expect(batch.expired == nil)
        // So does one that comes back with that place.
        var returned = EventFollower(
            rig.service.directory, selection: SinkSelection(),
            start: .after(["f": JournalCursor(run: before, sequence: 2)]), files: PosixFiles())
        let again = try #require(try await returned.next())
        #expect(again.lines.map(\.sequence) == [1] && again.expired == nil)
        // One that had not is told.
        var late = EventFollower(
            rig.service.directory, selection: SinkSelection(),
            start: .after(["f": JournalCursor(run: before, sequence: 1)]), files: PosixFiles())
        let told = try #require(try await late.next())
        #expect(told.expired == JournalCursor(run: next.name, sequence: 0))
        await rig.service.stop()
    }
}
