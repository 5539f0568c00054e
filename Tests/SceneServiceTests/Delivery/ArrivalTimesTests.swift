import EventDelivery
import EventJournal
import Platform
import Testing

@Suite struct ArrivalTimesTests {
    private static func cursor(_ sequence: Int, run: Int = 1) -> JournalCursor {
        JournalCursor(run: JournalRig.run(run), sequence: Int64(sequence))
    }

    @Test func theOldestThatIsLeftCounts() {
        var times = ArrivalTimes()
        #expect(times.wait(behind: Self.cursor(0), now: 50) == nil)
        for (sequence, now) in [(3, 100.0), (3, 105), (4, 110), (9, 150)] {
            times.note(Self.cursor(sequence), now: now)
        }
        // A run that has no events yet keeps nobody waiting.
        times.note(Self.cursor(0, run: 2), now: 155)
        let waits: [(taken: Int, seconds: Double?)] = [
            (0, 60), (2, 60), (3, 50), (4, 10), (8, 10), (9, nil), (12, nil),
        ]
        for (taken, seconds) in waits {
            #expect(times.wait(behind: Self.cursor(taken), now: 160) == seconds, "\(taken)")
        }
        times.note(Self.cursor(1, run: 2), now: 158)
        #expect(times.wait(behind: Self.cursor(9), now: 160) == 2)
        #expect(times.wait(behind: Self.cursor(900, run: 0), now: 160) == 60)
    }

    /// A receiver that takes half of what comes is ever later, however many batches it takes.
    @Test func whoFallsBehindIsEverLater() throws {
        var times = ArrivalTimes()
        for second in 1...4000 {
            times.note(Self.cursor(second), now: Double(second))
            let taken = second / 2
            let wait = try #require(times.wait(behind: Self.cursor(taken), now: Double(second)))
            let exact = Double(second - taken - 1)
            try #require(wait <= exact && exact <= 1.125 * wait)
        }
    }

    /// Months of events, in bursts and one by one: no wait is told too long, and none by more than an eighth
    /// too short.
    @Test(arguments: [1, 2, 3] as [UInt64]) func fewMomentsAreEnough(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var times = ArrivalTimes()
        var (now, moments) = (1000.0, [Double]())
        for _ in 0..<20_000 {
            now += [0.001, 0.2, 3, 2000].randomElement(using: &generator) ?? 1
            moments.append(now)
            times.note(Self.cursor(moments.count), now: now)
            guard moments.count.isMultiple(of: 400) else { continue }
            for taken in [0, moments.count / 3, Int.random(in: 0..<moments.count, using: &generator)] {
                let wait = try #require(times.wait(behind: Self.cursor(taken), now: now + 1))
                let exact = now + 1 - moments[taken]
                try #require(wait <= exact && exact <= 1.125 * wait + 1e-6, "\(taken): \(wait) of \(exact)")
            }
        }
    }
}
