import Foundation
import NeuralNet
import SceneModel
import SceneTraining
import TensorKernels

/// One training step of a full residual network on a CPU: its gradients against PyTorch's, and its time.
struct EncoderStudy {
    let settings: Settings

    /// `folder=FOLDER` with what `fixtures/encoders/gradients.py FOLDER` makes; `model` (`resnet18`,
    /// `resnet50`), `steps`, `threads`.
    func run() throws {
        BLAS.threadCount = settings.int("threads", 1)
        let (folder, name) = (settings.text("folder", "."), settings.text("model", "resnet18"))
        let file = try SafetensorsFile(path: "\(folder)/\(name).safetensors")
        let recorded = try SafetensorsFile(path: "\(folder)/\(name)_gradients.safetensors")
        var random = RandomStream(seed: 1, purpose: .initialWeights)
        var network = ResidualNetwork(
            blocks: name == "resnet18" ? [2, 2, 2, 2] : [3, 4, 6, 3], isDeep: name != "resnet18",
            using: &random)
        try network.take(file)
        let shape = recorded.entry("pictures")?.shape ?? []
        let (batch, side) = (shape[0], shape[2])
        let planes = try recorded.floats("pictures")
        var pictures = Matrix(rows: batch * side * side, columns: 3)
        for image in 0..<batch {
            for pixel in 0..<side * side {
                for channel in 0..<3 {
                    pictures[image * side * side + pixel, channel] =
                        planes[(image * 3 + channel) * side * side + pixel]
                }
            }
        }
        let weights = Matrix(
            rows: batch, columns: network.outputDimension, values: try recorded.floats("weights"))
        var trace = network.makeTrace(batch: batch, side: side)
        var gradient = network.zeroed()
        var fastest = Double.infinity
        for _ in 0..<settings.int("steps", 1) {
            gradient.clearParameters()
            let start = ContinuousClock.now
            network.forward(&trace, pictures)
            network.backward(&trace, weights, pictures: pictures, gradient: &gradient)
            let taken = (ContinuousClock.now - start).components
            fastest = min(fastest, Double(taken.seconds) + Double(taken.attoseconds) * 1e-18)
        }
        let expected = try recorded.floats("outputs")
        let outputs = zip(trace.output.values, expected).map { abs($0 - $1) }.max() ?? 0
        var wanted = network
        try wanted.take(recorded)
        var tensors: [[Float]] = []
        wanted.visitParameters("") { tensors.append(Array($2[$3])) }
        var worst: (name: String, error: Float) = ("", 0)
        var position = 0
        gradient.visitParameters("") { name, _, values, range in
            let expected = tensors[position]
            position += 1
            guard ResidualNetwork.isTrained(name) else { return }
            let largest = max(expected.map(abs).max() ?? 0, 1e-3)
            let error = (zip(values[range], expected).map { abs($0 - $1) }.max() ?? 0) / largest
            if error > worst.error { worst = (name, error) }
        }
        print(
            "\(name), \(batch) pictures of \(side): outputs differ by \(outputs), gradients by \(worst.error) of the largest "
                + "at most (\(worst.name))")
        print(
            String(
                format: "step: fastest %.3f s, core %@, threads %d", fastest, BLAS.coreName, BLAS.threadCount)
        )
    }
}
