/// What a square filter reads at each place of its output: the pixels of its square, row by row, channels
/// innermost, and zeros beyond the picture's edges. A convolution is then one matrix product.
///
/// Shapes: input [B H W, C], patches [P, S S C] for P output pixels.
package struct PixelPatches: Hashable, Sendable {
    package let input: PixelShape
    package let side: Int
    package let stride: Int
    package let padding: Int

    package init(input: PixelShape, side: Int, stride: Int, padding: Int) {
        self.input = input
        self.side = side
        self.stride = stride
        self.padding = padding
    }

    /// The filter's output with `channels` channels.
    package func output(channels: Int) -> PixelShape {
        input.filtered(side: side, stride: stride, padding: padding, channels: channels)
    }

    /// Floats of one patch.
    package var width: Int { side * side * input.channels }
    /// Whether every patch is one pixel of the input, so that no copy is needed.
    package var areInputRows: Bool { side == 1 && stride == 1 }

    /// The first rows of `patches` = the patches of output pixels `places`, counted over all images.
    package func gather(into patches: inout Matrix, _ matrix: Matrix, places: Range<Int>) {
        check(patches, matrix, places)
        let (width, channels) = (width, input.channels)
        patches.values.withUnsafeMutableBufferPointer { target in
            matrix.values.withUnsafeBufferPointer { source in
                guard let targetBase = target.baseAddress, let sourceBase = source.baseAddress else { return }
                forEachRun(places) { patch, pixel, row, left, count in
                    let line = targetBase + patch * width + row * side * channels
                    if count < side { line.update(repeating: 0, count: side * channels) }
                    if count > 0 {
                        (line + left * channels).update(
                            from: sourceBase + pixel * channels, count: count * channels)
                    }
                }
            }
        }
    }

    /// matrix += the first rows of `patches`, each number at the pixel that it came from: the gradient of
    /// `gather`.
    package func scatter(into matrix: inout Matrix, _ patches: Matrix, places: Range<Int>) {
        check(patches, matrix, places)
        let (width, channels) = (width, input.channels)
        matrix.values.withUnsafeMutableBufferPointer { target in
            patches.values.withUnsafeBufferPointer { source in
                guard let targetBase = target.baseAddress, let sourceBase = source.baseAddress else { return }
                forEachRun(places) { patch, pixel, row, left, count in
                    guard count > 0 else { return }
                    let from = sourceBase + patch * width + (row * side + left) * channels
                    let to = targetBase + pixel * channels
                    for index in 0..<count * channels { to[index] += from[index] }
                }
            }
        }
    }

    /// Calls `body` for each patch and row of the filter with the first input pixel that it reads, the pixels
    /// that are missing on the left, and how many there are; 0 where the whole row lies outside.
    @inline(__always)
    private func forEachRun(
        _ places: Range<Int>,
        _ body: (_ patch: Int, _ pixel: Int, _ row: Int, _ left: Int, _ count: Int) -> Void
    ) {
        let shape = output(channels: 1)
        var (image, rest) = places.lowerBound.quotientAndRemainder(dividingBy: shape.pixels)
        var (y, x) = rest.quotientAndRemainder(dividingBy: shape.width)
        rest = 0
        for patch in 0..<places.count {
            let (top, first) = (y * stride - padding, x * stride - padding)
            let left = max(0, -first)
            let count = min(side, input.width - first) - left
            for row in 0..<side {
                let line = top + row
                if line < 0 || line >= input.height {
                    body(patch, 0, row, 0, 0)
                } else {
                    body(patch, (image * input.height + line) * input.width + first + left, row, left, count)
                }
            }
            x += 1
            if x == shape.width { (x, y) = (0, y + 1) }
            if y == shape.height { (y, image) = (0, image + 1) }
        }
    }

    private func check(_ patches: Matrix, _ matrix: Matrix, _ places: Range<Int>) {
        precondition(
            matrix.rows == input.rows && matrix.columns == input.channels, "pixels of the input's shape")
        precondition(patches.columns == width && patches.rows >= places.count, "a row per patch")
        precondition(
            places.lowerBound >= 0 && places.upperBound <= output(channels: 1).rows, "pixels of the output")
    }
}
