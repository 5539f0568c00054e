/// output = x (1 + erf(x / sqrt 2)) / 2, the exact Gaussian error linear unit (Hendrycks and Gimpel 2016, arXiv
/// 1606.08415, equation 1), within 1e-6 of its value.
package func geluInto(_ output: inout Matrix, _ input: Matrix) {
    precondition(output.rows == input.rows && output.columns == input.columns, "equal shapes")
    output.values.withUnsafeMutableBufferPointer { target in
        input.values.withUnsafeBufferPointer { source in
            for index in 0..<source.count { target[index] = gelu(source[index]) }
        }
    }
}

/// The error function through Abramowitz and Stegun, Handbook of Mathematical Functions, formula 7.1.26 (absolute
/// error below 1.5e-7): erf z = 1 - (a1 t + ... + a5 t^5) e^(-z z), t = 1 / (1 + p z), for z >= 0.
@inline(__always)
private func gelu(_ x: Float) -> Float {
    let z = abs(x) * 0.707_106_77
    let t = 1 / (1 + 0.327_591_1 * z)
    var tail: Float = 1.061_405_4
    tail = tail * t - 1.453_152
    tail = tail * t + 1.421_413_7
    tail = tail * t - 0.284_496_74
    tail = tail * t + 0.254_829_6
    // The part of the unit mass beyond |x|, on one side.
    let beyond = 0.5 * tail * t * exponential(-z * z)
    return x > 0 ? x - x * beyond : x * beyond
}
