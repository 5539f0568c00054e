import Foundation
import NeuralNet
import SceneModel
import SceneSegmentation
import TensorKernels
import Testing

@Suite struct CRNScorerTests {
    static func scorer() throws -> any BoundaryScorer {
        try ModelFile.scorer(CRNGoldenTests.file("k8"), encoder: "golden-24", dimension: 24)
    }

    static func windows(_ count: Int) -> [ContextWindow] {
        var random = CRNRandom(seed: 3)
        return (0..<count).map { _ in
            ContextWindow(
                parts: (0..<17).map { _ in CRNFixtures.part(random.vector(24)) }, repeatedLeft: 0,
                repeatedRight: 0)
        }
    }

    @Test func itIsABoundaryScorer() throws {
        var scorer: any BoundaryScorer = try Self.scorer()
        #expect(scorer.name == "crn")
        #expect(scorer.neighborCount == 8)
        for window in Self.windows(20) { #expect((0...1).contains(scorer.score(window))) }
    }

    /// Contract 15: whatever came before, and whatever another scorer does in between.
    @Test func equalWindowsGiveEqualBits() throws {
        let windows = Self.windows(12)
        let fresh = try windows.map { window in
            var scorer = try Self.scorer()
            return scorer.score(window).bitPattern
        }
        var random = CRNRandom(seed: 9)
        var scorer = try Self.scorer()
        var other = try #require(scorer.separate())
        for _ in 0..<200 {
            let index = Int.random(in: 0..<windows.count, using: &random)
            #expect(scorer.score(windows[index]).bitPattern == fresh[index])
            #expect(other.score(windows[11 - index]).bitPattern == fresh[11 - index])
        }
        #expect(Set(fresh).count == 12)
    }

    /// Weights and windows without bounds: still a probability.
    @Test(arguments: [Float(1e38), -.infinity, .nan])
    func hugeEmbeddings(value: Float) throws {
        var scorer = try Self.scorer()
        let calm = try #require(Self.windows(1).first)
        let before = scorer.score(calm).bitPattern
        var window = calm
        window.parts[8].embedding[0] = value
        #expect((0...1).contains(scorer.score(window)))
        #expect(scorer.score(calm).bitPattern == before)
    }

    /// The center and its neighbors matter, each in its place.
    @Test func everyPlaceCounts() throws {
        var scorer = try Self.scorer()
        let window = try #require(Self.windows(1).first)
        let score = scorer.score(window)
        for place in 0..<17 {
            var other = window
            other.parts[place] = other.parts[(place + 5) % 17]
            #expect(scorer.score(other) != score)
        }
    }

    /// Milliseconds per window of the full size; with SCENED_MEASURE set.
    @Test(
        .enabled(
            if: ProcessInfo.processInfo.environment["SCENED_MEASURE"] != nil, "set SCENED_MEASURE to measure")
    )
    func timePerWindow() throws {
        let weights = try #require(CRNFixtures.fullWeights)
        let clock = ContinuousClock()
        let begun = clock.now
        var scorer = try ModelFile.scorer(
            SafetensorsFile(path: weights.path), encoder: "resnet50", dimension: 2048)
        let loading = clock.now - begun
        var random = CRNRandom(seed: 1)
        let window = ContextWindow(
            parts: (0..<17).map { _ in CRNFixtures.part(random.vector(2048)) }, repeatedLeft: 0,
            repeatedRight: 0)
        for _ in 0..<5 { _ = scorer.score(window) }
        let times = (0..<200).map { _ in clock.measure { _ = scorer.score(window) } }.sorted()
        print(
            "full-size window: median \(times[100]), fastest \(times[0]); loading \(loading); "
                + "OpenBLAS \(BLAS.version), core \(BLAS.coreName), \(BLAS.threadCount) thread")
    }
}
