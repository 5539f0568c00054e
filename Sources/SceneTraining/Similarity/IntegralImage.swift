package import TensorKernels

/// Sums over any rectangle of a matrix in constant time (Crow 1984, summed-area tables). In Double, so that
/// rectangles of equal content hardly differ.
package struct IntegralImage: Sendable {
    package let rows: Int
    package let columns: Int
    /// [rows + 1, columns + 1]: sums of all that is above and to the left.
    private let sums: [Double]

    /// O(rows x columns).
    package init(_ matrix: Matrix) {
        (rows, columns) = (matrix.rows, matrix.columns)
        let stride = columns + 1
        var sums = [Double](repeating: 0, count: (rows + 1) * stride)
        let values = matrix.values
        for row in 0..<rows {
            var run = 0.0
            for column in 0..<columns {
                run += Double(values[row * columns + column])
                sums[(row + 1) * stride + column + 1] = sums[row * stride + column + 1] + run
            }
        }
        self.sums = sums
    }

    /// Sum over `rows` and `columns`; what lies behind the matrix's end counts 0.
    package func sum(rows rowRange: Range<Int>, columns columnRange: Range<Int>) -> Double {
        let (top, bottom) = (min(rowRange.lowerBound, rows), min(rowRange.upperBound, rows))
        let (left, right) = (min(columnRange.lowerBound, columns), min(columnRange.upperBound, columns))
        let stride = columns + 1
        return sums[bottom * stride + right] - sums[top * stride + right] - sums[bottom * stride + left]
            + sums[top * stride + left]
    }
}
