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
        _ network: Network, _ source: Source
    ) throws -> (trained: [Float], streamed: [Float]) {
        let film = TrainingRunTests.film(3)
        let kind = ContextKind(Network.self)
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
        #expect(file.context is Network && file.context.neighborCount == 3)
        let outline = try ModelOutline(verifying: SafetensorsFile(path: path))
        #expect(outline.context?.kind == kind && outline.architecture == kind.rawValue)
        var scorer = try ModelFile.scorer(
            SafetensorsFile(path: path), encoder: "any", dimension: TrainingRunTests.width)
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
            try Self.scores(TrainingRunTests.network(), plain),
            try Self.scores(
                PerceptronNetwork(inputDimension: width, hiddenDimension: 16, neighborCount: 3, seed: 2),
                plain),
            try Self.scores(
                RecurrentNetwork(inputDimension: width, hiddenDimension: 16, neighborCount: 3, seed: 2),
                plain),
            try Self.scores(
                RelationalNetwork(
                    neighborCount: 3, hiddenDimension: 16, innerDimension: 32, headCount: 4, layerCount: 2,
                    seed: 2), RelationalWindows(Self.films, neighborCount: 3)),
        ]
        for (trained, streamed) in results {
            // The last shot of a film is not decided: the relational scorer says 0.
            #expect(trained.count == streamed.count && Set(trained).count > 5)
            #expect(Lab.largestDifference(trained.dropLast(), streamed.dropLast()) < 2e-5)
        }
    }

    /// A fresh network of every kind that is listed has the sizes of its options, goes through a file, and
    /// comes back bit for bit: what the kind's own code for making, saving and loading must agree on.
    @Test(arguments: ContextKind.allCases)
    func everyKindComesBack(kind: ContextKind) throws {
        #expect(ContextKind(rawValue: kind.rawValue) == kind)
        var options = NetworkOptions(kind: kind)
        (options.neighborCount, options.width, options.layerCount, options.headCount) = (2, 8, 2, 2)
        #expect(options.fault == nil)
        func check<Network: ContextNetwork>(_ fresh: Network) throws {
            #expect(fresh.neighborCount == 2 && ContextKind(Network.self) == kind)
            #expect(fresh.embeddingWidth == (kind.network.input == .embeddings ? 6 : nil))
            var metadata = ModelMetadata()
            (metadata.context, metadata.neighborCount, metadata.headCount) = (kind, 2, 2)
            let model = FineTunedModel(
                network: fresh, head: BoundaryHead(width: fresh.hiddenDimension, seed: 1))
            let bytes = model.file(metadata).bytes()
            let path = FileManager.default.temporaryDirectory.appending(
                path: "scened-\(UUID().uuidString).safetensors"
            ).path
            defer { try? FileManager.default.removeItem(atPath: path) }
            try Data(bytes).write(to: URL(filePath: path))
            let file = try ModelFile(path: path)
            let network = try #require(file.context as? Network)
            #expect(FineTunedModel(network: network, head: file.head).file(file.metadata).bytes() == bytes)
            let outline = try ModelOutline(verifying: SafetensorsFile(path: path))
            #expect(outline.context?.layerCount == fresh.layerCount)
            // The presets train: what the kind says of itself fits what its passes can do.
            let reading = kind.network.answersForEveryShot ? ContextReading.everyShot : .center
            let trace = fresh.makeTrace(batch: 3, reading: reading, needsInputGradient: true)
            #expect(trace.hidden.rows == (reading == .center ? 3 : 15))
            #expect(trace.hidden.columns == fresh.hiddenDimension)
        }
        try check(options.makeNetwork(embeddingWidth: 6, seed: 4))
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
