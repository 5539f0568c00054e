import Platform
import SceneService
import FeedRuntime
import SceneEvents
import Testing
import Timeline

/// Drift of a source's clock, and delays of answers.
@Suite struct FeedFigureTests {
    /// Pictures that arrive up to two seconds late, at random, from a clock that is `ppm` slower.
    private func measured(_ ppm: Double, minutes: Int) -> Double? {
        var meter = DriftMeter()
        var generator = SeededGenerator(seed: 3)
        for second in 0..<minutes * 60 {
            let now = Double(second)
            let late = Double.random(in: 0...2, using: &generator)
            meter.push(now: now, media: now * (1 - ppm / 1_000_000) - late)
        }
        return meter.partsPerMillion
    }

    @Test(arguments: [-300.0, 0, 80, 5000]) func aClockThatRunsAwayIsMeasured(ppm: Double) throws {
        let found = try #require(measured(ppm, minutes: 61))
        #expect(abs(found - ppm) < 25, "\(found)")
    }

    @Test func tenMinutesAreNeeded() {
        #expect(measured(100, minutes: 10) == nil)
        #expect(measured(100, minutes: 12) != nil)
        var meter = DriftMeter()
        for second in 0..<1200 { meter.push(now: Double(second), media: Double(second)) }
        meter.restart()
        #expect(meter.partsPerMillion == nil)
    }

    private static let clock = MediaClock(timeBase: TimeBase(numerator: 1, denominator: 100), startPTS: 500)

    private static func boundary(_ seconds: Int64, delay: Int64, _ state: BoundaryState = .final) -> Event {
        .boundary(
            Boundary(
                at: Instant(pts: 500 + 100 * seconds), kind: .cut, state: state, revision: 0, score: Score(1),
                threshold: Score(0), transition: nil, leftShot: 0, rightShot: 1, rightParts: 1,
                isComplete: true, delay: 100 * delay))
    }

    /// By media, and by the wall clock, on which this connection's first picture came at second 1000.
    @Test func lateAnswersAreCounted() {
        var delays = AnswerDelays(bound: 20)
        func note(_ event: Event, _ now: Double, _ earliest: Double? = 1000) {
            delays.note(event, clock: Self.clock, now: now, earliest: earliest)
        }
        note(Self.boundary(10, delay: 20), 1030.5)
        #expect(delays.lateInMedia == 0 && delays.lateByTheWall == 0)
        note(Self.boundary(10, delay: 20), 1032)
        #expect(delays.lateInMedia == 0 && delays.lateByTheWall == 1)
        note(Self.boundary(10, delay: 22), 1032)
        #expect(delays.lateInMedia == 1 && delays.lateByTheWall == 2)
        note(Self.boundary(10, delay: 90, .provisional), 1100)
        note(Self.boundary(10, delay: 20), 1100, nil)
        #expect(delays.lateInMedia == 1 && delays.lateByTheWall == 2 && delays.wall.count == 3)
        #expect(delays.wall.sum == 64.5)
        // Another thread of the feed, with another bound.
        var next = AnswerDelays(bound: 100)
        next.note(Self.boundary(10, delay: 20), clock: Self.clock, now: 1011, earliest: 1000)
        let total = next.counted(behind: delays)
        #expect(total.wall.count == 4 && total.wall.sum == 65.5)
        #expect(total.lateInMedia == 1 && total.lateByTheWall == 2)
        #expect(zip(total.wall.counts, delays.wall.counts).allSatisfy { $0 >= $1 })
    }
}
