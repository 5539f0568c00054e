import Platform
import SceneSegmentation
import Testing
import Timeline

/// Scores in, boundaries out; one candidate a second.
@Suite struct BoundaryDeciderTests {
    struct Row: Sendable {
        var scores: [Double]
        var awaited = 0
        var minimum = 0.0
        var boundaries: [Int]
    }

    @Test(arguments: [
        // The threshold counts as reached; what is compared is the printed score.
        Row(scores: [0.5, 0.499999, 0.4999996, 0.9], boundaries: [0, 2, 3]),
        // Peaks: the earlier of two equal ones wins, and a veto needs no acceptance.
        Row(scores: [0.6, 0.9, 0.7, 0.7, 0.8], awaited: 1, boundaries: [1, 4]),
        Row(scores: [0.7, 0.7, 0.7], awaited: 1, boundaries: [0]),
        Row(scores: [0.7, 0.6, 0.7], awaited: 1, boundaries: [0, 2]),
        // The least length looks back only: a better one behind it is refused. It counts from the start, too.
        Row(scores: [0.9, 0.6, 0.9, 0.6, 0.7], minimum: 2, boundaries: [1, 3]),
        Row(scores: [0.9, 0.1, 0.8, 0.1, 0.7], minimum: 2.5, boundaries: [2]),
    ])
    func table(row: Row) {
        var decider = BoundaryDecider(
            options: DecisionOptions(
                threshold: Score(0.5), minimumSceneLength: row.minimum, awaitedScores: row.awaited),
            timeBase: SyntheticStream.timeBase)
        decider.begin(at: 0)
        let scores = row.scores.map { Score($0) }
        let found = scores.indices.filter { index in
            let next = row.awaited == 1 && index + 1 < scores.count ? scores[index + 1] : nil
            return decider.decide(
                partIndex: index, at: Int64(index + 1) * 1000, score: scores[index], next: next
            )
            .isBoundary
        }
        #expect(found == row.boundaries)
    }

    /// The running threshold ends near the wanted number of scenes, whatever the scores' level.
    @Test(arguments: [0.1, 0.5, 0.9], [10.0, 60.0]) func scenesPerHour(level: Double, wanted: Double) {
        var generator = SeededGenerator(seed: 3)
        var decider = BoundaryDecider(
            options: DecisionOptions(
                threshold: Score(0.5), minimumSceneLength: 4, awaitedScores: 0, scenesPerHour: wanted),
            timeBase: SyntheticStream.timeBase)
        decider.begin(at: 0)
        let hours = 6
        var inLastHours = 0
        for index in 0..<(hours * 900) {
            let score = Score(level + Double.random(in: -0.1...0.1, using: &generator))
            let pts = Int64(index + 1) * 4000
            let verdict = decider.decide(partIndex: index, at: pts, score: score, next: nil)
            if index == 0 { #expect(abs(verdict.threshold.value - 0.5) < 0.005) }
            if verdict.isBoundary, index >= 2 * 900 { inLastHours += 1 }
        }
        let rate = Double(inLastHours) / 4
        #expect(rate > 0.6 * wanted && rate < 1.6 * wanted, "\(rate)")
    }

    /// A peak does not look across a gap, and the least length begins anew.
    /// The rule of contract 8, also once more scores were given than are remembered: k counts the hours that
    /// the remembered ones span.
    @Test func thresholdsByTheRule() {
        var generator = SeededGenerator(seed: 4)
        var decider = BoundaryDecider(
            options: DecisionOptions(threshold: Score(0.5), scenesPerHour: 60),
            timeBase: SyntheticStream.timeBase)
        decider.begin(at: 0)
        var scores: [Double] = []
        for index in 0..<3000 {
            let score = Score(Double.random(in: 0...1, using: &generator))
            let pts = Int64(index + 1) * 10_000
            let verdict = decider.decide(partIndex: index, at: pts, score: score, next: nil)
            if index < 100 || index % 53 == 0 {
                let seconds = Double(index + 1) * 10
                let forgotten = Double(max(0, scores.count - 1024)) * 10
                let falling = scores.suffix(1024).sorted(by: >)
                let rank = Int(max(1, 60 * (seconds - forgotten) / 3600))
                let quantile = rank <= falling.count ? falling[rank - 1] : 0
                let weight = max(0, 1 - seconds / 600)
                #expect(verdict.threshold == Score(weight * 0.5 + (1 - weight) * quantile), "\(index)")
            }
            scores.append(score.value)
        }
    }

    @Test func gaps() {
        var decider = BoundaryDecider(
            options: DecisionOptions(threshold: Score(0.5), minimumSceneLength: 2, awaitedScores: 1),
            timeBase: SyntheticStream.timeBase)
        decider.begin(at: 0)
        #expect(decider.decide(partIndex: 0, at: 3000, score: Score(0.9), next: nil).isBoundary)
        decider.pause(at: 4000)
        decider.begin(at: 9000)
        #expect(!decider.decide(partIndex: 1, at: 10_000, score: Score(0.8), next: nil).isBoundary)
        decider.pause(at: 11_000)
        decider.begin(at: 20_000)
        #expect(decider.decide(partIndex: 2, at: 22_000, score: Score(0.7), next: nil).isBoundary)
    }
}
