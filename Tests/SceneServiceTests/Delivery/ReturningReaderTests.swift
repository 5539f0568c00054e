import TestSupport
import FeedRuntime
import Foundation
import SceneEvents
import SceneService
import EventDelivery
import EventJournal
import Platform
import Testing
import Timeline

/// A reader that comes back with its place gets what comes behind it, however early it comes.
@Suite struct ReturningReaderTests {
    /// A service that has feed `f` with events 1 to 6 and has ended.
    private func ended() async throws -> (folder: TemporaryFolder, run: String) {
        let folder = try TemporaryFolder()
        let rig = try await DeliveryRig(in: folder)
        let outlet = try await rig.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run)] + (0..<5).map(SampleEvents.scene))
        await rig.service.stop()
        return (folder, outlet.run)
    }

    /// A service that starts again: its feed is configured, and its journal not open yet.
    private func starting(_ folder: TemporaryFolder, names: [String] = ["f"]) async throws -> DeliveryRig {
        try await DeliveryRig(in: folder) { configuration in
            configuration.feeds = names.map { FeedConfiguration(name: $0, input: SecretText("x")) }
        }
    }

    /// Events 7 to 11.
    private func goOn(_ rig: DeliveryRig) async throws {
        let outlet = try await rig.outlet()
        if case .streamStart(let start) = SampleEvents.start(run: outlet.run) {
            try await outlet.goOn(as: start)
        }
        try await outlet.append((5..<10).map(SampleEvents.scene))
    }

    @Test func theSocketWaitsForTheJournals() async throws {
        let (folder, run) = try await ended()
        let rig = try await starting(folder)
        try await rig.lines("{\"after\":\"\(run):2\",\"feed\":\"f\"}") { lines in
            await rig.readers("socket", 1)
            try await goOn(rig)
            let got = try await lines.sequences(5)
            #expect(got == [3, 4, 5, 6, 7])
        }
        await rig.service.stop()
    }

    @Test func aStreamWithALastEventWaitsForTheJournals() async throws {
        let (folder, run) = try await ended()
        let rig = try await starting(folder)
        let request = "GET /v1/events?feed=f HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: \(run):2\r\n\r\n"
        try await rig.web(request) { lines in
            await rig.readers("http", 1)
            try await goOn(rig)
            var identities: [String] = []
            while identities.count < 5, let line = try await lines.next() {
                if line.hasPrefix("id: ") { identities.append(line) }
            }
            #expect(identities == (3...7).map { "id: \(run):\($0)" })
        }
        await rig.service.stop()
    }

    /// Pages do not wait: they say that the service starts.
    @Test func pagesAreAnsweredMeanwhile() async throws {
        let rig = try await starting(try TemporaryFolder())
        let health = try await rig.page("/healthz")
        #expect(health.status.contains("200"))
        await rig.service.stop()
    }

    /// One feed's journal cannot be opened: the others are served once it is given up.
    @Test func aFeedThatNeverComesHoldsUpNobodyForEver() async throws {
        let (folder, run) = try await ended()
        let rig = try await starting(folder, names: ["f", "g"])
        try await rig.lines("{\"after\":\"\(run):5\",\"feed\":\"f\"}") { lines in
            await rig.readers("socket", 1)
            try await goOn(rig)
            rig.service.directory.settle()
            let got = try await lines.sequences(2)
            #expect(got == [6, 7])
        }
        await rig.service.stop()
    }

    /// A feed that is added while the reader is there is begun where the reader said.
    @Test(
        arguments: [
            (EventStart.now, 7), (.oldest, 1),
            (.after(["f": JournalCursor(run: JournalRig.run(1), sequence: 2)]), 3),
            (.after(["g": JournalCursor(run: JournalRig.run(1), sequence: 2)]), 1),
        ] as [(EventStart, Int64)])
    func aFeedThatComesLaterIsBegunWhereTheReaderSaid(start: EventStart, first: Int64) async throws {
        let (folder, _) = try await ended()
        let rig = try await DeliveryRig(in: folder)
        var follower = EventFollower(
            rig.service.directory, selection: SinkSelection(), start: start, files: PosixFiles())
        try await goOn(rig)
        let batch = try #require(try await follower.next())
        #expect(batch.lines.first?.sequence == first)
        #expect(batch.expired == nil)
        await rig.service.stop()
    }

    /// The journal lost its end, or another took its place: said before anything is told under numbers that
    /// were seen.
    @Test(
        arguments: [
            (JournalCursor(run: JournalRig.run(1), sequence: 60), 11),
            (JournalCursor(run: JournalRig.run(9), sequence: 2), 0),
        ] as [(JournalCursor, Int64)])
    func aPlaceBeyondTheJournalIsSaidToBeGone(place: JournalCursor, oldest: Int64) async throws {
        let (folder, run) = try await ended()
        let rig = try await DeliveryRig(in: folder)
        try await goOn(rig)
        var follower = EventFollower(
            rig.service.directory, selection: SinkSelection(), start: .after(["f": place]),
            files: PosixFiles())
        try await (try await rig.outlet()).append([SampleEvents.scene(10)])
        let batch = try #require(try await follower.next())
        #expect(batch.expired == JournalCursor(run: run, sequence: oldest))
        #expect(batch.lines.first?.sequence == oldest + 1)
        await rig.service.stop()
    }

    /// A feed with much to read does not keep the others waiting.
    @Test func feedsTakeTurns() async throws {
        let rig = try await DeliveryRig()
        let (first, second) = (try await rig.outlet("a", run: 1), try await rig.outlet("b", run: 2))
        try await first.append([SampleEvents.start(feed: "a", run: first.run)])
        // Several pieces of a journal.
        for block in 0..<4 {
            try await first.append((0..<1000).map { SampleEvents.scene(block * 1000 + $0) })
        }
        try await second.append([SampleEvents.start(feed: "b", run: second.run)])
        var follower = EventFollower(
            rig.service.directory, selection: SinkSelection(), start: .oldest, files: PosixFiles())
        var feeds: [String] = []
        for _ in 0..<3 { feeds.append(try #require(try await follower.next()).feed) }
        #expect(feeds == ["a", "b", "a"])
        // Nor those that tell something meanwhile.
        let third = try await rig.outlet("c", run: 3)
        try await third.append([SampleEvents.start(feed: "c", run: third.run)])
        for _ in 0..<2 { feeds.append(try #require(try await follower.next()).feed) }
        #expect(feeds.dropFirst(3).contains("c"))
        await rig.service.stop()
    }

    /// Whoever asks again after a failure has the same feed read again, without news of it.
    @Test func aFailureIsTriedAgain() async throws {
        let files = FaultyFiles()
        let rig = try await DeliveryRig(files: files) { $0.socket = nil }
        let outlet = try await rig.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run), SampleEvents.scene(0)])
        var follower = EventFollower(
            rig.service.directory, selection: SinkSelection(), start: .oldest, files: files)
        files.with { _ = $0.failing.insert("read") }
        await #expect(throws: DurableFileError.self) { _ = try await follower.next() }
        files.with { $0.failing = [] }
        // Another feed's news ends the wait of a follower that has forgotten this one.
        let other = try await rig.outlet("other", run: 2)
        try await other.append([SampleEvents.start(feed: "other", run: other.run)])
        let batch = try #require(try await follower.next())
        #expect(batch.feed == "f" && batch.lines.count == 2)
        await rig.service.stop()
    }

    @Test func aFeedThatIsNotThereIsNamedAtOnce() async throws {
        let rig = try await DeliveryRig()
        _ = try await rig.outlet("news", run: 1)
        try await rig.lines("{\"feed\":\"mews\"}") { lines in
            let answer = try await lines.next(2)
            #expect(answer.count == 1)
            #expect(answer[0].contains("no feed is named 'mews'; the service has news"))
        }
        let page = try await rig.page("/v1/events?feed=mews")
        #expect(page.status.contains("404"))
        #expect(page.body == "no feed is named 'mews'; the service has news\n")
        let client = ServiceClient(.unix(path: rig.socketPath))
        await #expect(throws: ServiceClient.Failure.self) {
            try await client.follow(after: "now", feed: "mews", types: [], envelope: false) { _ in }
        }
        await rig.service.stop()
    }

    /// `run:seq` alone is a place in the only feed; of several feeds it must name one.
    @Test func aPlaceWithoutAFeedIsThatOfTheOnlyOne() async throws {
        let (folder, run) = try await ended()
        let rig = try await DeliveryRig(in: folder)
        try await goOn(rig)
        try await rig.lines("{\"after\":\"\(run):5\",\"envelope\":false}") { lines in
            let got = try await lines.sequences(2)
            #expect(got == [6, 7])
        }
        _ = try await rig.outlet("g", run: 2)
        try await rig.lines("{\"after\":\"\(run):5\"}") { lines in
            let answer = try await lines.next(2)
            #expect(answer.count == 1)
            #expect(
                answer[0].contains(
                    "the cursor names no feed; write NAME=RUN:SEQ, or ask for one of f, g"))
        }
        await rig.service.stop()
    }

    /// Who asks for what comes from now on, and comes back before anything came, goes on from the first time.
    @Test func aStreamFromNowOnBeginsWithItsPlace() async throws {
        let rig = try await DeliveryRig()
        let outlet = try await rig.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run)])
        try await rig.web("GET /v1/events?feed=f HTTP/1.1\r\nHost: localhost\r\n\r\n") { lines in
            while let line = try await lines.next() {
                guard line.hasPrefix("id: ") else { continue }
                #expect(line == "id: \(outlet.run):1")
                break
            }
        }
        await rig.service.stop()
    }

    @Test func aPlaceOfSeveralFeedsHoldsForEach() throws {
        let (first, second) = (JournalRig.run(1), JournalRig.run(2))
        let start = try #require(EventStart("b=\(second):7,a=\(first):3"))
        #expect(start.only("a") == EventStart("a=\(first):3"))
        #expect(start.only("b") == EventStart("b=\(second):7"))
        #expect(start.only("c") == .oldest)
        #expect(EventStart("\(first):3")?.only("a") == EventStart("a=\(first):3"))
        #expect(EventStart.now.only("a") == .now)
    }
}
