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
        try ModelFile(path: CRNFixtures.golden.appending(path: "\(name).safetensors").path)
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

    @Test(arguments: ["k2", "k8"], Pooling.allCases)
    func probabilitiesOfEveryShot(name: String, pooling: Pooling) throws {
        let (model, outputs) = (try Self.model(name), try Self.outputs(name))
        let embeddings = try CRNFixtures.matrix(outputs, "embeddings")
        var scorer = CRNScorer(network: model.network, head: model.head, pooling: pooling)
        let scores = (0..<embeddings.rows).map {
            scorer.score(CRNFixtures.window(embeddings, centre: $0, k: scorer.neighborCount))
        }
        let expected = try outputs.floats("probability.\(pooling.rawValue)")
        #expect(CRNFixtures.largestDifference(scores, expected) <= Self.tolerance)
    }

    @Test(arguments: ["k2", "k8"], [false, true])
    func hiddenVectors(name: String, isMasked: Bool) throws {
        let (network, outputs) = (try Self.model(name).network, try Self.outputs(name))
        let window = CRNFixtures.window(
            try CRNFixtures.matrix(outputs, "embeddings"), centre: 3, k: network.neighborCount)
        let mask = try outputs.floats("mask")
        var workspace = network.makeWorkspace()
        for (shot, part) in window.parts.enumerated() {
            workspace.setShot(shot, to: part.embedding)
            if isMasked, mask[shot] == 1 { network.maskShot(shot, in: &workspace) }
        }
        network.forward(&workspace)
        let expected = try outputs.floats(isMasked ? "masked_hidden_shot3" : "hidden_shot3")
        #expect(CRNFixtures.largestDifference(workspace.hidden.values, expected) <= Self.hiddenTolerance)
    }

    /// A batch gives every window the same answer as alone, within the last bits.
    @Test func windowsInABatch() throws {
        let (model, outputs) = (try Self.model("k8"), try Self.outputs("k8"))
        let (network, head) = (model.network, model.head)
        let embeddings = try CRNFixtures.matrix(outputs, "embeddings")
        for pooling in Pooling.allCases {
            var workspace = network.makeWorkspace(batch: embeddings.rows, pooling: pooling)
            var headWorkspace = head.makeWorkspace(batch: embeddings.rows)
            for window in 0..<embeddings.rows {
                let parts = CRNFixtures.window(embeddings, centre: window, k: 8).parts
                for (shot, part) in parts.enumerated() {
                    workspace.setShot(shot, ofWindow: window, to: part.embedding)
                }
            }
            network.forward(&workspace)
            head.forward(&headWorkspace, workspace.hidden, pooling)
            let scores = (0..<embeddings.rows).map { head.probability(headWorkspace, window: $0) }
            let expected = try outputs.floats("probability.\(pooling.rawValue)")
            #expect(CRNFixtures.largestDifference(scores, expected) <= Self.tolerance)
        }
    }
}
