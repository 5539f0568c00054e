/// Row `outputRow` of `output` = the mean of the given rows of `input`.
package func averageRowsInto(_ output: inout Matrix, outputRow: Int, _ input: Matrix, rows: Range<Int>) {
    let columns = input.columns
    precondition((0..<output.rows).contains(outputRow) && output.columns == columns, "a row of equal width")
    precondition(
        rows.lowerBound >= 0 && rows.upperBound <= input.rows && !rows.isEmpty, "rows inside the input")
    let base = outputRow * columns
    let factor = 1 / Float(rows.count)
    output.values.withUnsafeMutableBufferPointer { target in
        input.values.withUnsafeBufferPointer { source in
            for column in 0..<columns { target[base + column] = 0 }
            for row in rows {
                for column in 0..<columns { target[base + column] += source[row * columns + column] }
            }
            for column in 0..<columns { target[base + column] *= factor }
        }
    }
}

/// Rows `times` i and following of `output` = `factor` times row i of `input`: the gradient of a mean over
/// rows.
package func spreadRowsInto(_ output: inout Matrix, _ input: Matrix, times: Int, factor: Float) {
    precondition(output.rows == times * input.rows && output.columns == input.columns, "rows of equal width")
    let (rows, columns) = (input.rows, input.columns)
    output.values.withUnsafeMutableBufferPointer { target in
        input.values.withUnsafeBufferPointer { source in
            for row in 0..<rows * times {
                let from = row / times * columns
                for column in 0..<columns { target[row * columns + column] = factor * source[from + column] }
            }
        }
    }
}
