import Foundation
import SceneModel
import SceneSegmentation
import Testing

/// Average precision on per-shot features with human scene labels
/// (docs/measurements/coherence.md says how the folder is made).
/// Runs only where SCENED_FEATURE_DUMP names such a folder; the figures are printed.
@Suite(
    .enabled(
        if: CoherenceFixtures.featureFolder != nil, "set SCENED_FEATURE_DUMP to a folder of feature dumps"))
struct CoherenceFeatureTests {
    struct Film {
        var parts: [EncodedPart]
        var labels: [Bool]
    }

    /// Little-endian: Int32 shots, Int32 dimension, then Float32 seconds [shots], labels [shots], features.
    static func film(_ path: String) throws -> Film {
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        let header = data.prefix(8).withUnsafeBytes { Array($0.bindMemory(to: Int32.self)) }
        let count = Int(header[0])
        let dimension = Int(header[1])
        let floats = data.dropFirst(8).withUnsafeBytes { raw in
            (0..<(raw.count / 4)).map { raw.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
        }
        try #require(floats.count == count * (2 + dimension))
        let parts = (0..<count).map { shot in
            let start = 2 * count + shot * dimension
            return CoherenceFixtures.part(
                shot, Array(floats[start..<(start + dimension)]), seconds: Double(floats[shot]))
        }
        return Film(parts: parts, labels: (0..<count).map { floats[count + $0] > 0.5 })
    }

    @Test(arguments: [("VGG19", Float(0.45), 0.46, 0.43), ("HSV", 0.35, 0.42, 0.39)], [8, 4])
    func beatsTwoSidedSimilarity(_ set: (String, Float, Double, Double), _ neighbors: Int) throws {
        let folder = try #require(CoherenceFixtures.featureFolder)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        var broadcast: [Double] = []
        var other: [Double] = []
        var f1: [Double] = []
        var clock = Duration.zero
        var windows = 0
        for name in names where name.hasSuffix(".\(set.0)") {
            let film = try Self.film(folder + "/" + name)
            let last = film.parts.count - 1
            var scores: [Float] = []
            clock += ContinuousClock().measure {
                scores = CoherenceFixtures.scores(film.parts, neighbors: neighbors, typicalDistance: set.1)
            }
            windows += scores.count
            let labels = Array(film.labels[..<last])
            let precision = CoherenceFixtures.averagePrecision(Array(scores[..<last]), labels)
            if name.hasPrefix("bbc") { broadcast.append(precision) } else { other.append(precision) }
            let hits = zip(scores, labels).count { $0 >= 0.5 && $1 }
            let reported = scores[..<last].count { $0 >= 0.5 }
            f1.append(2 * Double(hits) / Double(max(reported + labels.count { $0 }, 1)))
        }
        let means = [broadcast, other, f1].map { $0.reduce(0, +) / Double(max($0.count, 1)) }
        print(
            "coherence \(set.0) K=\(neighbors): AP BBC \(means[0]) OVSD+RAI \(means[1]); F1 at 0.5 \(means[2]);",
            "\(clock / max(windows, 1)) a window")
        #expect(means[0] > set.2 - (neighbors < 8 ? 0.02 : 0))
        #expect(means[1] > set.3 - (neighbors < 8 ? 0.02 : 0))
    }
}
