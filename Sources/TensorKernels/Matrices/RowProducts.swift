internal import RealModule

/// The product of each row of `matrix` [N, D] with `vector` [D].
package func rowProducts(_ matrix: Matrix, _ vector: [Float]) -> [Float] {
    precondition(vector.count == matrix.columns, "a vector as wide as the rows")
    let (rows, columns) = (matrix.rows, matrix.columns)
    return matrix.values.withUnsafeBufferPointer { values in
        vector.withUnsafeBufferPointer { vector in
            (0..<rows).map { row in
                var sum: Float = 0
                for column in 0..<columns {
                    sum = Relaxed.multiplyAdd(values[row * columns + column], vector[column], sum)
                }
                return sum
            }
        }
    }
}
