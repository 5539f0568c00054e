import Foundation
import NeuralNet
import SceneModel
import SceneSegmentation
import SceneTraining
import TensorKernels
import Testing
import Timeline

/// Networks of every kind, through a file: a stream gets the scores that training saw.
@Suite struct ContextModelTests {
    static func scores<Network: ContextNetwork, Source: WindowSource>(
        _ network: Network, _ source: Source, _ kind: ContextKind
    ) throws -> (trained: [Float], streamed: [Float]) {
        let film = TrainingRunTests.film(3)
        let model = FineTunedModel(
            network: network, head: BoundaryHead(width: network.hiddenDimension, seed: 1))
        var trained = FilmScorer(model, source: source)
        var metadata = ModelMetadata()
        metadata.context = kind
        metadata.neighborCount = 3
        metadata.headCount = 4
        let path = FileManager.default.temporaryDirectory.appending(
            path: "scened-\(UUID().uuidString).safetensors"
        ).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try model.file(metadata).write(to: path)
        let file = try ModelFile(path: path)
        #expect(file.context.kind == kind && file.context.neighborCount == 3)
        let outline = try ModelOutline(verifying: SafetensorsFile(path: path))
        #expect(outline.context?.kind == kind && outline.architecture == kind.rawValue)
        var scorer = try file.makeScorer(encoder: "any", dimension: TrainingRunTests.width)
        #expect(scorer.name == kind.rawValue)
        return (
            trained.scores(film: 0, shotCount: film.shotCount),
            stream(film, &scorer)
        )
    }

    static func stream(_ film: TrainingFilm, _ scorer: inout any BoundaryScorer) -> [Float] {
        var ring = EmbeddingRing(neighborCount: scorer.neighborCount)
        var scores: [Float] = []
        for shot in 0..<film.shotCount {
            let at = Instant(pts: Int64(shot))
            let part = EncodedPart(
                index: shot, shotIndex: shot, start: at, end: at, duration: film.durations[shot],
                entry: Transition(kind: .cut, score: Score(1)), isLastOfShot: true,
                embedding: film.embeddings.row(shot))
            if let window = ring.push(part) { scores.append(scorer.score(window)) }
        }
        for window in ring.finish() { scores.append(scorer.score(window)) }
        return scores
    }

    static let films = [TrainingRunTests.film(3)]

    @Test func everyKindServesWhatWasTrained() throws {
        let width = TrainingRunTests.width
        let plain = EmbeddingWindows(Self.films, neighborCount: 3)
        let results = [
            try Self.scores(TrainingRunTests.network(), plain, .crn),
            try Self.scores(
                PerceptronNetwork(inputDimension: width, hiddenDimension: 16, neighborCount: 3, seed: 2),
                plain, .mlp),
            try Self.scores(
                RecurrentNetwork(inputDimension: width, hiddenDimension: 16, neighborCount: 3, seed: 2),
                plain,
                .lstm),
            try Self.scores(
                RelationalNetwork(
                    neighborCount: 3, hiddenDimension: 16, innerDimension: 32, headCount: 4, layerCount: 2,
                    seed: 2), RelationalWindows(Self.films, neighborCount: 3), .relational),
        ]
        for (trained, streamed) in results {
            // The last shot of a film is not decided: the relational scorer says 0.
            #expect(trained.count == streamed.count && Set(trained).count > 5)
            #expect(Lab.largestDifference(trained.dropLast(), streamed.dropLast()) < 2e-5)
        }
    }

    @Test func kindsThatLackWhatTheyNeed() throws {
        let network = PerceptronNetwork(inputDimension: 4, hiddenDimension: 8, neighborCount: 3, seed: 2)
        let model = FineTunedModel(network: network, head: BoundaryHead(width: 8, seed: 1))
        func load(_ entries: [String: String]) throws {
            var writer = model.file(ModelMetadata())
            writer.metadata = entries
            let path = FileManager.default.temporaryDirectory.appending(
                path: "scened-\(UUID().uuidString).safetensors"
            ).path
            defer { try? FileManager.default.removeItem(atPath: path) }
            try writer.write(to: path)
            _ = try ModelFile(path: path)
        }
        try load(["scened.context": "mlp", "scened.neighbors": "3"])
        for (entries, code) in [
            (["scened.context": "mlp"], ModelFileError.Code.unsuitableMetadata),
            (["scened.context": "mlp", "scened.neighbors": "2"], .unsuitableTensor),
            (["scened.context": "transformer"], .unsuitableMetadata),
            (["scened.context": "lstm", "scened.neighbors": "3"], .missingTensor),
            (["scened.context": "relational"], .missingTensor),
        ] {
            let error = #expect(throws: ModelFileError.self) { try load(entries) }
            #expect(error?.code == code, "\(error?.description ?? "")")
        }
    }
}
