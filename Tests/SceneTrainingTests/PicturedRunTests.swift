import Foundation
import NeuralNet
import SceneModel
import SceneSegmentation
import SceneTraining
import TensorKernels
import Testing
import Timeline

/// Runs that train the scene encoder over patches, on made-up key frames: what fills most of a picture is its
/// recording's own, a small field in it is of the recording's series.
@Suite struct PicturedRunTests {
    private static let side = 32
    private static let count = 10
    private static let rows = 12

    private static func network() throws -> PatchSceneNetwork {
        let path = Lab.repository.appending(path: "fixtures/scenes/patches.safetensors").path
        let layout = try #require(PatchLayout(shots: 3))
        return PatchSceneNetwork(
            vision: try TrainableVisionTransformer(clip: SafetensorsFile(path: path), headCount: 2),
            layout: layout, metadata: ModelMetadata())
    }

    private static func picture(_ recording: Int, _ row: Int) -> RGBPicture {
        let field: [UInt8] = recording % 2 == 0 ? [230, 60, 40] : [40, 70, 230]
        var bytes: [UInt8] = []
        for y in 0..<side {
            for x in 0..<side {
                for channel in 0..<3 {
                    let own =
                        (recording * 53 + channel * 71 + x * (3 + recording % 5) + y * (2 + row % 3)) & 127
                    let isField = x >= 8 && x < 16 && y >= 8 && y < 16
                    bytes.append(isField ? field[channel] : UInt8(60 + own))
                }
            }
        }
        return RGBPicture(width: side, height: side, bytes: bytes)
    }

    private static let frames = (0..<count).map { recording in
        (0..<rows).map { [picture(recording, $0)] }
    }

    private static func archive(_ network: PatchSceneNetwork, share: Double = 0.4) -> SceneArchive {
        let films = frames.enumerated().map { recording, pictures in
            let vectors = pictures.map { frames in
                network.encode([ScenePart(embedding: [], seconds: 1, pictures: frames)], width: 0)
            }
            return TrainingFilm(
                id: "film \(recording)",
                embeddings: Matrix(
                    rows: rows, columns: vectors[0].count, values: vectors.flatMap(\.self)),
                durations: Array(repeating: 2, count: rows))
        }
        return SceneArchive(
            films: films, similar: SceneEncoderRunTests.similar(count), partners: 4, heldOutShare: share,
            seed: 1)
    }

    private static func options(_ archive: SceneArchive, epochs: Int, seed: UInt64 = 1)
        -> SceneLearningOptions
    {
        var options = SceneEncoderRunTests.options(archive, epochs: epochs, seed: seed)
        options.similarity = SimilarityOptions(
            lengths: archive.films.map(\.shotCount), embeddingWidth: archive.films[0].embeddings.columns)
        options.momentum = .small(pairs: archive.pairBound(window: 3), batch: 8)
        (options.momentum.window, options.momentum.leastShots, options.momentum.headWidth) = (3, 3, 0)
        options.momentumSchedule = TrainingSchedule(
            epochs: epochs, batchSize: 8, rate: 1e-3, warmupShare: 0.25, rule: .adam(decay: 1e-8), dropout: 0,
            gradientLimit: 5, seed: seed)
        return options
    }

    private static func run(
        _ network: PatchSceneNetwork, _ archive: SceneArchive, epochs: Int, seed: UInt64 = 1
    ) throws -> SceneEncoderRun<PicturedViews> {
        try #require(
            SceneEncoderRun(
                archive, options(archive, epochs: epochs, seed: seed), encoder: network,
                views: PicturedViews(frames, for: network)))
    }

    /// Scenes of recordings that were never seen find those of their series more often than before.
    @Test func learnsWhatIsAlike() throws {
        let network = try Self.network()
        let archive = Self.archive(network)
        var run = try Self.run(network, archive, epochs: 12)
        let judge = SceneRetrieval(
            films: archive.films, heldOut: archive.heldOut, similar: archive.known, piece: 3,
            pictures: PicturedViews(Self.frames, for: network).parts)
        let before = judge.figure(run.sceneEncoder)
        #expect(judge.count == archive.heldOut.count * 4 && archive.heldOut.count == 4)
        var losses: [Double] = []
        run.run { progress in
            if progress.stage == "scenes" { losses.append(progress.loss) }
            return true
        }
        let after = judge.figure(run.sceneEncoder)
        #expect(after.five > before.five + 0.1, "\(before) \(after)")
        let (early, late): (Double, Double) = (losses.prefix(5).reduce(0, +), losses.suffix(5).reduce(0, +))
        #expect(late < early)
    }

    /// The same bytes for the same seed, and when it was stopped between the stages and within the second.
    @Test func repeatsAndResumes() throws {
        let network = try Self.network()
        let archive = Self.archive(network, share: 0)
        func bytes(_ run: SceneEncoderRun<PicturedViews>) -> [UInt8] {
            var run = run
            run.run { _ in true }
            return run.file(ModelMetadata()).bytes()
        }
        let whole = bytes(try Self.run(network, archive, epochs: 1))
        #expect(whole == bytes(try Self.run(network, archive, epochs: 1)))
        #expect(whole != bytes(try Self.run(network, archive, epochs: 1, seed: 2)))
        var run = try Self.run(network, archive, epochs: 1)
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).safetensors").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let between = try #require(run.stages.first).totalSteps
        for _ in 0..<between + 1 { _ = run.advance() }
        try run.checkpoint().writer.write(to: path)
        var resumed = try Self.run(network, archive, epochs: 1)
        try resumed.restore(Checkpoint(SafetensorsFile(path: path)))
        #expect(bytes(resumed) == whole)
    }

    /// Recordings whose embeddings show something but whose key frames are black teach nothing.
    @Test func blackFramesAreNoPair() throws {
        let network = try Self.network()
        let archive = Self.archive(network, share: 0)
        let black = RGBPicture(
            width: Self.side, height: Self.side,
            bytes: [UInt8](repeating: 0, count: 3 * Self.side * Self.side))
        let dark = Self.frames.map { $0.map { _ in [black] } }
        #expect(
            SceneEncoderRun(
                archive, Self.options(archive, epochs: 1), encoder: network,
                views: PicturedViews(dark, for: network)) == nil)
    }
}
