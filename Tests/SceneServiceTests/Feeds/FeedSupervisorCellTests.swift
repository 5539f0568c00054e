import FeedRuntime
import Testing
import Timeline

/// Every state of a live feed against every input: what it does, and where it then is. What stands in no row
/// below changes nothing.
@Suite struct FeedCoreCellTests {
    /// Inputs by which a state is reached, and those that mean something there: the state after, and what is
    /// to be done.
    private struct Row {
        var name: String
        var path: [FeedSupervisor.Input]
        var state: FeedState
        var lines: [(input: FeedSupervisor.Input, state: FeedState, actions: [FeedSupervisor.Action])]
    }

    private static let bytes = progress(bytes: 1, packets: 0)
    private static let packet = progress(bytes: 2, packets: 1)
    private static let lost = FeedSupervisor.Input.over(.ended(.end))
    private static let failed = FeedSupervisor.Input.spawnFailed("no descriptor")

    private static func progress(bytes: Int64, packets: Int64) -> FeedSupervisor.Input {
        var progress = WorkerProgress()
        progress.bytes = bytes
        progress.packets = packets
        return .progress(progress)
    }

    private static let every: [FeedSupervisor.Input] = [
        .start, .granted, .spawned, failed, .greeted, bytes, packet, .opened, .picture, lost, .stop, .tick,
        .busy(1),
    ]

    private static let rows: [Row] = [
        Row(
            name: "idle", path: [], state: .idle,
            lines: [(.start, .resolving, [.requestTurn]), (.stop, .ended, [.end(.stopped)])]),
        Row(
            name: "resolving", path: [.start], state: .resolving,
            lines: [(.granted, .opening, [.spawn]), (.stop, .ended, [.end(.stopped)])]),
        Row(
            name: "opening, no worker yet", path: [.start, .granted], state: .opening,
            lines: [
                (.spawned, .opening, []), (failed, .backoff, [.heartbeat]), (.stop, .draining, []),
            ]),
        Row(
            name: "opening", path: [.start, .granted, .spawned], state: .opening,
            lines: [
                (bytes, .probing, []), (packet, .waitingKey, []), (.opened, .running, []),
                (lost, .backoff, [.heartbeat]), (.stop, .draining, [.askToStop]),
            ]),
        Row(
            name: "probing", path: [.start, .granted, .spawned, bytes], state: .probing,
            lines: [
                (packet, .waitingKey, []), (.opened, .running, []), (lost, .backoff, [.heartbeat]),
                (.stop, .draining, [.askToStop]),
            ]),
        Row(
            name: "waiting for a key picture", path: [.start, .granted, .spawned, packet], state: .waitingKey,
            lines: [
                (.opened, .running, []), (lost, .backoff, [.heartbeat]), (.stop, .draining, [.askToStop]),
            ]),
        Row(
            name: "running", path: [.start, .granted, .spawned, packet, .opened], state: .running,
            lines: [
                (lost, .backoff, [.beginGap(.disconnect), .heartbeat]), (.stop, .draining, [.askToStop]),
            ]),
        Row(
            name: "backoff", path: [.start, .granted, failed], state: .backoff,
            lines: [(.stop, .ended, [.end(.stopped)])]),
        Row(
            name: "draining, no worker yet", path: [.start, .granted, .stop], state: .draining,
            lines: [(.spawned, .draining, [.askToStop]), (failed, .ended, [.end(.stopped)])]),
        Row(
            name: "draining", path: [.start, .granted, .spawned, packet, .opened, .stop], state: .draining,
            lines: [(lost, .ended, [.end(.stopped)])]),
        Row(name: "ended", path: [.start, .stop], state: .ended, lines: []),
    ]

    @Test(arguments: rows.indices) func everyPairHasItsLine(index: Int) {
        let row = Self.rows[index]
        for input in Self.every {
            var core = FeedSupervisor(timing: FeedTiming(), isLive: true, seed: 1, now: 100)
            for step in row.path { _ = core.push(step, now: 100) }
            #expect(core.state == row.state, "\(row.name)")
            let line = row.lines.first { $0.input == input }
            let actions = core.push(input, now: 100)
            #expect(actions == line?.actions ?? [], "\(row.name): \(input)")
            #expect(core.state == line?.state ?? row.state, "\(row.name): \(input)")
        }
    }

    /// The time for the first byte begins with the worker's hello; one that never comes is given up, too.
    @Test(arguments: [false, true]) func aWorkerThatTakesLongToBeginIsNotTheInputsFault(awaitsPeer: Bool) {
        var timing = FeedTiming(stallAfter: 10)
        timing.awaitsPeer = awaitsPeer
        func core() -> FeedSupervisor {
            var core = FeedSupervisor(timing: timing, isLive: true, seed: 1, now: 100)
            for step in [.start, .granted, .spawned] as [FeedSupervisor.Input] {
                _ = core.push(step, now: 100)
            }
            return core
        }
        var slow = core()
        #expect(!slow.push(.tick, now: 130).contains(.askToStop))
        #expect(slow.push(.greeted, now: 130) == [])
        #expect(!slow.push(.tick, now: 139.9).contains(.askToStop))
        #expect(slow.push(.tick, now: 140).contains(.askToStop) != awaitsPeer)
        var silent = core()
        #expect(!silent.push(.tick, now: 144.9).contains(.askToStop))
        #expect(silent.push(.tick, now: 145).contains(.askToStop))
    }

    /// While the feed itself was busy, nobody took what came: the input was not silent for so long.
    @Test(arguments: [(0.0, true), (12.0, false)])
    func theFeedsOwnDelayIsNoSilence(busy: Double, isEnded: Bool) {
        var core = FeedSupervisor(timing: FeedTiming(stallAfter: 10), isLive: true, seed: 1, now: 100)
        for step in [.start, .granted, .spawned, Self.packet, .opened] as [FeedSupervisor.Input] {
            _ = core.push(step, now: 100)
        }
        let actions = core.push(.busy(busy), now: 112) + core.push(.tick, now: 112)
        #expect(actions.contains(.askToStop) == isEnded)
        // It counts from there.
        #expect(core.push(.tick, now: 122.1).contains(.askToStop) != isEnded)
    }

    /// A second request to end gives a worker no more time than the first did.
    @Test func aStopDoesNotProlongAVerdict() {
        var core = FeedSupervisor(timing: FeedTiming(stallAfter: 10), isLive: true, seed: 1, now: 100)
        for step in [.start, .granted, .spawned, Self.packet, .opened] as [FeedSupervisor.Input] {
            _ = core.push(step, now: 100)
        }
        #expect(core.push(.tick, now: 110).contains(.askToStop))
        _ = core.push(.stop, now: 110.1)
        #expect(core.push(.tick, now: 110.6).contains(.endWorker))
    }

    /// Where the system is short of something, the feed waits and asks again, for ever; its trouble says what
    /// is missing.
    @Test func aWorkerThatCannotBeStartedIsTriedAgain() {
        var core = FeedSupervisor(timing: FeedTiming(), isLive: false, seed: 1, now: 100)
        var now = 100.0
        _ = core.push(.start, now: now)
        for attempt in 1...20 {
            #expect(core.push(.granted, now: now) == [.spawn])
            _ = core.push(Self.failed, now: now)
            #expect(core.trouble == "no descriptor" && core.failedOpens == attempt)
            while !core.push(.tick, now: now).contains(.requestTurn) { now = max(now + 0.001, core.deadline) }
        }
        #expect(now < 100 + 20 * 31)
    }
}
