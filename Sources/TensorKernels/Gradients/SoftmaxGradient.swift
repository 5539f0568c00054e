internal import RealModule

/// In place, row by row: the gradient for a softmax's outputs p becomes that for its inputs, p (d - sum(d
/// p)), times `scale`.
package func softmaxGradientRows(_ gradient: inout Matrix, probabilities: Matrix, scale: Float = 1) {
    precondition(
        gradient.rows == probabilities.rows && gradient.columns == probabilities.columns, "equal shapes")
    let (rows, columns) = (gradient.rows, gradient.columns)
    gradient.values.withUnsafeMutableBufferPointer { values in
        probabilities.values.withUnsafeBufferPointer { shares in
            for row in 0..<rows {
                let base = row * columns
                var sum: Float = 0
                for column in 0..<columns {
                    sum = Relaxed.multiplyAdd(values[base + column], shares[base + column], sum)
                }
                for column in 0..<columns {
                    values[base + column] = shares[base + column] * (values[base + column] - sum) * scale
                }
            }
        }
    }
}
