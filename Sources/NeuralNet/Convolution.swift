package import TensorKernels

// Shapes: B images of H x W pixels as rows (`PixelShape`), I channels in, O channels out, S side of the
// filter.

/// A convolution without a bias that can be trained, as ResNets have them; it reads S / 2 pixels beyond each
/// edge.
///
/// One matrix product over patches, some output pixels at a time, so that the patches stay in the caches.
package struct Convolution: Sendable {
    /// [O, S S I]: row by row of the filter, channels innermost.
    package var weight: Matrix
    package let side: Int
    package let stride: Int

    /// Floats of patches at a time.
    private static let patchFloats = 1 << 18

    package init(weight: Matrix, side: Int, stride: Int) {
        precondition(side > 0 && stride > 0 && weight.columns % (side * side) == 0, "square filters")
        self.weight = weight
        self.side = side
        self.stride = stride
    }

    /// From filters [O, I, S, S], PyTorch's order.
    package init(filters: [Float], outputs: Int, inputs: Int, side: Int, stride: Int) {
        precondition(filters.count == outputs * inputs * side * side, "filters of the shape")
        var weight = Matrix(rows: outputs, columns: side * side * inputs)
        let places = side * side
        weight.modifyValues { values in
            for output in 0..<outputs {
                for input in 0..<inputs {
                    for place in 0..<places {
                        values[(output * places + place) * inputs + input] =
                            filters[(output * inputs + input) * places + place]
                    }
                }
            }
        }
        self.init(weight: weight, side: side, stride: stride)
    }

    /// Kaiming He's start for rectifiers (arXiv 1502.01852), by the number of outputs, as torchvision draws
    /// it.
    package init(
        inputs: Int, outputs: Int, side: Int, stride: Int, using generator: inout some RandomNumberGenerator
    ) {
        let deviation = (2 / Float(outputs * side * side)).squareRoot()
        let drawn = Linear(
            inputs: side * side * inputs, outputs: outputs, deviation: deviation, using: &generator)
        self.init(weight: drawn.weight, side: side, stride: stride)
    }

    package var inputs: Int { weight.columns / (side * side) }
    package var outputs: Int { weight.rows }

    /// Filters [O, I, S, S], PyTorch's order.
    package var filters: [Float] {
        let (inputs, places) = (inputs, side * side)
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

    package func outputShape(_ input: PixelShape) -> PixelShape { patches(input).output(channels: outputs) }

    private func patches(_ input: PixelShape) -> PixelPatches {
        precondition(input.channels == inputs, "pixels of \(inputs) channels")
        return PixelPatches(input: input, side: side, stride: stride, padding: side / 2)
    }

    /// output [B H' W', O] from input [B H W, I].
    package func forward(into output: inout Matrix, _ input: Matrix, _ shape: PixelShape) {
        let patches = patches(shape)
        precondition(output.rows == patches.output(channels: outputs).rows, "an output of the filter's shape")
        if patches.areInputRows {
            multiplyInto(&output, input.block, weight.transposed)
            return
        }
        forEachChunk(patches) { places, buffer in
            patches.gather(into: &buffer, input, places: places)
            multiplyInto(
                &output, rows: places, columns: 0..<outputs, buffer.block(rows: 0..<places.count),
                weight.transposed)
        }
    }

    /// Adds the gradient of the weight, and, unless `dInput` is nil, that for the input to it: dOutput [B H'
    /// W', O], and the input [B H W, I] of the forward pass.
    package func backward(
        into dInput: inout Matrix?, _ dOutput: Matrix, input: Matrix, _ shape: PixelShape,
        gradient: inout Convolution
    ) {
        let patches = patches(shape)
        if patches.areInputRows {
            multiplyInto(&gradient.weight, dOutput.transposed, input.block, accumulating: true)
            if var target = dInput.take() {
                multiplyInto(&target, dOutput.block, weight.block, accumulating: true)
                dInput = target
            }
            return
        }
        var target = dInput.take()
        forEachChunk(patches) { places, buffer in
            patches.gather(into: &buffer, input, places: places)
            let rows = 0..<places.count
            let slope = dOutput.block(rows: places)
            multiplyInto(&gradient.weight, slope.transposed, buffer.block(rows: rows), accumulating: true)
            guard target != nil else { return }
            multiplyInto(&buffer, rows: rows, columns: 0..<patches.width, slope, weight.block)
            if var matrix = target.take() {
                patches.scatter(into: &matrix, buffer, places: places)
                target = matrix
            }
        }
        dInput = target
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
    /// The one weight, in the order in which it lies here: [O, S, S, I].
    package mutating func visitParameters(
        _ path: String, _ body: (String, [Int], inout [Float], Range<Int>) -> Void
    ) {
        let shape = [outputs, side, side, inputs]
        weight.modifyValues { body(path + "weight", shape, &$0, 0..<$0.count) }
    }
}
