/// Row i of `output` = row `indices[i]` of `input`: a look-up, as in an embedding table.
package func gatherRowsInto(_ output: inout Matrix, _ input: Matrix, _ indices: [Int]) {
    precondition(output.rows == indices.count && output.columns == input.columns, "a row per index")
    let columns = input.columns
    let rows = input.rows
    output.values.withUnsafeMutableBufferPointer { target in
        input.values.withUnsafeBufferPointer { source in
            for (row, index) in indices.enumerated() {
                precondition(index >= 0 && index < rows, "an index among the rows")
                let (to, from) = (row * columns, index * columns)
                for column in 0..<columns { target[to + column] = source[from + column] }
            }
        }
    }
}

/// Row `indices[i]` of `output` += row i of `input`: the gradient of `gatherRowsInto`.
package func scatterRowsInto(_ output: inout Matrix, _ input: Matrix, _ indices: [Int]) {
    precondition(input.rows == indices.count && output.columns == input.columns, "a row per index")
    let columns = input.columns
    let rows = output.rows
    output.values.withUnsafeMutableBufferPointer { target in
        input.values.withUnsafeBufferPointer { source in
            for (row, index) in indices.enumerated() {
                precondition(index >= 0 && index < rows, "an index among the rows")
                let (to, from) = (index * columns, row * columns)
                for column in 0..<columns { target[to + column] += source[from + column] }
            }
        }
    }
}

/// Row `row` of `output` += row `inputRow` of `input`.
package func addRowsInto(_ output: inout Matrix, row: Int, _ input: Matrix, inputRow: Int) {
    precondition(output.columns == input.columns, "rows of equal width")
    precondition((0..<output.rows).contains(row) && (0..<input.rows).contains(inputRow), "rows inside")
    let columns = input.columns
    output.values.withUnsafeMutableBufferPointer { target in
        input.values.withUnsafeBufferPointer { source in
            for column in 0..<columns {
                target[row * columns + column] += source[inputRow * columns + column]
            }
        }
    }
}

/// One row times a factor, in place.
package func scaleRow(_ matrix: inout Matrix, _ row: Int, by factor: Float) {
    precondition((0..<matrix.rows).contains(row), "a row of the matrix")
    let base = row * matrix.columns
    let columns = matrix.columns
    matrix.values.withUnsafeMutableBufferPointer { values in
        for column in 0..<columns { values[base + column] *= factor }
    }
}

/// The columns of `output` from `column` on = all columns of `input`.
package func copyColumnsInto(_ output: inout Matrix, column: Int, _ input: Matrix) {
    precondition(output.rows == input.rows && column >= 0, "as many rows")
    precondition(column + input.columns <= output.columns, "columns inside")
    let (rows, wide, narrow) = (input.rows, output.columns, input.columns)
    output.values.withUnsafeMutableBufferPointer { target in
        input.values.withUnsafeBufferPointer { source in
            for row in 0..<rows {
                for index in 0..<narrow { target[row * wide + column + index] = source[row * narrow + index] }
            }
        }
    }
}

/// All columns of `output` = the columns of `input` from `column` on.
package func copyColumnsInto(_ output: inout Matrix, from column: Int, _ input: Matrix) {
    precondition(output.rows == input.rows && column >= 0, "as many rows")
    precondition(column + output.columns <= input.columns, "columns inside")
    let (rows, wide, narrow) = (input.rows, input.columns, output.columns)
    output.values.withUnsafeMutableBufferPointer { target in
        input.values.withUnsafeBufferPointer { source in
            for row in 0..<rows {
                for index in 0..<narrow { target[row * narrow + index] = source[row * wide + column + index] }
            }
        }
    }
}
