/// The greatest value of each channel in a square window of pixels; what lies beyond the edges does not
/// count.
///
/// Shapes: input [B H W, C], output [B H' W', C].
package struct MaximumPooling: Sendable {
    package let input: PixelShape
    package let output: PixelShape
    private let side: Int
    private let stride: Int
    private let padding: Int
    /// For each number of the output the input pixel that it came from, the first of equals.
    private var winners: [Int32]

    package init(input: PixelShape, side: Int, stride: Int, padding: Int) {
        self.input = input
        self.side = side
        self.stride = stride
        self.padding = padding
        output = input.filtered(side: side, stride: stride, padding: padding, channels: input.channels)
        winners = [Int32](repeating: 0, count: output.rows * output.channels)
        precondition(input.rows <= Int(Int32.max), "pixels that 32 bits count")
    }

    /// Fills `result`, and keeps who won for `backward`.
    package mutating func forward(into result: inout Matrix, _ matrix: Matrix) {
        precondition(matrix.rows == input.rows && result.rows == output.rows, "pixels of the two shapes")
        precondition(matrix.columns == input.channels && result.columns == input.channels, "all channels")
        let (channels, shape, side, stride, padding) = (input.channels, input, side, stride, padding)
        let place = output
        result.values.withUnsafeMutableBufferPointer { target in
            matrix.values.withUnsafeBufferPointer { source in
                winners.withUnsafeMutableBufferPointer { winners in
                    for row in 0..<place.rows {
                        let (image, rest) = row.quotientAndRemainder(dividingBy: place.pixels)
                        let (y, x) = rest.quotientAndRemainder(dividingBy: place.width)
                        let lines =
                            max(0, y * stride - padding)..<min(shape.height, y * stride - padding + side)
                        let pixels =
                            max(0, x * stride - padding)..<min(shape.width, x * stride - padding + side)
                        let base = row * channels
                        for channel in 0..<channels { target[base + channel] = -.infinity }
                        for line in lines {
                            for column in pixels {
                                let pixel = (image * shape.height + line) * shape.width + column
                                for channel in 0..<channels {
                                    let value = source[pixel * channels + channel]
                                    let isGreater = value > target[base + channel]
                                    target[base + channel] = isGreater ? value : target[base + channel]
                                    winners[base + channel] =
                                        isGreater ? Int32(pixel) : winners[base + channel]
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// dInput [B H W, C] is overwritten.
    package func backward(into dInput: inout Matrix, _ dResult: Matrix) {
        precondition(dInput.rows == input.rows && dResult.rows == output.rows, "pixels of the two shapes")
        precondition(dInput.columns == input.channels && dResult.columns == input.channels, "all channels")
        dInput.clear()
        let channels = input.channels
        dInput.values.withUnsafeMutableBufferPointer { target in
            dResult.values.withUnsafeBufferPointer { source in
                winners.withUnsafeBufferPointer { winners in
                    for row in 0..<output.rows {
                        for channel in 0..<channels {
                            let index = row * channels + channel
                            target[Int(winners[index]) * channels + channel] += source[index]
                        }
                    }
                }
            }
        }
    }
}
