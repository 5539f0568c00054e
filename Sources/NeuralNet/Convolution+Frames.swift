internal import TensorKernels

// Shapes: B clips of T frames of H x W pixels as rows (`PixelShape`), I channels in, O channels out, F frames
// and S side of the filter.

extension Convolution {
    /// From filters [O, I, F, S, S], PyTorch's order.
    package init(
        filters: [Float], outputs: Int, inputs: Int, frames: Int, side: Int, stride: Int, frameStride: Int = 1
    ) {
        let places = frames * side * side
        precondition(filters.count == outputs * inputs * places, "filters of the shape")
        var weight = Matrix(rows: outputs, columns: places * inputs)
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
        self.init(weight: weight, side: side, stride: stride, frames: frames, frameStride: frameStride)
    }

    /// The same convolution over `frames` frames that gives the same for a clip that stands still, away from
    /// its ends: all weight on the middle frame.
    package func inflated(frames: Int, frameStride: Int = 1) -> Convolution {
        precondition(self.frames == 1 && frames % 2 == 1, "a filter of pictures, and a middle")
        let columns = weight.columns
        var wide = Matrix(rows: outputs, columns: frames * columns)
        copyColumnsInto(&wide, column: frames / 2 * columns, weight)
        return Convolution(
            weight: wide, side: side, stride: stride, frames: frames, frameStride: frameStride)
    }

    // MARK: Passes

    // A convolution over frames is a sum of F convolutions of single frames. Patches of a frame are gathered
    // once for all images of the output that see it; pixels of 1 x 1 are not gathered at all.

    /// As `forward`, over F frames.
    func forwardFrames(into output: inout Matrix, _ input: Matrix, _ shape: PixelShape) {
        let (patches, result) = (framePatches(shape), outputShape(shape))
        precondition(
            output.rows == result.rows && output.columns == outputs, "an output of the filter's shape")
        output.clear()
        let packed = (0..<frames).map { PackedOperand(tapWeight($0).transposed) }
        guard !patches.areInputRows else {
            forEachRun(shape) { tap, from, to in
                multiplyInto(
                    &output, rows: to, columns: 0..<outputs, input.block(rows: from), packed[tap],
                    accumulating: true)
            }
            return
        }
        var buffer = frameBuffer(patches)
        for image in 0..<shape.images {
            let pairs = pairs(of: image, shape)
            guard !pairs.isEmpty else { continue }
            forEachPart(patches, buffer.rows) { part in
                let first = image * result.pixels
                patches.gather(
                    into: &buffer, input, places: part.lowerBound + first..<part.upperBound + first)
                for (tap, target) in pairs {
                    let start = target * result.pixels
                    multiplyInto(
                        &output, rows: part.lowerBound + start..<part.upperBound + start,
                        columns: 0..<outputs, buffer.block(rows: 0..<part.count), packed[tap],
                        accumulating: true)
                }
            }
        }
    }

    /// As `backward`, over F frames.
    func backwardFrames(
        into dInput: inout Matrix?, _ dOutput: Matrix, input: Matrix, _ shape: PixelShape,
        gradient: inout Convolution
    ) {
        let (patches, result) = (framePatches(shape), outputShape(shape))
        let width = patches.width
        var target = dInput.take()
        let packed = target == nil ? [] : (0..<frames).map { PackedOperand(tapWeight($0)) }
        if patches.areInputRows {
            forEachRun(shape) { tap, from, to in
                addWeightGradient(
                    to: &gradient, from: dOutput.block(rows: to), input.block(rows: from), frame: tap)
                if var matrix = target.take() {
                    multiplyInto(
                        &matrix, rows: from, columns: 0..<inputs, dOutput.block(rows: to), packed[tap],
                        accumulating: true)
                    target = matrix
                }
            }
            dInput = target
            return
        }
        var buffer = frameBuffer(patches)
        for image in 0..<shape.images {
            let pairs = pairs(of: image, shape)
            guard !pairs.isEmpty else { continue }
            forEachPart(patches, buffer.rows) { part in
                let first = image * result.pixels
                let places = part.lowerBound + first..<part.upperBound + first
                func slope(_ target: Int) -> MatrixBlock {
                    let start = target * result.pixels
                    return dOutput.block(rows: part.lowerBound + start..<part.upperBound + start)
                }
                patches.gather(into: &buffer, input, places: places)
                let seen = PackedOperand(buffer.block(rows: 0..<part.count))
                for (tap, image) in pairs {
                    multiplyInto(
                        &gradient.weight, rows: 0..<outputs, columns: tap * width..<(tap + 1) * width,
                        slope(image).transposed, seen, accumulating: true)
                }
                guard var matrix = target.take() else { return }
                for (place, (tap, image)) in pairs.enumerated() {
                    multiplyInto(
                        &buffer, rows: 0..<part.count, columns: 0..<width, slope(image), packed[tap],
                        accumulating: place > 0)
                }
                patches.scatter(into: &matrix, buffer, places: places)
                target = matrix
            }
        }
        dInput = target
    }

    /// The weight [O, S S I] of one of the filter's frames.
    private func tapWeight(_ tap: Int) -> MatrixBlock {
        let width = side * side * inputs
        return weight.block(rows: 0..<outputs, columns: tap * width..<(tap + 1) * width)
    }

    /// The filter's frames that see an image of the input, each with the image of the output that it counts
    /// for.
    private func pairs(of image: Int, _ shape: PixelShape) -> [(tap: Int, image: Int)] {
        let (clip, frame) = image.quotientAndRemainder(dividingBy: shape.frames)
        let count = shape.sampled(length: frames, stride: frameStride).frames
        return (0..<frames).compactMap { tap in
            let (place, rest) = (frame + frames / 2 - tap).quotientAndRemainder(dividingBy: frameStride)
            guard rest == 0, 0..<count ~= place else { return nil }
            return (tap, clip * count + place)
        }
    }

    /// Rows of input and output that belong together, for each clip and frame of the filter, where pixels and
    /// frames have stride 1.
    private func forEachRun(
        _ shape: PixelShape, _ body: (_ tap: Int, _ from: Range<Int>, _ to: Range<Int>) -> Void
    ) {
        for clip in 0..<shape.clips {
            let first = clip * shape.frames
            for tap in 0..<frames {
                let shift = tap - frames / 2
                let count = shape.frames - abs(shift)
                guard count > 0 else { continue }
                let (from, to) = (first + max(0, shift), first + max(0, -shift))
                body(
                    tap, from * shape.pixels..<(from + count) * shape.pixels,
                    to * shape.pixels..<(to + count) * shape.pixels)
            }
        }
    }

    private func framePatches(_ shape: PixelShape) -> PixelPatches {
        let patches = patches(shape)
        precondition(
            !patches.areInputRows || frameStride == 1, "frames of stride 1 under a filter of one pixel")
        return patches
    }

    private func frameBuffer(_ patches: PixelPatches) -> Matrix {
        Matrix(
            rows: min(patches.output(channels: 1).pixels, max(64, Self.patchFloats / patches.width)),
            columns: patches.width)
    }

    /// Parts of an image of the output, of at most `size` pixels.
    private func forEachPart(_ patches: PixelPatches, _ size: Int, _ body: (Range<Int>) -> Void) {
        let total = patches.output(channels: 1).pixels
        for first in Swift.stride(from: 0, to: total, by: size) { body(first..<min(first + size, total)) }
    }
}
