import NeuralNet
import SceneModel
import SceneTraining
import TensorKernels
import Testing

/// A whole fine-tuning step against the loss and gradients recorded from BaSSL's own classes, dropout off.
@Suite struct FineTuneParityTests {
    @Test(.enabled(if: Lab.parity != nil, "needs ../shared/parity"))
    func lossAndEveryGradient() throws {
        let recorded = try Lab.open("tiny_io.safetensors")
        let model = try ModelFile(path: Lab.path("tiny_finetune.safetensors"))
        let embeddings = try Lab.matrix(recorded, "emb")
        let labels = try recorded.integers("ft.labels").map { Int($0) }
        // The manifest: windows of shots 4 to 11.
        let centers = Array(4...11)
        let windows = WindowSampler(neighborCount: 8).gather(
            embeddings, centers: centers, edges: .clamped)
        var step = FineTuneStep(network: model.network, batch: centers.count)
        var gradient = FineTunedModel(network: model.network, head: model.head).zeroed()
        let loss = step.run(
            FineTunedModel(network: model.network, head: model.head), windows: windows, labels: labels,
            weights: SoftmaxCrossEntropy.balancedWeights(labels), gradient: &gradient, dropout: nil)
        let wanted = try recorded.floats("ft.loss")[0]
        #expect(abs(Float(loss) - wanted) < 1e-5)
        var compared = 0
        var worst: (String, Float) = ("", 0)
        var fault: (any Error)?
        gradient.visitParameters("") { name, _, values, range in
            // No shot is hidden in fine-tuning: the reference has no gradient for the mask.
            guard !name.contains("mask_embedding") else {
                #expect(values.allSatisfy { $0 == 0 })
                return
            }
            do {
                let expected = try recorded.floats("grad." + name)
                let size = expected.map { abs($0) }.max() ?? 0
                // Gradients of key biases are 0 but for rounding; 0.01 stands for their size.
                let difference = Lab.largestDifference(Array(values[range]), expected) / max(size, 1e-2)
                if !(difference <= worst.1) { worst = (name, difference) }
                compared += 1
            } catch { fault = error }
        }
        #expect(fault == nil)
        #expect(compared == recorded.header.entries.count { $0.name.hasPrefix("grad.") })
        #expect(worst.1 < 1e-4, "\(worst.0)")
        print("fine-tune step: loss \(loss), recorded \(wanted); worst gradient \(worst)")
    }
}
