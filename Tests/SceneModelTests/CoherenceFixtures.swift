import Platform
import Foundation
import SceneModel
import SceneSegmentation
import Timeline

/// Encoded parts and windows made by hand.
enum CoherenceFixtures {
    /// Folders of material for measuring, absent from most machines.
    static let featureFolder = ProcessInfo.processInfo.environment["SCENED_FEATURE_DUMP"]
    static let pictureFolder = ProcessInfo.processInfo.environment["SCENED_ANALYSIS_PICTURES"]

    static func part(
        _ index: Int, _ embedding: [Float], seconds: Double = 3, shot: Int? = nil,
        entry: TransitionKind? = .cut
    ) -> EncodedPart {
        let start = Instant(pts: Int64(index) * 1000)
        let part = Part(
            index: index, shotIndex: shot ?? index, start: start, end: Instant(pts: start.pts + 1000),
            duration: seconds, entry: entry.map { Transition(kind: $0, score: Score(1)) }, isLastOfShot: true,
            keyFrames: [], motion: 0)
        return EncodedPart(part, embedding: embedding)
    }

    /// The window around `center`, edges repeated as the segmenter does it; `left` parts before it, or as
    /// many as the scorer takes unless told.
    static func window(_ parts: [EncodedPart], center: Int, neighbors: Int, left: Int? = nil)
        -> ContextWindow
    {
        let left = left ?? max(CoherenceScorer.memory, neighbors)
        let wanted = (center - left)...(center + neighbors)
        return ContextWindow(
            parts: wanted.map { parts[min(max($0, 0), parts.count - 1)] }, leftCount: left,
            repeatedLeft: max(left - center, 0),
            repeatedRight: max(center + neighbors - (parts.count - 1), 0))
    }

    /// The score of every part of a film.
    static func scores(
        _ parts: [EncodedPart], neighbors: Int, left: Int? = nil, typicalDistance: Float? = 0.4
    ) -> [Float] {
        var scorer = CoherenceScorer(
            neighborCount: neighbors, leftCount: left, typicalDistance: typicalDistance)
        return parts.indices.map {
            scorer.score(window(parts, center: $0, neighbors: neighbors, left: left))
        }
    }

    /// Parts near one direction per letter of `plan`, e.g. `AABBABCC`; spread 0 makes equal letters equal.
    static func film(_ plan: String, dimension: Int = 32, spread: Float = 0.5, seed: UInt64 = 1)
        -> [EncodedPart]
    {
        var generator = SeededGenerator(seed: seed)
        var directions: [Character: [Float]] = [:]
        return plan.enumerated().map { index, letter in
            let direction = directions[letter] ?? (0..<dimension).map { _ in generator.symmetric() }
            directions[letter] = direction
            return part(index, direction.map { $0 + spread * generator.symmetric() })
        }
    }

    /// sklearn's average precision: the sum over thresholds of (R_n - R_(n-1)) P_n, equal scores being one
    /// threshold.
    static func averagePrecision(_ scores: [Float], _ labels: [Bool]) -> Double {
        let order = scores.indices.sorted { scores[$0] > scores[$1] }
        let positives = Double(labels.count { $0 })
        var hits = 0.0
        var hitsBefore = 0.0
        var sum = 0.0
        for (rank, index) in order.enumerated() {
            if labels[index] { hits += 1 }
            if rank + 1 < order.count, scores[order[rank + 1]] == scores[index] { continue }
            sum += (hits - hitsBefore) / positives * hits / Double(rank + 1)
            hitsBefore = hits
        }
        return sum
    }
}

extension SeededGenerator {
    /// Uniform in -1..<1.
    mutating func symmetric() -> Float { Float.random(in: -1..<1, using: &self) }
}
