internal import RealModule

/// Every row of `matrix` divided by its length, in place; lengths below `epsilon` count as `epsilon`.
///
/// - Returns: what every row was multiplied with, for the backward pass.
package func normalizeRows(_ matrix: inout Matrix, epsilon: Float = 1e-12) -> [Float] {
    let (rows, columns) = (matrix.rows, matrix.columns)
    var factors = [Float](repeating: 0, count: rows)
    factors.withUnsafeMutableBufferPointer { factors in
        matrix.values.withUnsafeMutableBufferPointer { values in
            for row in 0..<rows {
                let base = row * columns
                var squares: Float = 0
                for column in 0..<columns {
                    squares = Relaxed.multiplyAdd(values[base + column], values[base + column], squares)
                }
                let factor = 1 / max(squares.squareRoot(), epsilon)
                for column in 0..<columns { values[base + column] *= factor }
                factors[row] = factor
            }
        }
    }
    return factors
}

/// In place: the gradient for the unit rows u becomes that for the rows they were made of, factor (d - u
/// sum(d u)).
package func unitRowGradient(_ gradient: inout Matrix, unitRows: Matrix, factors: [Float]) {
    precondition(
        gradient.rows == unitRows.rows && gradient.columns == unitRows.columns
            && factors.count == unitRows.rows, "equal shapes")
    let (rows, columns) = (gradient.rows, gradient.columns)
    gradient.values.withUnsafeMutableBufferPointer { values in
        unitRows.values.withUnsafeBufferPointer { units in
            factors.withUnsafeBufferPointer { factors in
                for row in 0..<rows {
                    let base = row * columns
                    var along: Float = 0
                    for column in 0..<columns {
                        along = Relaxed.multiplyAdd(values[base + column], units[base + column], along)
                    }
                    let factor = factors[row]
                    for column in 0..<columns {
                        values[base + column] =
                            (values[base + column] - units[base + column] * along) * factor
                    }
                }
            }
        }
    }
}
