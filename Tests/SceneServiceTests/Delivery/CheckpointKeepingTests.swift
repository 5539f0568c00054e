import TestSupport
import SceneService
import Foundation
import SceneEvents
import Platform
import FeedRuntime
import EventDelivery
import EventJournal
import Testing
import Timeline

/// Which checkpoint a later process gets: the last one, if nothing was decided behind it.
@Suite struct CheckpointKeepingTests {
    /// What a second process finds; `later` is told behind the checkpoint.
    private func found(
        _ later: [Event], change: (String) throws -> Void = { _ in }
    ) async throws -> [UInt8]? {
        let folder = try TemporaryFolder()
        guard case .streamStart(let start) = SampleEvents.start(run: "r") else { return nil }
        let first = try await DeliveryRig(in: folder)
        let outlet = try await first.outlet()
        _ = try await outlet.goOn(as: start)
        try await outlet.append([.streamStart(start), SampleEvents.scene(0)])
        await outlet.keep([1, 2, 3])
        await outlet.keep([4, 5])
        try await outlet.append(later)
        let run = outlet.run
        await first.service.stop()
        try change(JournalLayout(state: folder.path, feed: "f").checkpointPath(ofRun: run))
        let second = try await DeliveryRig(in: folder)
        let next = try await second.outlet().goOn(as: start)
        await second.service.stop()
        guard case .resume = next.beginning else { return nil }
        return next.checkpoint
    }

    @Test func theLastOneIsGiven() async throws {
        #expect(try await found([]) == [4, 5])
        // What tells of no answer changes nothing.
        let at = SampleEvents.instant(80)
        #expect(
            try await found([.watermark(at), .feedState(PictureState(at: at, kind: .black))]) == [4, 5])
    }

    @Test func whatWasDecidedLaterMakesItUseless() async throws {
        #expect(try await found([SampleEvents.scene(1)]) == nil)
    }

    @Test func aTornOneIsNone() async throws {
        for length in 0..<12 {
            let bytes = try await found([]) { path in
                let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
                try handle.truncate(atOffset: UInt64(length))
            }
            #expect(bytes == nil)
        }
        let changed = try await found([]) { path in
            var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            bytes[bytes.count - 1] ^= 1
            try bytes.write(to: URL(fileURLWithPath: path))
        }
        #expect(changed == nil)
        #expect(try await found([]) { try FileManager.default.removeItem(atPath: $0) } == nil)
    }
}
