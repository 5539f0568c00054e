import FeedRuntime
import Testing
import Timeline

/// The feed's decisions, told in seconds of a clock that the test holds.
@Suite struct FeedSupervisorTests {
    /// A feed and its clock.
    struct Feed {
        var core: FeedSupervisor
        var now = 100.0
        private var progress = WorkerProgress()

        init(
            isLive: Bool = true, stallAfter: Double = 10, seed: UInt64 = 1, awaitsPeer: Bool = false
        ) {
            var timing = FeedTiming(stallAfter: stallAfter)
            timing.awaitsPeer = awaitsPeer
            core = FeedSupervisor(timing: timing, isLive: isLive, seed: seed, now: now)
        }

        mutating func push(_ input: FeedSupervisor.Input, after seconds: Double = 0) -> [FeedSupervisor
            .Action]
        {
            now += seconds
            return core.push(input, now: now)
        }

        /// Starts, connects, and shows the first picture.
        mutating func connect() {
            _ = push(.start)
            reconnect()
        }

        mutating func reconnect() {
            _ = push(.granted)
            _ = push(.spawned)
            _ = push(.greeted)
            progress = WorkerProgress()
            _ = bytes()
            _ = packet()
            _ = push(.opened)
        }

        mutating func bytes(after seconds: Double = 0) -> [FeedSupervisor.Action] {
            progress.bytes += 188
            return push(.progress(progress), after: seconds)
        }

        mutating func packet(after seconds: Double = 0) -> [FeedSupervisor.Action] {
            progress.packets += 1
            return bytes(after: seconds)
        }

        /// A second of healthy video.
        mutating func second() -> [FeedSupervisor.Action] { packet(after: 0.5) + push(.picture, after: 0.5) }

        /// Lets the clock run to the next deadline, as the feed's thread does.
        mutating func wait() -> [FeedSupervisor.Action] {
            now = max(now, core.deadline)
            return core.push(.tick, now: now)
        }
    }

    /// Nothing is missed before an encoder comes; once it is there it has the deadlines of any feed, and when
    /// it has gone somebody listens again within a second, however often it goes.
    @Test func anEncoderIsAwaited() {
        var feed = Feed(awaitsPeer: true)
        for _ in 0..<20 {
            feed.now = max(feed.now, feed.core.deadline)
            _ = feed.push(feed.core.state == .idle ? .start : .tick)
            _ = feed.push(.granted)
            #expect(feed.push(.spawned).isEmpty)
            #expect(feed.push(.greeted).isEmpty)
            for _ in 0..<1000 { #expect(feed.push(.tick, after: 10).allSatisfy { $0 == .heartbeat }) }
            #expect(feed.core.state == .opening)
            #expect(!feed.bytes().contains(.askToStop))
            #expect(feed.push(.tick, after: 16).contains(.askToStop))
            _ = feed.push(.over(.ended(.damaged("gone"))))
            #expect(feed.core.state == .backoff && feed.core.deadline <= feed.now + 1)
        }
    }

    @Test func aFeedComesUpStepByStep() {
        var feed = Feed()
        #expect(feed.push(.start) == [.requestTurn])
        #expect(feed.core.state == .resolving)
        #expect(feed.push(.granted) == [.spawn])
        #expect(feed.core.state == .opening)
        #expect(feed.push(.spawned) == [])
        #expect(feed.push(.greeted) == [])
        #expect(feed.bytes() == [])
        #expect(feed.core.state == .probing)
        #expect(feed.packet() == [])
        #expect(feed.core.state == .waitingKey)
        #expect(feed.push(.opened) == [])
        #expect(feed.core.state == .running)
        #expect(feed.core.opens == 1)
    }

    /// Which silence is called what, when, and whether it costs the connection.
    @Test func silenceHasThreeDeadlines() {
        var stalled = Feed()
        stalled.connect()
        let start = stalled.now
        #expect(stalled.wait() == [.askToStop, .heartbeat])
        #expect(stalled.now == start + 10)
        #expect(stalled.core.reason == .stall)
        #expect(stalled.core.state == .stalled)

        // The last packets came a little after the last picture.
        var frozen = Feed()
        frozen.connect()
        _ = frozen.second()
        _ = frozen.packet(after: 0.2)
        #expect(frozen.wait() == [.heartbeat], "the regular one")
        while frozen.core.opens == 1, !frozen.wait().contains(.askToStop) {}
        #expect(frozen.core.reason == .stall)

        var audio = Feed()
        audio.connect()
        var seen: [FeedSupervisor.Action] = []
        var marked: Double?
        var dropped: Double?
        for second in 1...40 where dropped == nil {
            let actions = audio.bytes(after: 1)
            seen += actions
            if marked == nil, audio.core.state == .stalled { marked = Double(second) }
            if actions.contains(.askToStop) { dropped = Double(second) }
        }
        #expect(marked == 10)
        #expect(dropped == 30)
        #expect(audio.core.reason == .noVideo)

        var mute = Feed()
        mute.connect()
        var given: Double?
        for second in 1...40 where given == nil {
            if mute.packet(after: 1).contains(.askToStop) { given = Double(second) }
        }
        #expect(given == 10)
        #expect(mute.core.reason == .decoderReset)
    }

    @Test func videoThatComesBackInTimeKeepsItsConnection() {
        var feed = Feed()
        feed.connect()
        for _ in 0..<12 { _ = feed.bytes(after: 1) }
        #expect(feed.core.state == .stalled)
        #expect(feed.packet(after: 1) == [])
        #expect(feed.push(.picture) == [.heartbeat])
        #expect(feed.core.state == .running)
        #expect(feed.core.reason == nil)
        #expect(feed.core.opens == 1)
    }

    @Test func aWorkerThatDoesNotStopIsEnded() {
        var feed = Feed()
        feed.connect()
        _ = feed.wait()
        let asked = feed.now
        #expect(feed.wait() == [.endWorker])
        #expect(feed.now == asked + FeedTiming().grace)
        #expect(feed.push(.over(.died("signal 9"))) == [.beginGap(.stall)])
        #expect(feed.core.state == .backoff)
        #expect(feed.core.reason == .stall)
        #expect(feed.core.trouble?.hasPrefix("nothing arrives anymore: check") == true)
    }

    static let losses: [(WorkerLoss, Gap.Reason)] = [
        (.ended(.end), .disconnect), (.ended(.damaged("reset")), .disconnect),
        (.died("its reader was ended by signal 9"), .decoderReset),
    ]

    @Test(arguments: losses)
    func everyEndOfALiveFeedIsALoss(loss: WorkerLoss, reason: Gap.Reason) {
        var feed = Feed()
        feed.connect()
        #expect(feed.push(.over(loss)) == [.beginGap(reason), .heartbeat])
        #expect(feed.wait() == [.requestTurn])
        feed.reconnect()
        #expect(feed.core.state == .running)
        #expect(feed.core.reconnects == 1)
        #expect(feed.core.lastReason == reason)
    }

    static let endings: [(WorkerLoss, FeedEnding)] = [
        (.ended(.end), .end), (.ended(.damaged("cut")), .damaged("cut")), (.died("crash"), .lost("crash")),
        (.ended(.failed(.unusable, "no video")), .failed(.unusable, "no video")),
    ]

    @Test(arguments: endings)
    func aFileEndsWithItsInput(loss: WorkerLoss, ending: FeedEnding) {
        var feed = Feed(isLive: false)
        feed.connect()
        #expect(feed.push(.over(loss)) == [.end(ending)])
        #expect(feed.core.state == .ended)
    }

    /// A pipe cannot be opened again: silence is told, nothing more.
    @Test func aSilentPipeIsWaitedFor() {
        var feed = Feed(isLive: false)
        feed.connect()
        var actions: [FeedSupervisor.Action] = []
        for _ in 0..<50 { actions += feed.wait() }
        #expect(Set(actions) == [.heartbeat])
        #expect(feed.core.state == .stalled)
        _ = feed.packet()
        #expect(feed.push(.picture) == [.heartbeat])
        #expect(feed.core.state == .running)
    }

    /// It never gives up; the wait grows to its cap, is spread over the whole of it, and starts anew once all
    /// was well.
    @Test func waitsGrowAndSpread() {
        var waits: [[Double]] = []
        for seed in 0..<200 {
            var feed = Feed(seed: UInt64(seed))
            _ = feed.push(.start)
            var own: [Double] = []
            for _ in 0..<12 {
                _ = feed.push(.granted)
                _ = feed.push(.spawned)
                _ = feed.push(.greeted)
                let lost = feed.now
                _ = feed.push(.over(.ended(.failed(.unavailable, "refused"))))
                while !feed.wait().contains(.requestTurn) {}
                own.append(feed.now - lost)
            }
            #expect(feed.core.failedOpens == 12)
            waits.append(own)
        }
        for (attempt, cap) in [0.5, 1, 2, 4, 8, 16, 30, 30].enumerated() {
            let column = waits.map { $0[attempt] }
            #expect(column.allSatisfy { 0.25...max(cap, 0.25) ~= $0 })
            #expect(column.max()! - column.min()! > (cap - 0.25) / 2)
        }
    }

    /// An attempt counts as a connection when it gives a picture, and in no state before; no counter falls.
    @Test func onlyAPictureMakesAConnection() {
        var feed = Feed()
        var seen = (opens: 0, failed: 0)
        func look(_ core: FeedSupervisor, connections: Int) {
            #expect(core.connections == connections, "\(core.state)")
            #expect(0...1 ~= core.opens - core.connections - core.failedOpens, "\(core.state)")
            #expect(core.opens >= seen.opens && core.failedOpens >= seen.failed)
            seen = (core.opens, core.failedOpens)
        }
        _ = feed.push(.start)
        let refused: [FeedSupervisor.Input] = [
            .granted, .spawned, .greeted, .over(.ended(.failed(.refused, "404"))),
        ]
        for attempt in 1...5 {
            for input in refused {
                _ = feed.push(input)
                look(feed.core, connections: 0)
            }
            #expect(feed.core.failedOpens == attempt)
            while !feed.wait().contains(.requestTurn) {}
            look(feed.core, connections: 0)
        }
        feed.reconnect()
        look(feed.core, connections: 1)
        // A worker that says it twice has opened once.
        _ = feed.push(.opened)
        look(feed.core, connections: 1)
        #expect(feed.core.reconnects == 0)
        _ = feed.push(.over(.ended(.end)))
        look(feed.core, connections: 1)
        while !feed.wait().contains(.requestTurn) {}
        feed.reconnect()
        look(feed.core, connections: 2)
        #expect(feed.core.reconnects == 1 && feed.core.opens == 7)
    }

    @Test func onlyAHealthyMinuteResetsTheWait() {
        func waitAfter(seconds: Int) -> Double {
            var longest = 0.0
            for seed in 0..<40 {
                var feed = Feed(seed: UInt64(seed))
                _ = feed.push(.start)
                for _ in 0..<8 {
                    _ = feed.push(.granted)
                    _ = feed.push(.spawned)
                    _ = feed.push(.greeted)
                    _ = feed.push(.over(.ended(.failed(.unavailable, ""))))
                    while !feed.wait().contains(.requestTurn) {}
                }
                feed.reconnect()
                for _ in 0..<seconds { _ = feed.second() }
                let lost = feed.now
                _ = feed.push(.over(.ended(.end)))
                while !feed.wait().contains(.requestTurn) {}
                longest = max(longest, feed.now - lost)
            }
            return longest
        }
        #expect(waitAfter(seconds: 61) <= 0.5)
        #expect(waitAfter(seconds: 50) > 10)
    }

    /// Every stretch of time has its heartbeat, whatever the feed does.
    @Test func heartbeatsNeverStop() {
        for isLive in [true, false] {
            var feed = Feed(isLive: isLive)
            var beats = [feed.now]
            func note(_ actions: [FeedSupervisor.Action], _ now: Double) {
                if actions.contains(.heartbeat) { beats.append(now) }
            }
            note(feed.push(.start), feed.now)
            for _ in 0..<30 { note(feed.wait(), feed.now) }
            note(feed.push(.granted), feed.now)
            note(feed.push(.spawned), feed.now)
            note(feed.push(.greeted), feed.now)
            for _ in 0..<30 { note(feed.wait(), feed.now) }
            #expect(zip(beats, beats.dropFirst()).allSatisfy { $1 - $0 <= 10.001 })
            #expect(beats.count > 30)
        }
    }

    @Test func stoppingDrainsTheWorker() {
        var feed = Feed()
        feed.connect()
        #expect(feed.push(.stop) == [.askToStop])
        #expect(feed.core.state == .draining)
        #expect(feed.push(.stop) == [])
        #expect(feed.push(.over(.ended(.stopped))) == [.end(.stopped)])

        var waiting = Feed()
        waiting.connect()
        _ = waiting.push(.over(.ended(.end)))
        #expect(waiting.push(.stop) == [.end(.stopped)])

        var stuck = Feed()
        stuck.connect()
        _ = stuck.push(.stop)
        #expect(stuck.wait() == [.endWorker])
        #expect(stuck.push(.over(.died("signal 9"))) == [.end(.stopped)])
    }

    @Test func turnsAreSpread() {
        let limiter = OpenLimiter()
        let sameHost = (0..<4).map { _ in limiter.turn(host: "a:1", now: 50) }
        #expect(sameHost == [50, 51, 52, 53])
        let others = (0..<5).map { limiter.turn(host: "b\($0)", now: 60) }
        #expect(zip(others, others.dropFirst()).allSatisfy { $1 - $0 > 0.19 })
    }
}
