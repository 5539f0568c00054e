internal import RealModule

/// The gradient of `layerNormInto` for the same input: dInput is overwritten, dWeight and dBias are added to.
///
/// With n the normalized row and g = dOutput * weight:
/// dInput = (g - mean(g) - n mean(g n)) / sqrt(variance + epsilon), dWeight += dOutput n, dBias += dOutput.
/// Shapes: all matrices [N, D], all lists [D].
package func layerNormGradientInto(
    _ dInput: inout Matrix, dWeight: inout [Float], dBias: inout [Float], _ dOutput: Matrix, input: Matrix,
    weight: [Float], epsilon: Float
) {
    precondition(
        dInput.rows == input.rows && dInput.columns == input.columns && dOutput.rows == input.rows
            && dOutput.columns == input.columns, "equal shapes")
    precondition(
        weight.count == input.columns && dWeight.count == input.columns && dBias.count == input.columns,
        "one weight and bias per column")
    let (rows, columns) = (input.rows, input.columns)
    let share = 1 / Float(columns)
    dInput.values.withUnsafeMutableBufferPointer { target in
        dWeight.withUnsafeMutableBufferPointer { dWeight in
            dBias.withUnsafeMutableBufferPointer { dBias in
                dOutput.values.withUnsafeBufferPointer { dOutput in
                    input.values.withUnsafeBufferPointer { source in
                        weight.withUnsafeBufferPointer { weight in
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
                                var total: Float = 0
                                var projected: Float = 0
                                for column in 0..<columns {
                                    let normal = (source[base + column] - mean) * factor
                                    let scaled = dOutput[base + column] * weight[column]
                                    total = Relaxed.sum(total, scaled)
                                    projected = Relaxed.multiplyAdd(scaled, normal, projected)
                                }
                                total *= share
                                projected *= share
                                for column in 0..<columns {
                                    let normal = (source[base + column] - mean) * factor
                                    let given = dOutput[base + column]
                                    dWeight[column] += given * normal
                                    dBias[column] += given
                                    target[base + column] =
                                        (given * weight[column] - total - normal * projected) * factor
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
