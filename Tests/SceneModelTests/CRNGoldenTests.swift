import Foundation
import NeuralNet
import SceneModel
import SceneSegmentation
import TensorKernels
import Testing

/// Against the outputs of `fixtures/crn/generate.py`, an independent network in float64.
@Suite struct CRNGoldenTests {
    /// On probabilities.
    static let tolerance: Float = 1e-5
    /// On hidden vectors, whose values reach 4.
    static let hiddenTolerance: Float = 2e-5

    static func model(_ name: String) throws -> ModelFile {
        try ModelFile(file(name))
    }

    static func file(_ name: String) throws -> SafetensorsFile {
        try SafetensorsFile(path: CRNFixtures.golden.appending(path: "\(name).safetensors").path)
    }

    static func outputs(_ name: String) throws -> SafetensorsFile {
        try SafetensorsFile(path: CRNFixtures.golden.appending(path: "\(name)_io.safetensors").path)
    }

    @Test(arguments: [("k2", 2, 4, 2), ("k8", 8, 8, 1)])
    func shapesComeFromTheFile(name: String, k: Int, heads: Int, layers: Int) throws {
        let model = try Self.model(name)
        #expect(model.network.neighborCount == k)
        #expect(model.network.tokenCount == 2 * k + 2)
        #expect(model.network.layers.count == layers)
        #expect(model.network.layers.allSatisfy { $0.attention.headCount == heads })
        #expect(model.metadata.neighborCount == k)
        #expect(model.metadata.threshold == 0.5)
    }

    /// The packed plan with every pooling; for the center, also the reference pass, one window at a time and
    /// in a batch.
    @Test(arguments: ["k2", "k8"], Pooling.allCases)
    func probabilitiesOfEveryShot(name: String, pooling: Pooling) throws {
        let (model, outputs) = (try Self.model(name), try Self.outputs(name))
        let embeddings = try CRNFixtures.matrix(outputs, "embeddings")
        let expected = try outputs.floats("probability.\(pooling.rawValue)")
        let path = CRNFixtures.golden.appending(path: "\(name).safetensors").path
        let packed = try PackedModelTests.withChanged(
            path, metadata: { $0["scened.pooling"] = pooling.rawValue }
        ) {
            try ModelFile.scorer(
                $0, encoder: model.metadata.encoder ?? "any", dimension: embeddings.columns)
        }
        let reference = WindowScorer(model.network, head: model.head)
        for scorer in pooling == .center ? [packed, reference] : [packed] {
            let scores = CRNParityTests.scores(scorer, embeddings)
            #expect(CRNFixtures.largestDifference(scores, expected) <= Self.tolerance)
        }
        guard pooling == .center else { return }
        let hidden = CRNFixtures.hidden(
            model.network, embeddings, centers: Array(0..<embeddings.rows), reading: .center)
        var logits = Matrix(rows: embeddings.rows, columns: 2)
        model.head.linear.forward(into: &logits, hidden)
        softmaxRows(&logits)
        let scores = (0..<embeddings.rows).map { logits[$0, 1] }
        #expect(CRNFixtures.largestDifference(scores, expected) <= Self.tolerance)
    }

    @Test(arguments: ["k2", "k8"], [false, true])
    func hiddenVectors(name: String, isMasked: Bool) throws {
        let (network, outputs) = (try Self.model(name).network, try Self.outputs(name))
        let mask = try outputs.floats("mask")
        let hidden = CRNFixtures.hidden(
            network, try CRNFixtures.matrix(outputs, "embeddings"), centers: [3], reading: .everyShot
        ) { isMasked && mask[$1] == 1 }
        // The first token, the mean of the shots, is nobody's hidden vector.
        let expected = try outputs.floats(isMasked ? "masked_hidden_shot3" : "hidden_shot3")
            .dropFirst(network.hiddenDimension)
        #expect(CRNFixtures.largestDifference(hidden.values, Array(expected)) <= Self.hiddenTolerance)
    }
}
