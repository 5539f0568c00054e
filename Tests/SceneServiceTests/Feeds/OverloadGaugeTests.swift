import FeedRuntime
import Testing
import Timeline

/// What a worker leaves out when the machine cannot keep up, told in seconds of a clock that the test holds.
@Suite struct OverloadGaugeTests {
    private static let all: [Relief.Step] = [.loopFilter, .pictures, .groups, .keyFrames]

    /// A worker, second by second.
    private struct Worker {
        var gauge = OverloadGauge(steps: OverloadGaugeTests.all)
        var now = 100.0
        var waited = 0.0
        var media = 0.0
        /// Each change, with the second it came in.
        var changes: [String] = []

        /// `share` of each second is spent waiting, while `speed` seconds of media come.
        mutating func run(_ seconds: Int, share: Double, speed: Double) {
            for _ in 0..<seconds {
                now += 1
                waited += share
                media += speed
                if let step = gauge.push(now: now, waited: waited, media: media) {
                    changes.append("\(Int(now) - 100) \(step)")
                }
            }
        }
    }

    @Test func aWorkerThatKeepsUpIsLetBe() {
        var worker = Worker()
        worker.run(600, share: 0.4, speed: 1)
        // At the edge, but in time.
        worker.run(600, share: 0.01, speed: 1)
        #expect(worker.changes.isEmpty)
    }

    /// A source whose clock is 100 millionths slow is a second behind after three hours, and never late.
    @Test func clocksThatDifferAreNoOverload() {
        var worker = Worker()
        worker.run(30_000, share: 0.02, speed: 1 - 100e-6)
        #expect(worker.changes.isEmpty)
    }

    /// Never waiting and falling behind: a step each time that the last one did not help for five seconds.
    /// The first comes at seven: at six a thousandth of the second that it must be behind may be the clocks'.
    @Test func oneThatFallsBehindClimbsTheLadder() {
        var worker = Worker()
        worker.run(60, share: 0, speed: 0.8)
        #expect(worker.changes == ["7 loopFilter", "13 pictures", "19 groups", "25 keyFrames"])
        #expect(worker.gauge.step == .keyFrames)
    }

    /// The other side sent late, and then all at once: busy and behind, but gaining.
    @Test func catchingUpIsNoOverload() {
        var worker = Worker()
        worker.run(20, share: 0.5, speed: 1)
        worker.run(9, share: 1, speed: 0)
        worker.run(9, share: 0, speed: 2)
        worker.run(20, share: 0.5, speed: 1)
        #expect(worker.changes.isEmpty)
    }

    /// A source that sends late for good: behind, but waiting.
    @Test func aLateSourceIsNoOverload() {
        var worker = Worker()
        worker.run(20, share: 0.5, speed: 1)
        worker.run(10, share: 0.9, speed: 0)
        worker.run(100, share: 0.5, speed: 1)
        #expect(worker.changes.isEmpty)
    }

    /// A playlist's pieces come all at once, every six seconds.
    @Test func burstsAreNoOverload() {
        var worker = Worker()
        for _ in 0..<50 {
            worker.run(2, share: 0, speed: 3)
            worker.run(4, share: 1, speed: 0)
        }
        #expect(worker.changes.isEmpty)
    }

    @Test func itRecoversAfterAWhileOfSpareTime() {
        var worker = Worker()
        worker.run(12, share: 0, speed: 0.8)
        worker.run(8, share: 0, speed: 1.6)
        #expect(worker.changes == ["7 loopFilter", "13 pictures"])
        worker.run(100, share: 0.5, speed: 1)
        #expect(worker.changes.count == 4 && worker.gauge.step == .none)
        #expect(worker.changes[2...].map { $0.split(separator: " ")[1] } == ["loopFilter", "none"])
    }

    /// A step back that was too early: the next one waits longer, at most sixteen minutes.
    @Test func itDoesNotSwing() {
        var worker = Worker()
        for _ in 0..<3000 {
            // Keeps up only with everything left out.
            let isEnough = worker.gauge.step == .keyFrames
            worker.run(1, share: isEnough ? 0.5 : 0, speed: isEnough ? 1 : 0.5)
        }
        let recoveries = worker.changes.filter { $0.hasSuffix("groups") }.count
        #expect(4...9 ~= recoveries, "\(worker.changes)")
    }

    /// Only steps that change something are taken; a worker that starts eased goes on so.
    @Test func stepsThatDoNotApplyAreLeftOut() {
        var worker = Worker()
        worker.gauge = OverloadGauge(steps: [.pictures])
        worker.run(60, share: 0, speed: 0.8)
        #expect(worker.changes == ["7 pictures"])
        #expect(OverloadGauge(steps: Self.all, startingAt: .pictures).step == .pictures)
        #expect(OverloadGauge(steps: [.loopFilter], startingAt: .keyFrames).step == .loopFilter)
    }

    /// Time stamps that jump put nobody behind.
    @Test func gapsBeginAnew() {
        var worker = Worker()
        worker.run(20, share: 0.5, speed: 1)
        worker.media -= 1000
        worker.gauge.restart()
        worker.run(30, share: 0, speed: 1)
        #expect(worker.changes.isEmpty)
    }
}
