import Foundation
import NeuralNet
import SceneModel
import SceneSegmentation
import SceneTraining
import TensorKernels
import Testing

/// Runs on a small made-up archive: recordings of two series. What is largest in their shots is the
/// recording's own; what they share with their series is small.
@Suite struct SceneEncoderRunTests {
    static let width = 16

    /// Recordings of series 0 and 1 in turn. Numbers 0 to 7 of an embedding are the recording's own with
    /// noise, 8 to 15 a small trace of the series.
    static func films(_ count: Int = 12, shots: Int = 60) -> [TrainingFilm] {
        var random = RandomStream(seed: 4, purpose: .synthesis)
        var normal = NormalGenerator(random)
        let series = (0..<2).map { _ in normal.values(count: 8, deviation: 0.25) }
        let own = (0..<count).map { _ in normal.values(count: 8, deviation: 0.8) }
        random = normal.generator
        return (0..<count).map { film in
            var rows: [Float] = []
            for _ in 0..<shots {
                var draw = NormalGenerator(random)
                rows += zip(own[film], draw.values(count: 8, deviation: 0.4)).map { $0 + $1 }
                rows += zip(series[film % 2], draw.values(count: 8, deviation: 0.1)).map { $0 + $1 }
                random = draw.generator
            }
            return TrainingFilm(
                id: "film \(film)", embeddings: Matrix(rows: shots, columns: width, values: rows),
                durations: Array(repeating: 2, count: shots))
        }
    }

    static func similar(_ count: Int) -> SimilarRecordings {
        SimilarRecordings(labels: (0..<count).map { ["\($0 % 2)"] })
    }

    static func archive(_ films: [TrainingFilm], share: Double = 0.3, seed: UInt64 = 1) -> SceneArchive {
        SceneArchive(
            films: films, similar: similar(films.count), partners: 4, heldOutShare: share, seed: seed)
    }

    static func options(_ archive: SceneArchive, epochs: Int = 20, seed: UInt64 = 1) -> SceneLearningOptions {
        var momentum = MomentumOptions.small(pairs: archive.pairBound(window: 9), batch: 8)
        momentum.headWidth = 0
        var sizes = SceneTransformer.Sizes()
        (sizes.width, sizes.inner, sizes.headCount, sizes.layerCount, sizes.positionCount) = (16, 32, 2, 2, 8)
        return SceneLearningOptions(
            similarity: SimilarityOptions(
                lengths: archive.films.map(\.shotCount), embeddingWidth: width),
            similaritySchedule: TrainingSchedule(
                epochs: 2, batchSize: 8, rate: 0.05, warmupShare: 0, rule: .sgd(momentum: 0.9, decay: 0),
                dropout: 0.5, gradientLimit: 1, seed: seed),
            momentum: momentum,
            momentumSchedule: TrainingSchedule(
                epochs: epochs, batchSize: 8, rate: 3e-3, warmupShare: 0.25, rule: .adam(decay: 1e-8),
                dropout: 0.1, gradientLimit: 5, seed: seed),
            sizes: sizes)
    }

    static func run(seed: UInt64 = 1, epochs: Int = 2) throws -> SceneEncoderRun<EmbeddedViews> {
        let archive = archive(films(6, shots: 30), share: 0)
        return try #require(SceneEncoderRun(archive, options(archive, epochs: epochs, seed: seed)))
    }

    static func finished(_ run: SceneEncoderRun<EmbeddedViews>) -> [UInt8] {
        var run = run
        run.run { _ in true }
        return run.file(ModelMetadata()).bytes()
    }

    /// Scenes of recordings that were never seen find scenes of their series more often than by the mean.
    @Test func learnsWhatIsAlike() throws {
        let archive = Self.archive(Self.films())
        var run = try #require(SceneEncoderRun(archive, Self.options(archive)))
        let judge = SceneRetrieval(
            films: archive.films, heldOut: archive.heldOut, similar: archive.known, piece: 9)
        let before = judge.figure(MeanSceneEncoder())
        #expect(judge.count == archive.heldOut.count * 6 && archive.heldOut.count == 4)
        #expect(try judge.figure(SceneEncoderTests.encoder(run.encoder)).first == before.first)
        var losses: [Double] = []
        run.run { progress in
            if progress.stage == "scenes" { losses.append(progress.loss) }
            return true
        }
        let after = judge.figure(try SceneEncoderTests.encoder(run.encoder))
        #expect(after.first > before.first + 0.1, "\(before) \(after)")
        let (early, late): (Double, Double) = (losses.prefix(10).reduce(0, +), losses.suffix(10).reduce(0, +))
        #expect(late < early)
    }

    @Test func equalSeedsGiveEqualBytes() throws {
        let first = Self.finished(try Self.run())
        #expect(first == Self.finished(try Self.run()))
        #expect(first != Self.finished(try Self.run(seed: 2)))
    }

    /// Stopped after every number of steps, within both stages and between them, and gone on from the file of
    /// the checkpoint.
    @Test func resumedEqualsUninterrupted() throws {
        var run = try Self.run()
        let whole = Self.finished(run)
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).safetensors").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        var stages: Set<String> = []
        while !run.isFinished {
            stages.insert(run.advance().stage ?? "")
            guard !run.isFinished else { break }
            try run.checkpoint().writer.write(to: path)
            var resumed = try Self.run()
            try resumed.restore(Checkpoint(SafetensorsFile(path: path)))
            #expect(resumed.step == run.step)
            #expect(Self.finished(resumed) == whole, "after step \(run.step)")
        }
        #expect(stages == ["recordings", "scenes"] && run.step == run.totalSteps)
        var other = try Self.run(seed: 2)
        #expect(throws: CheckpointError.self) { try other.restore(Checkpoint(SafetensorsFile(path: path))) }
    }

    /// Nothing to tell apart is no run, and black recordings stop none.
    @Test func archivesThatTeachNothing() throws {
        let films = Self.films(4, shots: 20)
        let alike = SceneArchive(
            films: films, similar: SimilarRecordings(labels: Array(repeating: ["a"], count: 4)), partners: 3,
            heldOutShare: 0, seed: 1)
        #expect(SceneEncoderRun(alike, Self.options(alike)) == nil)
        let short = Self.archive(Self.films(4, shots: 8), share: 0)
        #expect(SceneEncoderRun(short, Self.options(short)) == nil)
        var black = films
        for film in black.indices {
            for row in 0..<20 {
                black[film].embeddings.setRow(row, to: Array(repeating: 0, count: Self.width))
            }
        }
        let dark = Self.archive(black, share: 0)
        #expect(SceneEncoderRun(dark, Self.options(dark)) == nil)
        // One shot can be seen, of each: the run goes through.
        for film in black.indices { black[film].embeddings.setRow(12, to: films[film].embeddings.row(12)) }
        let dim = Self.archive(black, share: 0)
        _ = Self.finished(try #require(SceneEncoderRun(dim, Self.options(dim, epochs: 1))))
    }

    /// A recording under two names is no pair to learn from.
    @Test func copiesAreLeftOut() {
        var films = Self.films(6, shots: 20)
        films[2] = films[0]
        let archive = Self.archive(films, share: 0)
        #expect(archive.copies.map { [$0.first, $0.second] } == [[0, 2]])
        #expect(!archive.similar.areAlike(0, 2) && archive.known.areAlike(0, 2))
    }
}
