import TestSupport
import SceneService
import SceneEvents
import FeedRuntime
import EventDelivery
import EventJournal
import Platform
import Testing
import Timeline

/// A file that is read again after a crash: what its journal holds comes again and is not written twice.
@Suite struct ReplayTests {
    private func end(_ reason: StreamEnd.Reason) -> Event {
        .streamEnd(
            StreamEnd(
                at: SampleEvents.instant(90), reason: reason, pictures: 1, damagedPictures: 0, shots: 1,
                parts: 1, boundaries: 0, scenes: 1, gaps: 0, wall: ""))
    }

    private func sequences(_ folder: TemporaryFolder) throws -> [Int64] {
        var reader = JournalReader(
            JournalLayout(state: folder.path, feed: "f"), after: nil, files: PosixFiles())
        return try reader.next().lines.map(\.sequence)
    }

    /// The film's first shot, up to `end` seconds.
    private func shot(_ end: Int) -> Event {
        let (start, end) = (SampleEvents.instant(0), SampleEvents.instant(end))
        let part = PartSummary(index: 0, start: start, end: end, keyFrames: [])
        return .shot(Shot(index: 0, start: start, end: end, transition: .start, parts: [part]))
    }

    private static let twoScenes = [SampleEvents.scene(0), SampleEvents.scene(1)]

    /// A first process, killed after `told`; the second reads the file anew and gives `events` of it, those
    /// behind the first `heard` once it was asked to end.
    private func replay(_ events: [Event], of told: [Event] = Self.twoScenes, stoppedBehind heard: Int? = nil)
        async throws -> [Int64]
    {
        let folder = try TemporaryFolder()
        guard case .streamStart(let start) = SampleEvents.start(run: "r") else { return [] }
        let first = try await DeliveryRig(in: folder)
        try await first.outlet().append([.streamStart(start)] + told)
        await first.service.stop()
        let second = try await DeliveryRig(in: folder)
        let outlet = try await second.outlet()
        let run = try await outlet.goOn(as: start, modified: 0)
        #expect(run.beginning == .replay)
        do {
            try await outlet.append([.streamStart(start)] + Array(events.prefix(heard ?? events.count)))
            if let heard {
                await outlet.stop()
                try await outlet.append(Array(events.dropFirst(heard)))
            }
        } catch {
            await second.service.stop()
            throw error
        }
        await second.service.stop()
        return try sequences(folder)
    }

    @Test func whatIsThereIsNotWrittenAgain() async throws {
        let scenes = (0..<4).map(SampleEvents.scene)
        #expect(try await replay(Array(scenes.prefix(1))) == [1, 2, 3])
        #expect(try await replay(Array(scenes.prefix(2))) == [1, 2, 3])
        #expect(try await replay(scenes) == [1, 2, 3, 4, 5])
        #expect(try await replay(scenes + [end(.end)]) == [1, 2, 3, 4, 5, 6])
    }

    /// It stopped before it came to where it was: the run stays open.
    @Test(arguments: [StreamEnd.Reason.interrupted, .damaged])
    func aStopOnTheWayEndsNothing(reason: StreamEnd.Reason) async throws {
        #expect(try await replay([SampleEvents.scene(0), end(reason)]) == [1, 2, 3])
    }

    /// A shot that is cut short has the `id` of the whole one. Where reading ends within the last shot that
    /// the journal holds, nothing of that is written, and the run stays open.
    @Test(arguments: [StreamEnd.Reason.interrupted, .damaged])
    func aShotThatIsCutShortIsNotTheWholeOne(reason: StreamEnd.Reason) async throws {
        #expect(try await replay([shot(26), SampleEvents.scene(2), end(reason)], of: [shot(40)]) == [1, 2])
        #expect(try await replay([shot(40), SampleEvents.scene(2), end(reason)], of: [shot(40)]).count == 4)
    }

    /// A file that has lost its end meanwhile.
    @Test func aShorterFileIsAnother() async throws {
        await #expect(throws: (any Error).self) {
            try await replay([shot(26), SampleEvents.scene(2), end(.end)], of: [shot(40)])
        }
    }

    /// At the end of a file a place is decided under the `rev` that its first provisional answer has in the
    /// middle.
    @Test func aDecisionIsNoProvisionalAnswer() async throws {
        guard case .boundary(var answer) = SampleEvents.boundary(1) else { return }
        answer.state = .provisional
        let told = [Event.boundary(answer)]
        #expect(try await replay([SampleEvents.boundary(1), end(.damaged)], of: told) == [1, 2])
        #expect(try await replay(told + [SampleEvents.scene(0)], of: told) == [1, 2, 3])
    }

    /// What comes behind a stop counts only where the journal's own events had come again before.
    @Test(arguments: [(1, 3), (2, 5)]) func nothingCountsBehindAStop(heard: Int, count: Int) async throws {
        let events = Self.twoScenes + [SampleEvents.scene(2), end(.interrupted)]
        #expect(try await replay(events, stoppedBehind: heard).count == count)
    }

    /// What was left out where the disk refused comes again: the mark alone counts then.
    @Test func aGapThatStandsForEventsComesAgainAsThose() async throws {
        let gap = Gap(
            start: SampleEvents.instant(0), end: SampleEvents.instant(20), reason: .sinkBlocked)
        #expect(
            try await replay(
                (0..<4).map(SampleEvents.scene), of: [.gap(gap), SampleEvents.scene(2)]) == [1, 2, 3, 4])
    }

    /// What a run reads stands on disk with its first event: a configuration that names another film begins
    /// another run.
    @Test(arguments: [(nil, false), ("film.mp4", true)]) func anotherInputIsAnotherRun(
        input: String?, isNew: Bool
    ) async throws {
        let folder = try TemporaryFolder()
        guard case .streamStart(let start) = SampleEvents.start(run: "r") else { return }
        let source = RunSource(input: start.input, program: 1)
        let first = try await DeliveryRig(in: folder)
        let outlet = try await first.outlet()
        try await outlet.goOn(as: start, modified: 0, source: source)
        try await outlet.append([.streamStart(start)])
        await first.service.stop()
        for (program, isOther) in [(1, isNew), (2, true)] {
            let second = try await DeliveryRig(in: folder)
            let run = try await second.outlet().goOn(
                as: start, modified: 0, source: RunSource(input: input ?? start.input, program: program))
            #expect((run.beginning == .new(isRestart: false)) == isOther)
            #expect(isOther || run.beginning == .replay)
            await second.service.stop()
        }
    }

    /// The next process does not read it, and says that it is over.
    @Test func aFileThatWasReadIsOver() async throws {
        let folder = try TemporaryFolder()
        guard case .streamStart(let start) = SampleEvents.start(run: "r") else { return }
        let first = try await DeliveryRig(in: folder)
        try await first.outlet().append([.streamStart(start), SampleEvents.scene(0), end(.end)])
        await first.service.stop()
        let second = try await DeliveryRig(in: folder)
        let outlet = try await second.outlet()
        #expect(try await outlet.goOn(as: start, modified: 0).beginning == .finished)
        let feeds = try await second.page("/v1/feeds").body
        #expect(feeds.contains("\"state\":\"ended\""), "\(feeds)")
        #expect(feeds.contains("\"media_seconds\":10.000000"), "\(feeds)")
        let metrics = try await second.page("/metrics").body
        #expect(metrics.contains("\nscened_feed_state{feed=\"f\",state=\"ended\"} 1\n"))
        #expect(try await second.page("/readyz").body.contains("\"f\":\"ended\""))
        await second.service.stop()
    }

    @Test func anotherFileIsNotTakenForTheSame() async throws {
        await #expect(throws: (any Error).self) {
            try await replay([SampleEvents.scene(7), SampleEvents.scene(8), end(.end)])
        }
    }
}
