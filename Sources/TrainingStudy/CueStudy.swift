import Foundation
import Platform
import SceneModel
import SceneSegmentation
import SceneTraining
import TensorKernels
import Timeline

/// One similarity cue against several, in training-free coherence and in the relational network that ships:
/// average precision and F1 by the rule that ships, mean over films, and what a window costs.
///
/// `folder=OUT`: films of `tools/train/features-to-safetensors`; those with VGG19 and HSV count. `k=K`.
/// `repeats=N`: what a window costs is the least of so many runs.
struct CueStudy {
    let folder: String
    let settings: Settings
    private let network: (network: RelationalNetwork, head: BoundaryHead)?
    /// The decision threshold that it ships with.
    private let networkThreshold: Double

    init(folder: String, settings: Settings) throws {
        self.folder = folder
        self.settings = settings
        let file = try ModelFile(path: "builtin:relational")
        network = (file.context as? RelationalNetwork).map { ($0, file.head) }
        networkThreshold = file.metadata.threshold ?? 0.5
    }

    /// One way to compare parts.
    private struct Row {
        var name: String
        var kind = Kind.coherence
        /// Feature and typical distance of each cue; nil: as of embeddings of unknown origin. A feature that
        /// stands twice has twice the weight.
        var cues: [(feature: String, typical: Float?)]
    }

    private enum Kind {
        case coherence
        /// `builtin:relational`, by the mean of the cues.
        case relational
        /// The same, by each cue alone; the mean of the logits counts.
        case logits
        /// Coherence's logit, and a quarter of the network's.
        case sum
    }

    private static let rows = [
        Row(name: "VGG19", cues: [("VGG19", 0.45)]),
        Row(name: "HSV", cues: [("HSV", 0.35)]),
        Row(name: "VGG19 + HSV", cues: [("VGG19", 0.45), ("HSV", 0.35)]),
        Row(name: "2 VGG19 + HSV", cues: [("VGG19", 0.45), ("VGG19", 0.45), ("HSV", 0.35)]),
        Row(name: "VGG19 + 2 HSV", cues: [("VGG19", 0.45), ("HSV", 0.35), ("HSV", 0.35)]),
        Row(name: "VGG19, unknown", cues: [("VGG19", nil)]),
        Row(name: "HSV, unknown", cues: [("HSV", nil)]),
        Row(name: "VGG19, unknown + HSV", cues: [("VGG19", nil), ("HSV", 0.35)]),
        Row(name: "both unknown", cues: [("VGG19", nil), ("HSV", nil)]),
        Row(name: "relational, VGG19", kind: .relational, cues: [("VGG19", 0.45)]),
        Row(name: "relational, HSV", kind: .relational, cues: [("HSV", 0.35)]),
        Row(
            name: "relational, VGG19 + HSV", kind: .relational, cues: [("VGG19", 0.45), ("HSV", 0.35)]),
        Row(
            name: "relational, HSV + VGG19", kind: .relational, cues: [("HSV", 0.35), ("VGG19", 0.45)]),
        Row(
            name: "relational, VGG19, unknown + HSV", kind: .relational,
            cues: [("VGG19", nil), ("HSV", 0.35)]),
        Row(
            name: "relational, logits of both", kind: .logits, cues: [("VGG19", 0.45), ("HSV", 0.35)]),
        Row(name: "coherence + 1/4 relational, VGG19", kind: .sum, cues: [("VGG19", 0.45)]),
        Row(name: "coherence + 1/4 relational, HSV", kind: .sum, cues: [("HSV", 0.35)]),
        Row(
            name: "coherence + 1/4 relational, both", kind: .sum, cues: [("VGG19", 0.45), ("HSV", 0.35)]),
    ]

    /// What a row reaches on a film.
    private struct Result {
        var averagePrecision: Double
        var f1: Double
        var reported: Int
        var labeled: Int
    }

    func run() throws {
        let ids = try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".safetensors") }.map { String($0.dropLast(12)) }.sorted()
        let first = try StudyFilms(folder: folder, ids: ids, feature: "VGG19").films
        let second = try StudyFilms(folder: folder, ids: first.map(\.id), feature: "HSV").films
        let films = first.compactMap { film in
            second.first { $0.id == film.id }.map { ["VGG19": film, "HSV": $0] }
        }
        let names = films.compactMap { $0["VGG19"]?.id }
        say("\(films.count) films; K = \(neighbors)")
        var results: [[Result]] = []
        for row in Self.rows {
            var time = Duration.zero
            var windows = 0
            results.append(
                films.map { film in
                    let parts = parts(film, row)
                    windows += parts.count
                    let (result, spent) = judge(parts, film["VGG19"]?.labels ?? [], row)
                    time += spent
                    return result
                })
            report(row, results, names, time / max(windows, 1))
        }
    }

    private var neighbors: Int { settings.int("k", 8) }

    private func parts(_ film: [String: TrainingFilm], _ row: Row) -> [EncodedPart] {
        let cues = row.cues.compactMap { film[$0.feature] }
        var start: Int64 = 0
        return (0..<cues[0].shotCount).map { shot in
            let duration = cues[0].durations[shot]
            let end = start + Int64((duration * 25).rounded())
            var part = EncodedPart(
                index: shot, shotIndex: shot, start: Instant(pts: start), end: Instant(pts: end),
                duration: duration, entry: nil, isLastOfShot: true, embedding: cues[0].embeddings.row(shot))
            part.furtherEmbeddings = cues.dropFirst().map { $0.embeddings.row(shot) }
            start = end
            return part
        }
    }

    private func scorer(_ row: Row) -> any BoundaryScorer {
        let cues = ComparedCues(typicalDistances: row.cues.map(\.typical))
        guard row.kind != .coherence, let network else {
            return CoherenceScorer(neighborCount: neighbors, cues: cues)
        }
        let scorer = RelationalScorer(network: network.network, head: network.head, cues: cues)
        return switch row.kind {
        case .coherence, .relational: scorer
        case .logits: MeanLogitScorer(scorer, cueCount: row.cues.count)
        case .sum:
            SummedLogitScorer(
                CoherenceScorer(neighborCount: neighbors, cues: cues), scorer, share: 0.25,
                threshold: Float(networkThreshold))
        }
    }

    /// Scores and boundaries as a stream gives them; the last shot is not judged.
    private func judge(_ parts: [EncodedPart], _ labels: [Bool], _ row: Row) -> (Result, Duration) {
        var scorer = scorer(row)
        var ring = EmbeddingRing(neighborCount: scorer.neighborCount, leftCount: scorer.leftCount)
        var scores: [Float] = []
        var spent = Duration.seconds(3600)
        for _ in 0..<settings.int("repeats", 1) {
            scores = []
            let time = ContinuousClock().measure {
                for part in parts {
                    if let window = ring.push(part) { scores.append(scorer.score(window)) }
                }
                for window in ring.finish() { scores.append(scorer.score(window)) }
            }
            spent = min(spent, time)
        }
        var segmenter = SceneSegmenter(
            scorer: scorer, timeBase: TimeBase(numerator: 1, denominator: 25),
            options: SegmentationOptions(
                splitAfter: 10,
                decision: DecisionOptions(
                    threshold: Score(row.kind == .relational || row.kind == .logits ? networkThreshold : 0.5),
                    minimumSceneLength: 8, awaitedScores: 1)))
        var outputs: [SegmenterOutput] = []
        for part in parts { outputs += segmenter.push(part, at: part.end) }
        outputs += segmenter.finish(at: parts[parts.count - 1].end)
        var ends: [Int] = []
        for case .boundary(let boundary) in outputs { ends.append(boundary.leftShot) }
        let last = parts.count - 1
        let labeled = labels.prefix(last).count { $0 }
        let hits = ends.count { labels[$0] }
        return (
            Result(
                averagePrecision: Self.averagePrecision(Array(scores.prefix(last)), labels),
                f1: 2 * Double(hits) / Double(max(ends.count + labeled, 1)), reported: ends.count,
                labeled: labeled), spent
        )
    }

    /// scikit-learn's: the sum over thresholds of (R_n - R_(n-1)) P_n, equal scores being one threshold.
    private static func averagePrecision(_ scores: [Float], _ labels: [Bool]) -> Double {
        let order = scores.indices.sorted { scores[$0] > scores[$1] }
        let positives = order.count { labels[$0] }
        var (hits, before, sum) = (0, 0, 0.0)
        for (rank, index) in order.enumerated() {
            if labels[index] { hits += 1 }
            if rank + 1 < order.count, scores[order[rank + 1]] == scores[index] { continue }
            sum += Double(hits - before) / Double(max(positives, 1)) * Double(hits) / Double(rank + 1)
            before = hits
        }
        return sum
    }

    /// The row's means, and how far they lie above those of each row with one cue of the same kind.
    private func report(_ row: Row, _ results: [[Result]], _ names: [String], _ cost: Duration) {
        let mine = results[results.count - 1]
        func mean(_ value: (Result) -> Double, where isChosen: (String) -> Bool = { _ in true }) -> Double {
            let chosen = zip(mine, names).filter { isChosen($0.1) }.map { value($0.0) }
            return chosen.reduce(0, +) / Double(max(chosen.count, 1))
        }
        let isBBC = { (name: String) in name.hasPrefix("bbc") }
        let shares = Double(mine.reduce(0) { $0 + $1.reported }) / Double(mine.reduce(0) { $0 + $1.labeled })
        say(
            "\(row.name): AP BBC \(text(mean(\.averagePrecision, where: isBBC))), others "
                + "\(text(mean(\.averagePrecision) { !isBBC($0) })), all \(text(mean(\.averagePrecision)))"
                + "; F1 \(text(mean(\.f1))); reported/labeled \(text(shares)); \(cost) a window")
        guard row.cues.count > 1 else { return }
        for (index, other) in Self.rows.enumerated() where other.cues.count == 1 && index < results.count - 1
        {
            let base = results[index]
            let precision = zip(mine, base).map { $0.averagePrecision - $1.averagePrecision }
            let f1 = zip(mine, base).map { $0.f1 - $1.f1 }
            say("  above \(other.name): AP \(interval(precision)), F1 \(interval(f1))")
        }
    }

    /// Mean, and the paired 95 % interval over 10,000 resamples of the films.
    private func interval(_ differences: [Double]) -> String {
        var generator = SeededGenerator(seed: 1)
        let count = differences.count
        let means = (0..<10_000).map { _ in
            (0..<count).reduce(0) { sum, _ in
                sum + differences[Int.random(in: 0..<count, using: &generator)]
            } / Double(count)
        }.sorted()
        let mean = differences.reduce(0, +) / Double(count)
        return String(format: "%+.3f (%+.3f to %+.3f)", mean, means[249], means[9749])
    }

    private func text(_ value: Double) -> String { String(format: "%.3f", value) }

    private func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}
