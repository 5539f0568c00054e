package import TensorKernels

// Shapes: B images of H x W pixels as rows (`PixelShape`), I channels in, O channels out, S side of the
// filter, F its frames.

/// A convolution without a bias that can be trained, as ResNets have them; it reads S / 2 pixels beyond each
/// edge. With F > 1 frames it also reads F / 2 frames of the clip on each side of a frame; a clip's ends are
/// followed by zeros.
///
/// One matrix product over patches, some output pixels at a time, so that the patches stay in the caches.
package struct Convolution: Sendable {
    /// [O, F S S I]: frame by frame and row by row of the filter, channels innermost.
    package var weight: Matrix
    package let side: Int
    package let stride: Int
    /// F, an odd number; 1 for pictures.
    package let frames: Int
    /// Frames from one that it makes to the next.
    package let frameStride: Int

    /// Floats of patches at a time.
    static let patchFloats = 1 << 18

    package init(weight: Matrix, side: Int, stride: Int, frames: Int = 1, frameStride: Int = 1) {
        precondition(
            side > 0 && stride > 0 && frames > 0 && weight.columns % (frames * side * side) == 0,
            "square filters")
        precondition(frames % 2 == 1 && (frameStride == 1 || frameStride > 1 && frames > 1), "a middle frame")
        self.weight = weight
        self.frames = frames
        self.frameStride = frameStride
        self.side = side
        self.stride = stride
    }

    /// From filters [O, I, S, S], PyTorch's order.
    package init(filters: [Float], outputs: Int, inputs: Int, side: Int, stride: Int) {
        self.init(
            filters: filters, outputs: outputs, inputs: inputs, frames: 1, side: side, stride: stride)
    }

    /// Kaiming He's start for rectifiers (arXiv 1502.01852), by the number of outputs, as torchvision draws
    /// it.
    package init(
        inputs: Int, outputs: Int, side: Int, stride: Int, frames: Int = 1, frameStride: Int = 1,
        using generator: inout some RandomNumberGenerator
    ) {
        let places = frames * side * side
        let deviation = (2 / Float(outputs * places)).squareRoot()
        let drawn = Linear(
            inputs: places * inputs, outputs: outputs, deviation: deviation, using: &generator)
        self.init(
            weight: drawn.weight, side: side, stride: stride, frames: frames, frameStride: frameStride)
    }

    package var inputs: Int { weight.columns / (frames * side * side) }
    package var outputs: Int { weight.rows }

    /// Filters [O, I, F, S, S], PyTorch's order; of pictures [O, I, S, S].
    package var filters: [Float] {
        let (inputs, places) = (inputs, frames * side * side)
        var filters = [Float](repeating: 0, count: weight.values.count)
        for output in 0..<outputs {
            for input in 0..<inputs {
                for place in 0..<places {
                    filters[(output * inputs + input) * places + place] =
                        weight[output, place * inputs + input]
                }
            }
        }
        return filters
    }

    package func outputShape(_ input: PixelShape) -> PixelShape {
        patches(input).output(channels: outputs).sampled(length: frames, stride: frameStride)
    }

    func patches(_ input: PixelShape) -> PixelPatches {
        precondition(input.channels == inputs, "pixels of \(inputs) channels")
        return PixelPatches(input: input, side: side, stride: stride, padding: side / 2)
    }

    /// output [B H' W', O] from input [B H W, I].
    package func forward(into output: inout Matrix, _ input: Matrix, _ shape: PixelShape) {
        guard frames == 1 else { return forwardFrames(into: &output, input, shape) }
        let patches = patches(shape)
        precondition(output.rows == patches.output(channels: outputs).rows, "an output of the filter's shape")
        let packed = PackedOperand(weight.transposed)
        if patches.areInputRows {
            multiplyInto(&output, rows: 0..<output.rows, columns: 0..<outputs, input.block, packed)
            return
        }
        forEachChunk(patches) { places, buffer in
            patches.gather(into: &buffer, input, places: places)
            multiplyInto(
                &output, rows: places, columns: 0..<outputs, buffer.block(rows: 0..<places.count), packed)
        }
    }

    /// Adds the gradient of the weight, and, unless `dInput` is nil, that for the input to it: dOutput [B H'
    /// W', O], and the input [B H W, I] of the forward pass.
    package func backward(
        into dInput: inout Matrix?, _ dOutput: Matrix, input: Matrix, _ shape: PixelShape,
        gradient: inout Convolution
    ) {
        guard frames == 1 else {
            return backwardFrames(into: &dInput, dOutput, input: input, shape, gradient: &gradient)
        }
        let patches = patches(shape)
        if patches.areInputRows {
            addWeightGradient(to: &gradient, from: dOutput.block, input.block)
            if var target = dInput.take() {
                multiplyInto(
                    &target, rows: 0..<target.rows, columns: 0..<inputs, dOutput.block,
                    PackedOperand(weight.block), accumulating: true)
                dInput = target
            }
            return
        }
        var target = dInput.take()
        let packed = target.map { _ in PackedOperand(weight.block) }
        forEachChunk(patches) { places, buffer in
            patches.gather(into: &buffer, input, places: places)
            let rows = 0..<places.count
            let slope = dOutput.block(rows: places)
            addWeightGradient(to: &gradient, from: slope, buffer.block(rows: rows))
            guard let packed else { return }
            multiplyInto(&buffer, rows: rows, columns: 0..<patches.width, slope, packed)
            if var matrix = target.take() {
                patches.scatter(into: &matrix, buffer, places: places)
                target = matrix
            }
        }
        dInput = target
    }

    /// Adds the gradient of the weight of one of the filter's frames, from that of pixels [P, O] of the
    /// output and what they were made of [P, S S I]; in parts of the pixels that stay in the caches.
    func addWeightGradient(
        to gradient: inout Convolution, from dOutput: MatrixBlock, _ input: MatrixBlock, frame: Int = 0
    ) {
        let width = input.columns
        let size = max(64, Self.patchFloats / (width + outputs))
        for first in Swift.stride(from: 0, to: input.rows, by: size) {
            let rows = first..<min(first + size, input.rows)
            multiplyInto(
                &gradient.weight, rows: 0..<outputs, columns: frame * width..<(frame + 1) * width,
                dOutput.part(rows: rows).transposed, PackedOperand(input.part(rows: rows)),
                accumulating: true)
        }
    }

    private func forEachChunk(_ patches: PixelPatches, _ body: (Range<Int>, inout Matrix) -> Void) {
        let total = patches.output(channels: outputs).rows
        let size = min(total, max(64, Self.patchFloats / patches.width))
        var buffer = Matrix(rows: size, columns: patches.width)
        for first in Swift.stride(from: 0, to: total, by: size) {
            body(first..<min(first + size, total), &buffer)
        }
    }
}

extension Convolution: ParameterTree {
    /// The one weight, in the order in which it lies here: [O, S, S, I], with several frames [O, F, S, S, I].
    package mutating func visitParameters(
        _ path: String, _ body: (String, [Int], inout [Float], Range<Int>) -> Void
    ) {
        let shape = frames == 1 ? [outputs, side, side, inputs] : [outputs, frames, side, side, inputs]
        weight.modifyValues { body(path + "weight", shape, &$0, 0..<$0.count) }
    }
}
