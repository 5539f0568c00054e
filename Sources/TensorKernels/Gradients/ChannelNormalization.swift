/// The arithmetic of batch normalization over the rows of a matrix [N, C] (Ioffe and Szegedy 2015, arXiv
/// 1502.03167).
package enum ChannelNormalization {
    /// Rows whose sums are floats before they join sums of doubles.
    private static let blockRows = 64

    /// Mean and variance of every column; the variance is divided by N.
    package static func moments(_ matrix: Matrix) -> (mean: [Double], variance: [Double]) {
        let (rows, columns) = (matrix.rows, matrix.columns)
        precondition(rows > 0, "rows to count")
        let total = columnSums(matrix) { values, index, _ in values[index] }
        let mean = total.map { $0 / Double(rows) }
        let center = mean.map(Float.init)
        // Around the mean, so that nothing is lost; the mean's own rounding is taken out again.
        let squares = center.withUnsafeBufferPointer { center in
            columnSums(matrix) { values, index, column in
                let difference = values[index] - center[column]
                return difference * difference
            }
        }
        return (
            mean,
            (0..<columns).map { column in
                let shift = mean[column] - Double(center[column])
                return max(0, squares[column] / Double(rows) - shift * shift)
            }
        )
    }

    /// output = input * scale + shift, column by column, and 0 instead of less if `isRectified`.
    package static func scale(
        into output: inout Matrix, _ input: Matrix, scale: [Float], shift: [Float], isRectified: Bool
    ) {
        let (rows, columns) = (input.rows, input.columns)
        precondition(output.rows == rows && output.columns == columns, "equal shapes")
        precondition(scale.count == columns && shift.count == columns, "a factor per column")
        let least: Float = isRectified ? 0 : -.infinity
        output.values.withUnsafeMutableBufferPointer { target in
            input.values.withUnsafeBufferPointer { source in
                scale.withUnsafeBufferPointer { scale in
                    shift.withUnsafeBufferPointer { shift in
                        for row in 0..<rows {
                            let base = row * columns
                            for column in 0..<columns {
                                let value = source[base + column] * scale[column] + shift[column]
                                target[base + column] = value > least ? value : least
                            }
                        }
                    }
                }
            }
        }
    }

    /// Sums over the rows of the gradient, and of the gradient times the centered input.
    package static func gradientSums(
        _ gradient: Matrix, input: Matrix, mean: [Float]
    ) -> (plain: [Double], weighted: [Double]) {
        precondition(gradient.rows == input.rows && gradient.columns == input.columns, "equal shapes")
        let plain = columnSums(gradient) { values, index, _ in values[index] }
        let weighted = input.values.withUnsafeBufferPointer { source in
            mean.withUnsafeBufferPointer { mean in
                columnSums(gradient) { values, index, column in
                    values[index] * (source[index] - mean[column])
                }
            }
        }
        return (plain, weighted)
    }

    /// In place: the input becomes the gradient for it, scale * gradient + slope * input + shift, column by
    /// column.
    package static func replaceWithGradient(
        _ input: inout Matrix, gradient: Matrix, scale: [Float], slope: [Float], shift: [Float]
    ) {
        let (rows, columns) = (input.rows, input.columns)
        precondition(gradient.rows == rows && gradient.columns == columns, "equal shapes")
        precondition([scale, slope, shift].allSatisfy { $0.count == columns }, "a factor per column")
        input.values.withUnsafeMutableBufferPointer { target in
            gradient.values.withUnsafeBufferPointer { source in
                scale.withUnsafeBufferPointer { scale in
                    slope.withUnsafeBufferPointer { slope in
                        shift.withUnsafeBufferPointer { shift in
                            for row in 0..<rows {
                                let base = row * columns
                                for column in 0..<columns {
                                    target[base + column] =
                                        scale[column] * source[base + column]
                                        + (slope[column] * target[base + column] + shift[column])
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// Sums of `term` over the rows, for each column.
    @inline(__always)
    private static func columnSums(
        _ matrix: Matrix, _ term: (UnsafeBufferPointer<Float>, _ index: Int, _ column: Int) -> Float
    ) -> [Double] {
        let (rows, columns) = (matrix.rows, matrix.columns)
        var total = [Double](repeating: 0, count: columns)
        var partial = [Float](repeating: 0, count: columns)
        matrix.values.withUnsafeBufferPointer { values in
            partial.withUnsafeMutableBufferPointer { partial in
                var start = 0
                while start < rows {
                    let end = min(start + blockRows, rows)
                    for column in 0..<columns { partial[column] = 0 }
                    for row in start..<end {
                        let base = row * columns
                        for column in 0..<columns { partial[column] += term(values, base + column, column) }
                    }
                    for column in 0..<columns { total[column] += Double(partial[column]) }
                    start = end
                }
            }
        }
        return total
    }
}
