internal import RealModule

/// output = (x - mean) / sqrt(variance + epsilon) * weight + bias for every row x, with the population
/// variance (Ba, Kiros and Hinton 2016, arXiv 1607.06450, equation 4).
///
/// Shapes: input and output [N, D], weight and bias [D].
package func layerNormInto(
    _ output: inout Matrix, _ input: Matrix, weight: [Float], bias: [Float], epsilon: Float
) {
    precondition(output.rows == input.rows && output.columns == input.columns, "equal shapes")
    precondition(
        weight.count == input.columns && bias.count == input.columns, "one weight and bias per column")
    let (rows, columns) = (input.rows, input.columns)
    let share = 1 / Float(columns)
    output.values.withUnsafeMutableBufferPointer { target in
        input.values.withUnsafeBufferPointer { source in
            weight.withUnsafeBufferPointer { weight in
                bias.withUnsafeBufferPointer { bias in
                    for row in 0..<rows {
                        let base = row * columns
                        var sum: Float = 0
                        for column in 0..<columns { sum = Relaxed.sum(sum, source[base + column]) }
                        let mean = sum * share
                        var squares: Float = 0
                        for column in 0..<columns {
                            let deviation = source[base + column] - mean
                            squares = Relaxed.multiplyAdd(deviation, deviation, squares)
                        }
                        let factor = 1 / (squares * share + epsilon).squareRoot()
                        for column in 0..<columns {
                            let normal = (source[base + column] - mean) * factor
                            target[base + column] = normal * weight[column] + bias[column]
                        }
                    }
                }
            }
        }
    }
}

/// Every row x becomes e^x divided by its sum, in place.
package func softmaxRows(_ matrix: inout Matrix) {
    let (rows, columns) = (matrix.rows, matrix.columns)
    matrix.values.withUnsafeMutableBufferPointer { values in
        for row in 0..<rows {
            let base = row * columns
            var peak = -Float.infinity
            for column in 0..<columns { peak = max(peak, values[base + column]) }
            for column in 0..<columns { values[base + column] = exponential(values[base + column] - peak) }
            var sum: Float = 0
            for column in 0..<columns { sum = Relaxed.sum(sum, values[base + column]) }
            let factor = 1 / sum
            for column in 0..<columns { values[base + column] *= factor }
        }
    }
}
