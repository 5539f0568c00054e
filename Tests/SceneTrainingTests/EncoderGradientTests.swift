import Foundation
import NeuralNet
import SceneModel
import SceneTraining
import TensorKernels
import Testing

/// Layers of residual networks: backward passes against differences of the loss, and a whole step against
/// PyTorch.
@Suite struct EncoderGradientTests {
    static func dot(_ left: Matrix, _ right: Matrix) -> Double {
        zip(left.values, right.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }

    /// Differences of fourth order for some numbers of an input.
    static func worstInput(
        _ input: Matrix, _ gradient: Matrix, step: Float, loss: (Matrix) -> Double
    ) -> Double {
        var random = RandomStream(seed: 77, purpose: .order)
        var worst = 0.0
        for _ in 0..<12 {
            let (row, column) = (random.position(below: input.rows), random.position(below: input.columns))
            func moved(_ by: Float) -> Double {
                var copy = input
                copy[row, column] += by
                return loss(copy)
            }
            let measured =
                (8 * (moved(step) - moved(-step)) - (moved(2 * step) - moved(-2 * step))) / Double(12 * step)
            worst = max(worst, abs(measured - Double(gradient[row, column])) / (1 + abs(measured)))
        }
        return worst
    }

    /// Sides and strides of the networks, with edges that the stride meets and edges that it does not.
    @Test(arguments: [(7, 2, 9), (7, 2, 12), (3, 1, 5), (3, 2, 6), (3, 2, 7), (1, 1, 4), (1, 2, 5)])
    func convolution(side: Int, stride: Int, size: Int) {
        var random = RandomStream(seed: 1, purpose: .initialWeights)
        let layer = Convolution(inputs: 3, outputs: 4, side: side, stride: stride, using: &random)
        let shape = PixelShape(images: 2, height: size, width: size + 1, channels: 3)
        let input = Lab.random(shape.rows, 3, seed: 2)
        let weights = Lab.random(layer.outputShape(shape).rows, 4, seed: 3)
        func loss(_ layer: Convolution, _ input: Matrix) -> Double {
            var output = layer.outputShape(shape).makeMatrix()
            layer.forward(into: &output, input, shape)
            return Self.dot(output, weights)
        }
        var gradient = layer.zeroed()
        var dInput: Matrix? = shape.makeMatrix()
        layer.backward(into: &dInput, weights, input: input, shape, gradient: &gradient)
        let worst = Lab.worstGradient(layer, gradient: gradient, places: 12, step: 0.1) { loss($0, input) }
        #expect(worst.error < 1e-3, "\(worst.name)")
        #expect(Self.worstInput(input, dInput ?? input, step: 0.1) { loss(layer, $0) } < 1e-3)
        #expect(
            Convolution(filters: layer.filters, outputs: 4, inputs: 3, side: side, stride: stride).weight
                == layer.weight)
    }

    @Test func batchNormalization() {
        var norm = BatchNormalization(channels: 3)
        norm.weight = [0.5, 2, -1]
        norm.bias = [0.1, -3, 0]
        // A channel far from 0, where sums of squares would lose what matters.
        var input = Lab.random(40, 3, seed: 5)
        for row in 0..<40 { input[row, 2] += 100 }
        let weights = Lab.random(40, 3, seed: 6)
        func loss(_ norm: BatchNormalization, _ input: Matrix) -> Double {
            var (output, trace) = (input, BatchNormalization.Trace(channels: 3))
            norm.forward(into: &output, input, &trace)
            return Self.dot(output, weights)
        }
        var trace = BatchNormalization.Trace(channels: 3)
        var (output, gradient, dInput) = (input, norm.zeroed(), input)
        norm.forward(into: &output, input, &trace)
        for column in 0..<3 {
            let values = (0..<40).map { Double(output[$0, column]) }
            let mean = values.reduce(0, +) / 40
            let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 40).squareRoot()
            #expect(abs(mean - Double(norm.bias[column])) < 1e-4)
            #expect(abs(deviation - abs(Double(norm.weight[column]))) < 1e-3)
        }
        norm.backward(replacing: &dInput, weights, trace, gradient: &gradient)
        let worst = Lab.worstGradient(norm, gradient: gradient, step: 5e-2) { loss($0, input) }
        #expect(worst.error < 5e-3, "\(worst.name)")
        #expect(Self.worstInput(input, dInput, step: 5e-2) { loss(norm, $0) } < 5e-3)
    }

    @Test(arguments: [(5, 6), (8, 8), (1, 3)])
    func pooling(height: Int, width: Int) {
        let shape = PixelShape(images: 2, height: height, width: width, channels: 3)
        let input = Lab.random(shape.rows, 3, seed: 8)
        var pooling = MaximumPooling(input: shape, side: 3, stride: 2, padding: 1)
        var output = pooling.output.makeMatrix()
        pooling.forward(into: &output, input)
        for image in 0..<2 {
            for y in 0..<pooling.output.height {
                for x in 0..<pooling.output.width {
                    let lines = max(0, 2 * y - 1)...min(height - 1, 2 * y + 1)
                    let columns = max(0, 2 * x - 1)...min(width - 1, 2 * x + 1)
                    for channel in 0..<3 {
                        let expected = lines.flatMap { line in
                            columns.map { input[(image * height + line) * width + $0, channel] }
                        }.max()
                        let row = (image * pooling.output.height + y) * pooling.output.width + x
                        #expect(output[row, channel] == expected)
                    }
                }
            }
        }
        let weights = Lab.random(output.rows, 3, seed: 9)
        var dInput = input
        pooling.backward(into: &dInput, weights)
        // Where the greatest wins by little, a difference would see another winner.
        let error = Self.worstInput(input, dInput, step: 1e-4) { moved in
            var (copy, result) = (pooling, output)
            copy.forward(into: &result, moved)
            return Self.dot(result, weights)
        }
        #expect(error < 0.02)
    }

    @Test(arguments: [false, true])
    func wholeNetwork(isDeep: Bool) {
        var random = RandomStream(seed: 11, purpose: .initialWeights)
        var network = ResidualNetwork(blocks: [1, 2], isDeep: isDeep, width: 4, using: &random)
        // Blocks that start as shortcuts would hide their insides.
        network.visitParameters("") { name, _, values, range in
            if name.contains("bn") { for index in range where values[index] == 0 { values[index] = 0.3 } }
        }
        let pictures = Lab.random(3 * 20 * 20, 3, seed: 12)
        var trace = network.makeTrace(batch: 3, side: 20)
        let weights = Lab.random(3, network.outputDimension, seed: 13)
        var gradient = network.zeroed()
        // Twice, on a used trace: what the first pass leaves behind must not matter.
        for _ in 0..<2 {
            gradient.clearParameters()
            network.forward(&trace, pictures)
            network.backward(&trace, weights, pictures: pictures, gradient: &gradient)
        }
        func loss(_ network: ResidualNetwork) -> Double {
            var trace = network.makeTrace(batch: 3, side: 20)
            network.forward(&trace, pictures)
            return Self.dot(trace.output, weights)
        }
        // Along each tensor's whole gradient, where a rectifier that turns on the way counts for little.
        var slopes: [(name: String, values: [Float])] = []
        gradient.visitParameters("") { name, _, values, range in slopes.append((name, Array(values[range]))) }
        for (index, slope) in slopes.enumerated() where ResidualNetwork.isTrained(slope.name) {
            let length = slope.values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
            guard length > 0 else {
                #expect(Bool(false), "\(slope.name) has no gradient")
                continue
            }
            func moved(_ by: Double) -> Double {
                var (copy, position) = (network, 0)
                copy.visitParameters("") { _, _, values, range in
                    if position == index {
                        for (place, value) in zip(range, slope.values) {
                            values[place] += Float(by * Double(value) / length)
                        }
                    }
                    position += 1
                }
                return loss(copy)
            }
            let measured = (moved(1e-3) - moved(-1e-3)) / 2e-3
            #expect(abs(measured - length) < 0.03 * length + 0.01, "\(slope.name)")
        }
    }

    // MARK: PyTorch

    /// Largest difference from recorded outputs, gradients and running moments, each as a part of the
    /// tensor's largest.
    static func differences(
        _ network: ResidualNetwork, _ pictures: Matrix, batch: Int, side: Int, recorded: SafetensorsFile
    ) throws -> [(name: String, error: Float)] {
        var network = network
        var trace = network.makeTrace(batch: batch, side: side)
        network.forward(&trace, pictures)
        var found = [
            ("outputs", Lab.largestDifference(trace.output.values, try recorded.floats("outputs")))
        ]
        let weights = Matrix(
            rows: batch, columns: network.outputDimension, values: try recorded.floats("weights"))
        var gradient = network.zeroed()
        network.backward(&trace, weights, pictures: pictures, gradient: &gradient)
        network.absorb(trace)
        // Recorded in this network's order of filters; running moments stand beside the gradients.
        var expected = network
        try expected.take(recorded)
        func values(_ tree: ResidualNetwork) -> [(name: String, values: [Float])] {
            var (tree, found): (ResidualNetwork, [(String, [Float])]) = (tree, [])
            tree.visitParameters("") { name, _, values, range in found.append((name, Array(values[range]))) }
            return found
        }
        for (here, (moments, wanted)) in zip(values(gradient), zip(values(network), values(expected))) {
            let own = here.name.contains("running_") ? moments.values : here.values
            let largest = wanted.values.map(abs).max() ?? 0
            found.append((here.name, Lab.largestDifference(own, wanted.values) / max(largest, 1e-3)))
        }
        return found
    }

    @Test(arguments: [("basic", false), ("bottleneck", true)])
    func stepOfPyTorch(name: String, isDeep: Bool) throws {
        let folder = Lab.repository.appending(path: "fixtures/encoders").path
        let weights = try SafetensorsFile(path: "\(folder)/resnet_\(name).safetensors")
        let shown = try SafetensorsFile(path: "\(folder)/resnet_\(name)_io.safetensors")
        let recorded = try SafetensorsFile(path: "\(folder)/resnet_\(name)_gradients.safetensors")
        var random = RandomStream(seed: 1, purpose: .initialWeights)
        func layer(_ inputs: Int, _ outputs: Int, _ side: Int, _ stride: Int = 1) -> NormalizedConvolution {
            NormalizedConvolution(
                inputs: inputs, outputs: outputs, side: side, stride: stride, using: &random)
        }
        // The widths of the tiny networks are no doubles, so they are built by hand.
        var (stages, width): ([[ResidualBlock]], Int) = ([], 8)
        for (stage, inner) in [8, 12].enumerated() {
            let outputs = isDeep ? 4 * inner : inner
            stages.append(
                (0..<2 - stage).map { index in
                    let stride = stage > 0 && index == 0 ? 2 : 1
                    let block = ResidualBlock(
                        convolutions: isDeep
                            ? [
                                layer(width, inner, 1), layer(inner, inner, 3, stride),
                                layer(inner, outputs, 1),
                            ]
                            : [layer(width, inner, 3, stride), layer(inner, outputs, 3)],
                        shortcut: width != outputs || stride > 1 ? layer(width, outputs, 1, stride) : nil)
                    width = outputs
                    return block
                })
        }
        var network = ResidualNetwork(stem: layer(3, 8, 7, 2), stages: stages)
        try network.take(weights)
        let preparation = PicturePreparation.imageNet
        let pixels = try (0..<2).flatMap { picture in
            try shown.integers("picture\(picture)").enumerated().map { index, byte in
                (Float(byte) / 255 - preparation.mean[index % 3]) / preparation.deviation[index % 3]
            }
        }
        let pictures = Matrix(rows: 2 * 45 * 45, columns: 3, values: pixels)
        for (tensor, error) in try Self.differences(
            network, pictures, batch: 2, side: 45, recorded: recorded)
        {
            #expect(error < 2e-4, "\(tensor)")
        }
    }
}
