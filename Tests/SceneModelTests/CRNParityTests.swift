import Foundation
import SceneModel
import SceneSegmentation
import TensorKernels
import Testing

/// Against the outputs recorded from BaSSL's own classes.
@Suite struct CRNParityTests {
    static let tolerance: Float = 1e-5
    static let hasParity = CRNFixtures.parity != nil

    static func open(_ name: String) throws -> SafetensorsFile {
        let folder = try #require(CRNFixtures.parity)
        return try SafetensorsFile(path: folder.appending(path: name).path)
    }

    static func tinyModel() throws -> ModelFile {
        let folder = try #require(CRNFixtures.parity)
        return try ModelFile(path: folder.appending(path: "tiny_finetune.safetensors").path)
    }

    static func scores(_ scorer: any BoundaryScorer, _ embeddings: Matrix) -> [Float] {
        var scorer = scorer
        return (0..<embeddings.rows).map {
            scorer.score(CRNFixtures.window(embeddings, centre: $0, k: scorer.neighborCount))
        }
    }

    @Test(.enabled(if: hasParity, "needs ../shared/parity"))
    func tinyModelScoresEveryShot() throws {
        let outputs = try Self.open("tiny_io.safetensors")
        let embeddings = try CRNFixtures.matrix(outputs, "emb")
        let scorer = try Self.tinyModel().makeScorer(encoder: "any", dimension: 96)
        let difference = CRNFixtures.largestDifference(
            Self.scores(scorer, embeddings), try outputs.floats("prob"))
        #expect(difference <= Self.tolerance)
    }

    @Test(.enabled(if: hasParity, "needs ../shared/parity"))
    func tinyModelHiddenVectors() throws {
        let outputs = try Self.open("tiny_io.safetensors")
        let embeddings = try CRNFixtures.matrix(outputs, "emb")
        let network = try Self.tinyModel().network
        let mask = try CRNFixtures.matrix(outputs, "mask")
        let masked = try CRNFixtures.matrix(outputs, "masked_hidden")
        var workspace = network.makeWorkspace()
        let window = CRNFixtures.window(embeddings, centre: 10, k: 8)
        for (shot, part) in window.parts.enumerated() { workspace.setShot(shot, to: part.embedding) }
        network.forward(&workspace)
        let plain = try outputs.floats("hidden_shot10")
        #expect(CRNFixtures.largestDifference(workspace.hidden.values, plain) <= Self.tolerance)

        let pooled = try CRNFixtures.matrix(outputs, "masked_pooled")
        for (row, centre) in [10, 11].enumerated() {
            let window = CRNFixtures.window(embeddings, centre: centre, k: 8)
            for (shot, part) in window.parts.enumerated() {
                workspace.setShot(shot, to: part.embedding)
                if mask[row, shot] == 1 { network.maskShot(shot, in: &workspace) }
            }
            network.forward(&workspace)
            let expected = Array(masked.values[row * 18 * 64..<(row + 1) * 18 * 64])
            #expect(CRNFixtures.largestDifference(workspace.hidden.values, expected) <= Self.tolerance)
            let centred = workspace.hidden.row(9)
            #expect(CRNFixtures.largestDifference(centred, pooled.row(row)) <= Self.tolerance)
        }
    }

    /// Pooled vectors and logits of some shots of a video, by the network that is trained.
    static func pooledAndLogits(
        _ model: ModelFile, _ embeddings: Matrix, shots: [Int]
    ) -> (pooled: [Float], logits: [Float]) {
        var workspace = model.network.makeWorkspace(pooling: .center)
        var head = model.head.makeWorkspace()
        var (pooled, logits): ([Float], [Float]) = ([], [])
        for shot in shots {
            let window = CRNFixtures.window(embeddings, centre: shot, k: 8)
            for (place, part) in window.parts.enumerated() { workspace.setShot(place, to: part.embedding) }
            model.network.forward(&workspace)
            model.head.forward(&head, workspace.hidden, .center)
            pooled += head.pooled.values
            logits += head.logits.values
        }
        return (pooled, logits)
    }

    @Test(.enabled(if: hasParity, "needs ../shared/parity"))
    func tinyModelLogits() throws {
        let outputs = try Self.open("tiny_io.safetensors")
        let embeddings = try CRNFixtures.matrix(outputs, "emb")
        let logits = Self.pooledAndLogits(try Self.tinyModel(), embeddings, shots: Array(0..<40)).logits
        // Up to 10: a difference of 1e-5 in the probability is one of 4e-5 here.
        #expect(CRNFixtures.largestDifference(logits, try outputs.floats("logits")) <= 4e-5)
    }

    @Test(.enabled(if: hasParity, "needs ../shared/parity"), arguments: Pooling.allCases)
    func tinyModelPoolings(pooling: Pooling) throws {
        let outputs = try Self.open("tiny_io.safetensors")
        let embeddings = try CRNFixtures.matrix(outputs, "emb")
        let model = try Self.tinyModel()
        let expected = try CRNFixtures.matrix(outputs, "pool.\(pooling.rawValue)")
        var workspace = model.network.makeWorkspace(pooling: pooling)
        var headWorkspace = model.head.makeWorkspace()
        for (row, centre) in [10, 11].enumerated() {
            for (shot, part) in CRNFixtures.window(embeddings, centre: centre, k: 8).parts.enumerated() {
                workspace.setShot(shot, to: part.embedding)
            }
            model.network.forward(&workspace)
            model.head.forward(&headWorkspace, workspace.hidden, pooling)
            let pooled = headWorkspace.pooled.row(0)
            #expect(CRNFixtures.largestDifference(pooled, expected.row(row)) <= Self.tolerance)
        }
    }

    @Test(
        .enabled(if: CRNFixtures.fullWeights != nil, "needs ../shared/parity and python3 with numpy"),
        .timeLimit(.minutes(1)))
    func fullModelScoresEveryShot() throws {
        let weights = try #require(CRNFixtures.fullWeights)
        let scorer = try ModelFile(path: weights.path).makeScorer(encoder: "resnet50", dimension: 2048)
        let outputs = try Self.open("crn_full_io.safetensors")
        let model = try ModelFile(path: weights.path)
        for (video, count) in [("video1", 1), ("video5", 5), ("video60", 60)] {
            let embeddings = try CRNFixtures.matrix(outputs, "\(video).emb")
            let logits = Self.pooledAndLogits(model, embeddings, shots: Array(0..<count)).logits
            #expect(
                CRNFixtures.largestDifference(logits, try outputs.floats("\(video).logits")) <= 4e-5,
                "\(video)")
            let expected = try outputs.floats("\(video).prob")
            let difference = CRNFixtures.largestDifference(Self.scores(scorer, embeddings), expected)
            #expect(difference <= Self.tolerance, "\(video)")
            print("\(video): largest difference of a probability \(difference), core \(BLAS.coreName)")
        }
        let long = try CRNFixtures.matrix(outputs, "video60.emb")
        let exact = try outputs.floats("video60.prob_fp64_as_fp32")
        #expect(CRNFixtures.largestDifference(Self.scores(scorer, long), exact) <= Self.tolerance)
        let pooled = Self.pooledAndLogits(model, long, shots: [0, 30, 59]).pooled
        let expectedPooled = try outputs.floats("video60.pooled_0_30_59")
        #expect(CRNFixtures.largestDifference(pooled, expectedPooled) <= Self.tolerance)
        var workspace = model.network.makeWorkspace()
        for (place, part) in CRNFixtures.window(long, centre: 30, k: 8).parts.enumerated() {
            workspace.setShot(place, to: part.embedding)
        }
        model.network.forward(&workspace)
        let hidden = try outputs.floats("video60.hidden_shot30")
        #expect(CRNFixtures.largestDifference(workspace.hidden.values, hidden) <= Self.tolerance)

        let last = try Self.open("end_to_end.safetensors")
        let window = try CRNFixtures.matrix(last, "window")
        let endLogits = Self.pooledAndLogits(model, window, shots: [8]).logits
        #expect(CRNFixtures.largestDifference(endLogits, try last.floats("logits")) <= 4e-5)
        let score = Self.scores(scorer, window)[8]
        #expect(CRNFixtures.largestDifference([score], try last.floats("prob")) <= Self.tolerance)
    }
}
