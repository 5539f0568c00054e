import TestSupport
import Platform
import SceneEvaluation
import Testing

struct SceneClusteringTests {
    struct Case: Decodable {
        var left: [Int]
        var right: [Int]
        var value: Double
    }

    @Test func mutualInformationEqualsThatOfScikitLearn() throws {
        for golden in try Files.json([Case].self, Files.fixture("mutual_information.json")) {
            expectNear(SceneClustering.normalizedMutualInformation(golden.left, golden.right), golden.value)
        }
        expectNear(SceneClustering.normalizedMutualInformation([0, 0, 1, 1], [5, 5, 2, 2]), 1)
        expectNear(SceneClustering.normalizedMutualInformation([0, 0], [1, 1]), 1)
    }

    /// Points around `groups` distant places, group after group.
    static func clouds(groups: Int, each: Int, dimension: Int, spread: Double, seed: UInt64) -> [Float] {
        var generator = SeededGenerator(seed: seed)
        var points: [Float] = []
        for _ in 0..<groups {
            let place = (0..<dimension).map { _ in generator.fraction() * 20 }
            for _ in 0..<each { points += place.map { Float($0 + (generator.fraction() - 0.5) * spread) } }
        }
        return points
    }

    @Test func kMeansFindsSeparateClouds() {
        let points = Self.clouds(groups: 5, each: 20, dimension: 6, spread: 0.5, seed: 9)
        let best = (0..<10).map { KMeans(points: points, dimension: 6, clusterCount: 5, seed: $0) }
            .min { $0.inertia < $1.inertia }
        let truth = (0..<100).map { $0 / 20 }
        expectNear(SceneClustering.normalizedMutualInformation(truth, best?.assignments ?? []), 1)
        let once = KMeans(points: points, dimension: 6, clusterCount: 5, seed: 2)
        #expect(
            once.assignments == KMeans(points: points, dimension: 6, clusterCount: 5, seed: 2).assignments)
    }

    /// With as many clusters as distinct points, each has its own, coinciding points included.
    @Test func kMeansFillsEveryCluster() {
        let points: [Float] = [0, 0, 0, 0, 0, 0, 7, 7]
        let clusters = KMeans(points: points, dimension: 2, clusterCount: 2, seed: 1)
        #expect(clusters.inertia == 0)
        #expect(Set(clusters.assignments).count == 2)
        let single = KMeans(points: [1, 1, 1], dimension: 1, clusterCount: 3, seed: 1)
        #expect(Set(single.assignments).count == 3)
    }

    @Test func agreementIsHighForTightScenesAndLowForNoise() throws {
        let scenes = (0..<12).map { $0 * 10..<($0 + 1) * 10 }
        let probe = SceneClustering(shotsPerScene: 8)
        let tight = Self.clouds(groups: 12, each: 10, dimension: 8, spread: 0.1, seed: 3)
        let noise = Self.clouds(groups: 1, each: 120, dimension: 8, spread: 1, seed: 3)
        let high = try #require(probe.agreement(embeddings: tight, dimension: 8, scenes: scenes))
        let low = try #require(probe.agreement(embeddings: noise, dimension: 8, scenes: scenes))
        #expect(high > 0.9)
        #expect(low < 0.6)
        #expect(probe.agreement(embeddings: tight, dimension: 8, scenes: [0..<10, 10..<15]) == nil)
    }
}
