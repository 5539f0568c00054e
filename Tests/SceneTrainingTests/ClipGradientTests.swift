import Foundation
import NeuralNet
import SceneModel
import SceneTraining
import TensorKernels
import Testing

/// Convolutions over frames, and networks of them: against sums written out, differences of the loss, and a
/// whole step of PyTorch.
@Suite struct ClipGradientTests {
    /// The definition, in float64: output [clip, frame, y, x, o].
    static func convolve(_ layer: Convolution, _ input: Matrix, _ shape: PixelShape) -> [Double] {
        let (result, half, reach) = (layer.outputShape(shape), layer.side / 2, layer.frames / 2)
        var sums: [Double] = []
        for row in 0..<result.rows {
            let (image, rest) = row.quotientAndRemainder(dividingBy: result.pixels)
            let (clip, frame) = image.quotientAndRemainder(dividingBy: result.frames)
            let (y, x) = rest.quotientAndRemainder(dividingBy: result.width)
            for output in 0..<layer.outputs {
                var sum = 0.0
                for tap in 0..<layer.frames {
                    let t = frame * layer.frameStride + tap - reach
                    guard 0..<shape.frames ~= t else { continue }
                    for line in 0..<layer.side {
                        let v = y * layer.stride + line - half
                        guard 0..<shape.height ~= v else { continue }
                        for column in 0..<layer.side {
                            let u = x * layer.stride + column - half
                            guard 0..<shape.width ~= u else { continue }
                            for channel in 0..<layer.inputs {
                                let place = ((tap * layer.side + line) * layer.side + column) * layer.inputs
                                let from = ((clip * shape.frames + t) * shape.height + v) * shape.width + u
                                sum +=
                                    Double(layer.weight[output, place + channel])
                                    * Double(input[from, channel])
                            }
                        }
                    }
                }
                sums.append(sum)
            }
        }
        return sums
    }

    /// Frames, their stride, side, stride, frames of a clip: those of Slow-D, an even number of frames, clips
    /// shorter than the filter.
    @Test(arguments: [
        [5, 2, 7, 2, 8], [5, 2, 7, 2, 7], [3, 1, 1, 1, 4], [3, 1, 1, 1, 1], [3, 1, 1, 1, 2], [3, 1, 3, 1, 3],
        [3, 2, 3, 2, 5], [5, 1, 1, 1, 3],
    ])
    func convolution(_ form: [Int]) {
        var random = RandomStream(seed: 1, purpose: .initialWeights)
        let layer = Convolution(
            inputs: 3, outputs: 4, side: form[2], stride: form[3], frames: form[0], frameStride: form[1],
            using: &random)
        let shape = PixelShape(images: 2 * form[4], height: 8, width: 9, channels: 3, frames: form[4])
        let input = Lab.random(shape.rows, 3, seed: 2)
        let result = layer.outputShape(shape)
        #expect(result.frames == (form[4] - 1) / form[1] + 1 && result.clips == 2)
        let weights = Lab.random(result.rows, 4, seed: 3)
        func output(_ layer: Convolution, _ input: Matrix) -> Matrix {
            var output = result.makeMatrix()
            layer.forward(into: &output, input, shape)
            return output
        }
        let expected = Self.convolve(layer, input, shape)
        for (here, there) in zip(output(layer, input).values, expected) {
            #expect(abs(Double(here) - there) < 1e-4)
        }
        var gradient = layer.zeroed()
        var dInput: Matrix? = shape.makeMatrix()
        layer.backward(into: &dInput, weights, input: input, shape, gradient: &gradient)
        func loss(_ layer: Convolution, _ input: Matrix) -> Double {
            EncoderGradientTests.dot(output(layer, input), weights)
        }
        let worst = Lab.worstGradient(layer, gradient: gradient, places: 12, step: 0.1) { loss($0, input) }
        #expect(worst.error < 1e-3, "\(worst.name)")
        let worstInput = EncoderGradientTests.worstInput(input, dInput ?? input, step: 0.1) {
            loss(layer, $0)
        }
        #expect(worstInput < 1e-3)
        let again = Convolution(
            filters: layer.filters, outputs: 4, inputs: 3, frames: form[0], side: form[2], stride: form[3],
            frameStride: form[1])
        #expect(again.weight == layer.weight)
    }

    // MARK: PyTorch

    static let folder = Lab.repository.appending(path: "fixtures/motion").path

    /// Two clips [2 8 32 32, 3], prepared.
    static func clips() throws -> Matrix {
        let bytes = try SafetensorsFile(path: "\(folder)/slow_d_io.safetensors").floats("clips")
        return Matrix(rows: bytes.count / 3, columns: 3, values: bytes.map { ($0 / 255 - 0.45) / 0.225 })
    }

    static func parameters(_ tree: ResidualNetwork) -> [(name: String, values: [Float])] {
        var (tree, found): (ResidualNetwork, [(String, [Float])]) = (tree, [])
        tree.visitParameters("") { name, _, values, range in found.append((name, Array(values[range]))) }
        return found
    }

    @Test func stepOfPyTorch() throws {
        let recorded = try SafetensorsFile(path: "\(Self.folder)/slow_d_gradients.safetensors")
        var network = try Self.network()
        #expect(network.clips == ClipGeometry(stemFrames: 5, stemStride: 2, blockFrames: [1, 1, 3, 3]))
        let clips = try Self.clips()
        var trace = network.makeTrace(batch: 2, side: 32, frames: 8)
        let factors = Matrix(rows: 2, columns: 128, values: try recorded.floats("weights"))
        var gradient = network.zeroed()
        // Twice, on a used trace: what the first pass leaves behind must not matter.
        for _ in 0..<2 {
            gradient.clearParameters()
            network.forward(&trace, clips)
            network.backward(&trace, factors, pictures: clips, gradient: &gradient)
        }
        let outputs = Lab.largestDifference(trace.output.values, try recorded.floats("outputs"))
        #expect(outputs < 1e-4, "outputs \(outputs)")
        network.absorb(trace)
        var expected = network
        try expected.fill(from: recorded) { ResidualNetwork.motionName($0) }
        var worst: Float = 0
        for ((name, slope), (moments, wanted)) in zip(
            Self.parameters(gradient), zip(Self.parameters(network), Self.parameters(expected)))
        {
            let own = name.contains("running_") ? moments.values : slope
            let largest = max(wanted.values.map(abs).max() ?? 0, 1e-3)
            let error = Lab.largestDifference(own, wanted.values) / largest
            #expect(error < 1e-3, "\(name) \(error)")
            worst = max(worst, error)
        }
        print("Slow-D, a step against PyTorch: outputs \(outputs), gradients and moments \(worst)")
    }

    /// The narrow network under its stored names.
    static func network() throws -> ResidualNetwork {
        let file = try SafetensorsFile(path: "\(folder)/slow_d.safetensors")
        var random = RandomStream(seed: 1, purpose: .initialWeights)
        var network = ResidualNetwork(
            blocks: [1, 1, 2, 1], isDeep: true, width: 4, clips: .slowD, using: &random)
        try network.fill(from: file) { ResidualNetwork.motionName($0) }
        return network
    }

    // MARK: Inflation

    /// A ResNet of pictures, inflated by its middle frames, sees a clip that stands still as its picture, to
    /// its last frame.
    @Test func inflatedNetworkSeesAStillClipAsItsPicture() {
        var random = RandomStream(seed: 4, purpose: .initialWeights)
        var pictures = ResidualNetwork(blocks: [1, 1, 2, 1], isDeep: true, width: 4, using: &random)
        pictures.visitParameters("") { name, _, values, range in
            if name.contains("bn") { for index in range where values[index] == 0 { values[index] = 0.3 } }
        }
        let motion = pictures.inflated(.slowD)
        let stills = Lab.random(2 * 32 * 32, 3, seed: 5)
        var first = pictures.makeTrace(batch: 2, side: 32)
        pictures.forward(&first, stills)
        var clips = Matrix(rows: 2 * 6 * 32 * 32, columns: 3)
        for clip in 0..<2 {
            for frame in 0..<6 {
                copyRowsInto(
                    &clips, from: (clip * 6 + frame) * 1024, stills, rows: clip * 1024..<(clip + 1) * 1024)
            }
        }
        var second = motion.makeTrace(batch: 2, side: 32, frames: 6)
        motion.forward(&second, clips)
        #expect(Lab.largestDifference(first.output.values, second.output.values) < 1e-4)
        #expect(first.output.values.contains { abs($0) > 0.01 })
        // Its filters can still learn what moves: other frames have gradients.
        var gradient = motion.zeroed()
        motion.backward(&second, Lab.random(2, 128, seed: 6), pictures: clips, gradient: &gradient)
        #expect(gradient.stem.convolution.weight.row(0).prefix(147).contains { $0 != 0 })
    }

    /// Only filters of several frames see in which order frames come.
    @Test func timeReversalIsSeenByFiltersOfSeveralFrames() {
        var random = RandomStream(seed: 7, purpose: .initialWeights)
        let clip = Lab.random(6 * 32 * 32, 3, seed: 8)
        var reversed = clip
        for frame in 0..<6 {
            copyRowsInto(
                &reversed, from: (5 - frame) * 1024, clip, rows: frame * 1024..<(frame + 1) * 1024)
        }
        for (geometry, isSeen) in [
            (ClipGeometry.pictures, false), (.slow, true), (.slowD, true),
        ] {
            var network = ResidualNetwork(
                blocks: [1, 1, 1, 1], isDeep: true, width: 4, clips: geometry, using: &random)
            network.visitParameters("") { name, _, values, range in
                if name.contains("bn") { for index in range where values[index] == 0 { values[index] = 0.3 } }
            }
            func vector(_ frames: Matrix) -> [Float] {
                var trace = network.makeTrace(batch: 1, side: 32, frames: 6)
                network.forward(&trace, frames)
                return trace.output.values
            }
            let difference = Lab.largestDifference(vector(clip), vector(reversed))
            #expect(isSeen ? difference > 1e-3 : difference < 1e-4, "\(geometry): \(difference)")
        }
    }
}
