import Platform
import SceneSegmentation
import Testing
import Timeline

/// Undecided boundaries, told as parts arrive: contract 11.
@Suite struct ProvisionalTests {
    /// The score of a window is that which stands for its last two entries.
    private struct TableScorer: BoundaryScorer {
        let name = "table"
        let neighborCount = 2
        /// By the center's index and the last entry's.
        let scores: [[Float]]

        mutating func score(_ window: ContextWindow) -> Float {
            scores[window.center.index][(window.parts.last?.index ?? 0) - window.center.index]
        }
    }

    private func at(_ pts: Int64) -> Instant { Instant(pts: pts) }

    private func told(_ scores: [[Float]], peak: Int = 0, minimum: Double = 0) -> [[String]] {
        var segmenter = SceneSegmenter(
            scorer: TableScorer(scores: scores), timeBase: SyntheticStream.timeBase,
            options: SegmentationOptions(
                splitAfter: 5, isProvisional: true,
                decision: DecisionOptions(
                    threshold: Score(0.5), minimumSceneLength: minimum, awaitedScores: peak)))
        var answers: [[String]] = []
        func note(_ outputs: [SegmenterOutput]) {
            answers.append(
                outputs.compactMap {
                    guard case .boundary(let found) = $0 else { return nil }
                    return
                        "\(found.at.pts / 1000) \(found.state.rawValue) \(found.revision) right \(found.rightParts)"
                })
        }
        for index in scores.indices { note(segmenter.push(part(index), at: at(Int64(index + 1) * 1000))) }
        note(segmenter.finish(at: at(Int64(scores.count) * 1000)))
        return answers
    }

    @Test func onceItLooksLikeOne() {
        // Part 0 looks like an end with one part behind it, and is one with two; part 1 only looks so; part 2
        // neither.
        let low: [Float] = [0, 0, 0]
        #expect(
            told([[0, 0.7, 0.6], [0.9, 0.8, 0.2], low, low]) == [
                [], ["1 provisional 0 right 1"], ["1 final 1 right 2", "2 provisional 0 right 1"],
                ["2 retracted 1 right 2"], [],
            ])
    }

    @Test func notBeforeAPartIsClosedBehindIt() {
        // All the right-hand side would be the part itself.
        #expect(told([[0.9, 0.1, 0.1], [0.9, 0.1, 0.1], [0.9, 0, 0]]) == [[], [], [], []])
    }

    @Test func aScoreThatStaysIsNoNews() {
        let answers = told([[0, 0.7, 0.7], [0, 0, 0], [0, 0, 0]], peak: 1)
        #expect(answers == [[], ["1 provisional 0 right 1"], [], ["1 final 1 right 2"]])
    }

    @Test func aNeighborCounts() {
        // Part 1 scores higher than part 0, and takes it back once that is certain; part 2 never was the
        // higher one.
        let scores: [[Float]] = [[0, 0.6, 0.6], [0, 0.9, 0.9], [0, 0.8, 0.8], [0, 0, 0], [0, 0, 0]]
        #expect(
            told(scores, peak: 1) == [
                [], ["1 provisional 0 right 1"], ["2 provisional 0 right 1"], ["1 retracted 1 right 2"],
                ["2 final 1 right 2"], [],
            ])
    }

    @Test func theLeastLengthCounts() {
        // Part 2 is too close behind part 1, which is not decided yet.
        let scores: [[Float]] = [[0, 0, 0], [0, 0.9, 0.9], [0, 0.8, 0.8], [0, 0, 0], [0, 0, 0]]
        #expect(
            told(scores, minimum: 1.5) == [
                [], [], ["2 provisional 0 right 1"], ["2 final 1 right 2"], [], [],
            ])
    }

    /// On random streams: decisions are those of a run that tells nothing before; `rev` counts from 0; each
    /// boundary that was told is decided, and nothing follows a decision.
    @Test(arguments: 0..<80) func decisionsStayAsTheyAre(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed) + 20_000)
        var setup = Setup.random(&generator)
        let seconds = min(150, 30 * setup.tau / 1000)
        let stream = SyntheticStream.random(&generator, seconds: seconds, tau: setup.tau, m: setup.m)
        if seed % 2 == 0 { setup.options.deadline = Double(setup.lag + 3 * setup.tau) / 1000 }
        let quiet = Recording(stream, setup)
        setup.options.isProvisional = true
        let run = Recording(stream, setup)
        let decided = run.outputs.map(\.output).filter {
            if case .boundary(let boundary) = $0 { boundary.state == .final } else { true }
        }
        func withoutRevision(_ output: SegmenterOutput) -> SegmenterOutput {
            guard case .boundary(var boundary) = output else { return output }
            boundary.revision = 0
            return .boundary(boundary)
        }
        #expect(decided.map(withoutRevision) == quiet.outputs.map(\.output), "\(setup)")
        var last: [Instant: Boundary] = [:]
        for boundary in run.boundaries {
            #expect(boundary.revision == last[boundary.at].map { $0.revision + 1 } ?? 0)
            #expect(last[boundary.at].map { $0.state == .provisional } ?? (boundary.state != .retracted))
            #expect(boundary.state != .provisional || boundary.rightParts > 0)
            last[boundary.at] = boundary
        }
        #expect(last.values.allSatisfy { $0.state != .provisional }, "\(setup)")
    }

    /// The random streams do hold provisional answers that come true and such that do not.
    @Test func randomStreamsTellBoth() {
        var states: [BoundaryState: Int] = [:]
        for seed in 0..<20 {
            var generator = SeededGenerator(seed: UInt64(seed) + 20_000)
            var setup = Setup.random(&generator)
            setup.options.isProvisional = true
            let stream = SyntheticStream.random(
                &generator, seconds: min(150, 30 * setup.tau / 1000), tau: setup.tau, m: setup.m)
            for boundary in Recording(stream, setup).boundaries { states[boundary.state, default: 0] += 1 }
        }
        #expect(states.values.allSatisfy { $0 > 20 } && states.count == 3, "\(states)")
    }
}
