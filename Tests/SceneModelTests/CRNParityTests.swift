import Foundation
import NeuralNet
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

    static func tinyModel() throws -> ModelFile { try ModelFile(open("tiny_finetune.safetensors")) }

    static func scores(_ scorer: any BoundaryScorer, _ embeddings: Matrix) -> [Float] {
        var scorer = scorer
        return (0..<embeddings.rows).map {
            scorer.score(CRNFixtures.window(embeddings, center: $0, k: scorer.neighborCount))
        }
    }

    @Test(.enabled(if: hasParity, "needs ../shared/parity"))
    func tinyModelScoresEveryShot() throws {
        let outputs = try Self.open("tiny_io.safetensors")
        let embeddings = try CRNFixtures.matrix(outputs, "emb")
        let scorer = try ModelFile.scorer(
            Self.open("tiny_finetune.safetensors"), encoder: "any", dimension: 96)
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
        let plain = CRNFixtures.hidden(network, embeddings, centers: [10], reading: .everyShot).values
        #expect(
            CRNFixtures.largestDifference(plain, Array(try outputs.floats("hidden_shot10").dropFirst(64)))
                <= Self.tolerance)

        let pooled = try CRNFixtures.matrix(outputs, "masked_pooled")
        let hidden = CRNFixtures.hidden(network, embeddings, centers: [10, 11], reading: .everyShot) {
            mask[$0, $1] == 1
        }
        for row in 0..<2 {
            // Recorded are 18 tokens of each window, the first of them the mean of the shots.
            let expected = Array(masked.values[(row * 18 + 1) * 64..<(row + 1) * 18 * 64])
            let found = Array(hidden.values[row * 17 * 64..<(row + 1) * 17 * 64])
            #expect(CRNFixtures.largestDifference(found, expected) <= Self.tolerance)
            let centered = hidden.row(row * 17 + 8)
            #expect(CRNFixtures.largestDifference(centered, pooled.row(row)) <= Self.tolerance)
        }
    }

    /// Pooled vectors and logits of some shots of a video, by the network that is trained.
    static func pooledAndLogits(
        _ model: ModelFile, _ embeddings: Matrix, shots: [Int]
    ) -> (pooled: [Float], logits: [Float]) {
        let pooled = CRNFixtures.hidden(model.network, embeddings, centers: shots, reading: .center)
        var logits = Matrix(rows: shots.count, columns: 2)
        model.head.linear.forward(into: &logits, pooled)
        return (pooled.values, logits.values)
    }

    @Test(.enabled(if: hasParity, "needs ../shared/parity"))
    func tinyModelLogits() throws {
        let outputs = try Self.open("tiny_io.safetensors")
        let embeddings = try CRNFixtures.matrix(outputs, "emb")
        let logits = Self.pooledAndLogits(try Self.tinyModel(), embeddings, shots: Array(0..<40)).logits
        // Up to 10: a difference of 1e-5 in the probability is one of 4e-5 here.
        #expect(CRNFixtures.largestDifference(logits, try outputs.floats("logits")) <= 4e-5)
    }

    /// The packed plan, against the pooled vectors as recorded, behind the same head.
    @Test(.enabled(if: hasParity, "needs ../shared/parity"), arguments: Pooling.allCases)
    func tinyModelPoolings(pooling: Pooling) throws {
        let outputs = try Self.open("tiny_io.safetensors")
        let embeddings = try CRNFixtures.matrix(outputs, "emb")
        let head = try Self.tinyModel().head.linear
        var logits = Matrix(rows: 2, columns: 2)
        head.forward(into: &logits, try CRNFixtures.matrix(outputs, "pool.\(pooling.rawValue)"))
        softmaxRows(&logits)
        let path = try #require(CRNFixtures.parity).appending(path: "tiny_finetune.safetensors").path
        let scorer = try PackedModelTests.withChanged(
            path, metadata: { $0["scened.pooling"] = pooling.rawValue }
        ) { try ModelFile.scorer($0, encoder: "any", dimension: 96) }
        let scores = Self.scores(scorer, embeddings)
        #expect(
            CRNFixtures.largestDifference([scores[10], scores[11]], [logits[0, 1], logits[1, 1]])
                <= Self.tolerance)
    }

    @Test(
        .enabled(if: CRNFixtures.fullWeights != nil, "needs ../shared/parity and python3 with numpy"),
        .timeLimit(.minutes(1)))
    func fullModelScoresEveryShot() throws {
        let weights = try #require(CRNFixtures.fullWeights)
        let scorer = try ModelFile.scorer(
            SafetensorsFile(path: weights.path), encoder: "resnet50", dimension: 2048)
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
        let hidden = CRNFixtures.hidden(model.network, long, centers: [30], reading: .everyShot).values
        let wanted = try outputs.floats("video60.hidden_shot30").dropFirst(model.network.hiddenDimension)
        #expect(CRNFixtures.largestDifference(hidden, Array(wanted)) <= Self.tolerance)

        let last = try Self.open("end_to_end.safetensors")
        let window = try CRNFixtures.matrix(last, "window")
        let endLogits = Self.pooledAndLogits(model, window, shots: [8]).logits
        #expect(CRNFixtures.largestDifference(endLogits, try last.floats("logits")) <= 4e-5)
        let score = Self.scores(scorer, window)[8]
        #expect(CRNFixtures.largestDifference([score], try last.floats("prob")) <= Self.tolerance)
    }
}
