import TestSupport
import SceneService
import SceneEvents
import FeedRuntime
import EventDelivery
import EventJournal
import Platform
import Testing

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

    /// A first process, killed after two scenes; the second reads the file anew and gives `events` of it.
    private func replay(_ events: [Event]) async throws -> [Int64] {
        let folder = try TemporaryFolder()
        guard case .streamStart(let start) = SampleEvents.start(run: "r") else { return [] }
        let first = try await DeliveryRig(in: folder)
        try await first.outlet().append([.streamStart(start), SampleEvents.scene(0), SampleEvents.scene(1)])
        await first.service.stop()
        let second = try await DeliveryRig(in: folder)
        let outlet = try await second.outlet()
        let run = try await outlet.goOn(as: start, modified: 0)
        #expect(run.beginning == .replay)
        do {
            try await outlet.append([.streamStart(start)] + events)
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

    @Test func anotherFileIsNotTakenForTheSame() async throws {
        await #expect(throws: (any Error).self) {
            try await replay([SampleEvents.scene(7), SampleEvents.scene(8), end(.end)])
        }
    }
}
