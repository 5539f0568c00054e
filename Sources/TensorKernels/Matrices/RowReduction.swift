/// Row `outputRow` of `output` = the mean of the given rows of `input`.
package func averageRowsInto(_ output: inout Matrix, outputRow: Int, _ input: Matrix, rows: Range<Int>) {
    checkRows(output, outputRow, input, rows)
    let columns = input.columns
    output.values.withUnsafeMutableBufferPointer { target in
        input.values.withUnsafeBufferPointer { source in
            average(target, outputRow, source, rows, columns)
        }
    }
}

/// Row `outputRow` of `matrix` = the mean of the given rows, which it is not among.
package func averageRows(_ matrix: inout Matrix, outputRow: Int, rows: Range<Int>) {
    precondition(!rows.contains(outputRow), "the mean does not count itself")
    checkRows(matrix, outputRow, matrix, rows)
    let columns = matrix.columns
    matrix.values.withUnsafeMutableBufferPointer { values in
        average(values, outputRow, UnsafeBufferPointer(values), rows, columns)
    }
}

/// Row `outputRow` of `output` = the greatest value of each column in the given rows of `input`.
package func maximumRowsInto(_ output: inout Matrix, outputRow: Int, _ input: Matrix, rows: Range<Int>) {
    checkRows(output, outputRow, input, rows)
    let columns = input.columns
    output.values.withUnsafeMutableBufferPointer { target in
        input.values.withUnsafeBufferPointer { source in
            let base = outputRow * columns
            for column in 0..<columns { target[base + column] = -.infinity }
            for row in rows {
                for column in 0..<columns {
                    target[base + column] = max(target[base + column], source[row * columns + column])
                }
            }
        }
    }
}

private func checkRows(_ output: Matrix, _ outputRow: Int, _ input: Matrix, _ rows: Range<Int>) {
    precondition(
        (0..<output.rows).contains(outputRow) && output.columns == input.columns, "a row of equal width")
    precondition(
        rows.lowerBound >= 0 && rows.upperBound <= input.rows && !rows.isEmpty, "rows inside the input")
}

private func average(
    _ target: UnsafeMutableBufferPointer<Float>, _ outputRow: Int, _ source: UnsafeBufferPointer<Float>,
    _ rows: Range<Int>, _ columns: Int
) {
    let base = outputRow * columns
    let factor = 1 / Float(rows.count)
    for column in 0..<columns { target[base + column] = 0 }
    for row in rows {
        for column in 0..<columns { target[base + column] += source[row * columns + column] }
    }
    for column in 0..<columns { target[base + column] *= factor }
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
