import SceneEvaluation
import SceneEvents
import TestSupport
import Testing
import Timeline

/// `EventComparison` on streams whose differences are known.
@Suite struct EventComparisonTests {
    private let sample = SampleStream()

    private func boundary(_ frame: Int64, score: Double = 0.6, state: BoundaryState = .final) -> Event {
        .boundary(
            Boundary(
                at: sample.instant(frame), kind: .cut, state: state, revision: 0, score: Score(score),
                threshold: Score(0.5), transition: nil, leftShot: 0, rightShot: 1, rightParts: 8,
                isComplete: true, delay: 0))
    }

    private func compare(_ first: [Event], _ second: [Event]) -> EventComparison {
        let start = Event.streamStart(sample.start)
        return EventComparison([start] + first, [start] + second)
    }

    /// 24 pictures a second: six are a quarter of a second.
    @Test(
        arguments: [
            ([240, 480], [240, 480], 2, 0, [], []), ([240, 480], [246, 480], 1, 1, [], []),
            ([240, 480], [247, 480], 1, 0, [240], [247]), ([240, 244], [242], 0, 1, [244], []),
            ([], [168], 0, 0, [], [168]),
        ] as [([Int64], [Int64], Int, Int, [Int64], [Int64])])
    func boundaries(
        first: [Int64], second: [Int64], same: Int, moved: Int, onlyFirst: [Int64], onlySecond: [Int64]
    ) {
        let comparison = compare(first.map { boundary($0) }, second.map { boundary($0) })
        let found = comparison.kinds[0]
        #expect(found.sameCount == same && found.movedCount == moved)
        func seconds(_ frames: [Int64]) -> [Int64] {
            frames.map { sample.clock.microseconds(at: sample.instant($0).pts) }
        }
        #expect(found.onlyFirst == seconds(onlyFirst) && found.onlySecond == seconds(onlySecond))
        #expect(comparison.isSame == (first == second))
        #expect((comparison.firstDifference == nil) == (first == second))
    }

    /// What was taken back counts for nothing, and of a revised score the last one.
    @Test func theLastRevisionCounts() throws {
        let first = [
            boundary(120, score: 0.5, state: .provisional), boundary(120, score: 0.75), boundary(216),
            boundary(216, state: .retracted),
        ]
        let comparison = compare(first, [boundary(120, score: 0.5)])
        #expect(comparison.isSame)
        #expect(comparison.kinds[0].scoreDifferences == [0.25])
        let difference = try #require(comparison.firstDifference)
        #expect(difference == (1, 1))
    }

    /// Who ran it, when, and how the machine stood is no difference.
    @Test func volatileFieldsAreNoDifference() {
        var other = sample
        other.feed = "film"
        var events = other.events
        if case .streamStart(var start) = events[0] {
            (start.run, start.input, start.wall) = (
                "01J00000000000000000000001", "other.mp4", "2027-01-02T03:04:05Z"
            )
            start.model.file = nil
            events[0] = .streamStart(start)
        }
        events.insert(.degraded(Relief(at: sample.instant(3), leftOut: .init([.loopFilter]))), at: 2)
        let comparison = EventComparison(sample.events, events)
        #expect(comparison.firstDifference == nil && comparison.isSame)
        events[0] = .streamStart(SampleStream(startPTS: 0).start)
        #expect(EventComparison(sample.events, events).firstDifference?.first == 0)
        #expect(
            EventComparison(sample.events, Array(sample.events.dropLast())).firstDifference?.second == sample
                .events.count - 1)
    }
}
