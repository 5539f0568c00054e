/// sums[offset + c] += sum over the rows r of matrix[r, c]: the gradient of what was added to every row.
package func addColumnSumsInto(_ sums: inout [Float], offset: Int = 0, _ matrix: Matrix) {
    precondition(offset >= 0 && offset + matrix.columns <= sums.count, "a place for every column")
    let (rows, columns) = (matrix.rows, matrix.columns)
    sums.withUnsafeMutableBufferPointer { target in
        matrix.values.withUnsafeBufferPointer { source in
            for row in 0..<rows {
                let base = row * columns
                for column in 0..<columns { target[offset + column] += source[base + column] }
            }
        }
    }
}
