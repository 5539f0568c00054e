/// Every row of `output` = `row`.
package func fillRowsInto(_ output: inout Matrix, _ row: [Float]) {
    precondition(row.count == output.columns, "\(row.count) values for rows of \(output.columns)")
    let (rows, columns) = (output.rows, output.columns)
    output.values.withUnsafeMutableBufferPointer { target in
        row.withUnsafeBufferPointer { source in
            for row in 0..<rows {
                let base = row * columns
                for column in 0..<columns { target[base + column] = source[column] }
            }
        }
    }
}

/// output += other, element by element.
package func addInto(_ output: inout Matrix, _ other: Matrix) {
    precondition(output.rows == other.rows && output.columns == other.columns, "a sum of equal shapes")
    output.values.withUnsafeMutableBufferPointer { target in
        other.values.withUnsafeBufferPointer { source in
            for index in 0..<source.count { target[index] += source[index] }
        }
    }
}

/// Every row of `output` += `row`.
package func addRowInto(_ output: inout Matrix, _ row: [Float]) {
    precondition(row.count == output.columns, "\(row.count) values for rows of \(output.columns)")
    let (rows, columns) = (output.rows, output.columns)
    output.values.withUnsafeMutableBufferPointer { target in
        row.withUnsafeBufferPointer { source in
            for row in 0..<rows {
                let base = row * columns
                for column in 0..<columns { target[base + column] += source[column] }
            }
        }
    }
}

/// The rows of `output` from `outputRow` on = the given rows of `input`.
package func copyRowsInto(_ output: inout Matrix, from outputRow: Int, _ input: Matrix, rows: Range<Int>) {
    precondition(output.columns == input.columns, "rows of equal width")
    precondition(rows.lowerBound >= 0 && rows.upperBound <= input.rows, "rows inside the input")
    precondition(outputRow >= 0 && outputRow + rows.count <= output.rows, "rows inside the output")
    let columns = input.columns
    let (targetBase, sourceBase) = (outputRow * columns, rows.lowerBound * columns)
    output.values.withUnsafeMutableBufferPointer { target in
        input.values.withUnsafeBufferPointer { source in
            for index in 0..<rows.count * columns { target[targetBase + index] = source[sourceBase + index] }
        }
    }
}

/// output = max(input, 0).
package func rectifyInto(_ output: inout Matrix, _ input: Matrix) {
    precondition(output.rows == input.rows && output.columns == input.columns, "equal shapes")
    output.values.withUnsafeMutableBufferPointer { target in
        input.values.withUnsafeBufferPointer { source in
            for index in 0..<source.count { target[index] = source[index] > 0 ? source[index] : 0 }
        }
    }
}

/// matrix = max(matrix, 0), in place.
package func rectify(_ matrix: inout Matrix) {
    matrix.values.withUnsafeMutableBufferPointer { values in
        for index in 0..<values.count { values[index] = values[index] > 0 ? values[index] : 0 }
    }
}
