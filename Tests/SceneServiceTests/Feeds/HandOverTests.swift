import SceneService
import Platform
import FeedRuntime
import Dispatch
import Foundation
import Logging
import MediaInput
import SceneEvents
import ScenePipeline
import SceneSegmentation
import Synchronization
import Testing
import Timeline

/// How a feed's thread hands over what it has found.
@Suite struct HandOverTests {
    /// Takes nothing until it is let.
    private actor SlowOutlet: EventOutlet {
        private(set) var taken: [Int] = []
        private var isOpen = false
        private var waiting: [CheckedContinuation<Void, Never>] = []
        /// Signaled with each call of `append`.
        nonisolated let calls = DispatchSemaphore(value: 0)

        func append(_ events: [Event]) async throws {
            calls.signal()
            if !isOpen { await withCheckedContinuation { waiting.append($0) } }
            taken.append(events.count)
        }

        func open() {
            isOpen = true
            for continuation in waiting { continuation.resume() }
            waiting = []
        }

        func status(_ status: FeedStatus) async {}
    }

    private struct Failure: Error, CustomStringConvertible { let description = "the reader left" }

    private struct BrokenOutlet: EventOutlet {
        func append(_ events: [Event]) async throws { throw Failure() }
        func status(_ status: FeedStatus) async {}
    }

    private struct QuickOutlet: EventOutlet {
        let thread: Caller
        func append(_ events: [Event]) async throws {
            await Task.yield()
            thread.note()
        }
        func status(_ status: FeedStatus) async {}
    }

    /// The thread on which the outlet was called.
    private final class Caller: Sendable {
        private let seen = Mutex<pthread_t?>(nil)
        func note() { seen.withLock { $0 = pthread_self() } }
        var isCallers: Bool { seen.withLock { $0.map { pthread_equal($0, pthread_self()) != 0 } ?? false } }
    }

    /// Goes on once another thread lets it.
    private final class HeldOutlet: EventOutlet {
        private let held = Mutex<CheckedContinuation<Void, Never>?>(nil)

        func append(_ events: [Event]) async throws {
            await withCheckedContinuation { continuation in held.withLock { $0 = continuation } }
        }

        func release() {
            let continuation = held.withLock { held in
                defer { held = nil }
                return held
            }
            continuation?.resume()
        }

        func status(_ status: FeedStatus) async {}
    }

    /// Whether a feed had ended while its thread was being woken.
    private final class Overtaking: Sendable {
        let end = DispatchSemaphore(value: 0)
        private let found = Mutex<[Bool]>([])

        /// What `wake` does: gives the feed's thread a while to come to its end meanwhile.
        func wake() {
            let isOver = end.wait(timeout: .now() + .milliseconds(100)) == .success
            found.withLock { $0.append(isOver) }
        }

        var findings: [Bool] { found.withLock { $0 } }
    }

    private static func parcel(_ count: Int) -> HandOver.Parcel {
        HandOver.Parcel(events: (0..<count).map { .watermark(Instant(pts: Int64($0))) })
    }

    /// The feed's thread goes on while its outlet waits, and is woken when the outlet is done.
    @Test func aSlowOutletHoldsUpNothing() async {
        let outlet = SlowOutlet()
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let woken = DispatchSemaphore(value: 0)
                let handOver = HandOver(to: outlet, wake: { woken.signal() })
                handOver.start(Self.parcel(3))
                #expect(handOver.isBusy)
                outlet.calls.wait()
                // What is called meanwhile comes back here: nobody waits for this thread.
                Task { await outlet.open() }
                while handOver.isBusy {
                    woken.wait()
                    handOver.turn()
                }
                handOver.start(Self.parcel(5))
                handOver.wait()
                #expect(!handOver.isBusy && handOver.failure == nil)
                continuation.resume()
            }
        }
        #expect(await outlet.taken == [3, 5])
    }

    @Test func aFailureIsKept() async {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let handOver = HandOver(to: BrokenOutlet(), wake: {})
                handOver.start(Self.parcel(1))
                handOver.wait()
                #expect(handOver.failure == "the reader left")
                continuation.resume()
            }
        }
    }

    /// It needs none of the threads that tasks share: here all of them are taken.
    @Test func aHandOverNeedsNoThreadOfTheTasks() async {
        let (release, started) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let blockers = ProcessInfo.processInfo.activeProcessorCount
        for _ in 0..<blockers {
            Task.detached {
                started.signal()
                Self.wait(release)
            }
        }
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                // All of them: this test's own is free while it waits.
                for _ in 0..<blockers { started.wait() }
                let thread = Caller()
                let handOver = HandOver(to: QuickOutlet(thread: thread), wake: {})
                handOver.start(Self.parcel(1))
                handOver.wait()
                #expect(thread.isCallers)
                for _ in 0..<blockers { release.signal() }
                continuation.resume()
            }
        }
    }

    private static func wait(_ semaphore: DispatchSemaphore) { semaphore.wait() }

    /// With the last of what is handed over, the feed's thread may free all of it: whoever brings that from
    /// another thread has to be gone before.
    @Test func aFeedDoesNotEndWhileItIsWoken() async {
        let overtaking = Overtaking()
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let (outlet, isBrought) = (HeldOutlet(), DispatchSemaphore(value: 0))
                let handOver = HandOver(to: outlet, wake: { overtaking.wake() })
                handOver.start(Self.parcel(1))
                Thread.detachNewThread {
                    outlet.release()
                    isBrought.signal()
                }
                handOver.wait()
                overtaking.end.signal()
                isBrought.wait()
                continuation.resume()
            }
        }
        #expect(overtaking.findings == [false])
    }

    /// A feed whose outlet has stopped taking events still tells how it stands, and its heartbeats come
    /// together once it can.
    @Test func aFeedGoesOnWithoutItsOutlet() async throws {
        var timing = FeedTiming()
        timing.heartbeat = 0.1
        var plan = FeedPlan(
            name: "f", address: FeedAddress("tcp://127.0.0.1:1"), options: SegmentOptions(),
            media: MediaOptions(), timing: timing, version: "0")
        plan.executable = "/nonexistent"
        let outlet = SlowOutlet()
        let beats = DispatchSemaphore(value: 0)
        let runner = FeedRunner(name: "f")
        try runner.start(
            plan, run: FeedRun(name: "r"), model: SharedModel(ChosenModel(neighborCount: 2)), outlet: outlet,
            limiter: OpenLimiter(), logger: Logger(label: "t") { _ in SwiftLogNoOpLogHandler() },
            phase: { if $0 == .turning { beats.signal() } })
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                outlet.calls.wait()
                // The thread turns on: a sign of life comes at most once a second.
                for _ in 0..<3 { beats.wait() }
                continuation.resume()
            }
        }
        #expect(await outlet.taken.isEmpty)
        await outlet.open()
        runner.stop()
        #expect(await runner.ending == .stopped)
        #expect(await outlet.taken.contains { $0 > 2 })
    }
}
