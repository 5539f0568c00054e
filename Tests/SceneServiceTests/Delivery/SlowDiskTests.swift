import EventDelivery
import EventJournal
import FeedRuntime
import Foundation
import Platform
import SceneEvents
import SceneService
import Synchronization
import TestSupport
import Testing

/// A journal whose disk takes its time holds up no feed whose journal has another thread.
@Suite struct SlowDiskTests {
    @Test(arguments: [(0, 1), (31, 1), (32, 2), (100, 4), (224, 8), (10_000, 8)])
    func threadsGrowWithTheFeeds(feeds: Int, threads: Int) {
        #expect(DeliveryService.journalThreads(feeds: feeds) == threads)
    }

    /// The slow feed's `fdatasync` returns once another feed's event is on disk, or after half a minute.
    @Test func othersReachTheDiskMeanwhile() async throws {
        let files = FaultyFiles()
        let (begun, beginning) = AsyncStream<Void>.makeStream()
        let others = DispatchSemaphore(value: 0)
        let isInTime = Mutex<Bool?>(nil)
        let rig = try await DeliveryRig(files: files) { configuration in
            configuration.socket = nil
            configuration.feeds = (0..<32).map {
                FeedConfiguration(name: "f\($0)", input: SecretText("x"))
            }
        }
        let slow = try await rig.outlet("f0")
        let other = try await rig.outlet("f1")
        #expect(slow.loop !== other.loop)
        files.with { state in
            state.beforeSync = { path in
                guard path.contains("/f0/") else { return }
                beginning.yield()
                let result = others.wait(timeout: .now() + 30)
                isInTime.withLock { $0 = $0 ?? (result == .success) }
                others.signal()
            }
        }
        let writing = Task { try await slow.append([SampleEvents.start(run: slow.run)]) }
        for await _ in begun { break }
        try await other.append([SampleEvents.start(run: other.run)])
        let durable = rig.service.directory.entry(of: "f1")?.durable.sequence
        #expect(durable == 1)
        others.signal()
        try await writing.value
        #expect(isInTime.withLock { $0 } == true)
        files.with { $0.beforeSync = nil }
        await rig.service.stop()
    }
}
