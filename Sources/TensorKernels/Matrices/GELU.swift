/// output = x (1 + erf(x / sqrt 2)) / 2, the exact Gaussian error linear unit (Hendrycks and Gimpel 2016,
/// arXiv 1606.08415, equation 1), within 5e-7 of its value.
package func geluInto(_ output: inout Matrix, _ input: Matrix) {
    precondition(output.rows == input.rows && output.columns == input.columns, "equal shapes")
    output.values.withUnsafeMutableBufferPointer { target in
        input.values.withUnsafeBufferPointer { source in
            for index in 0..<source.count { target[index] = gelu(source[index]) }
        }
    }
}

@inline(__always)
private func gelu(_ x: Float) -> Float {
    let beyond = normalTail(x)
    return x > 0 ? x - x * beyond : x * beyond
}

/// The part of the normal distribution's mass beyond |x|, on one side.
///
/// With z = |x| / sqrt 2, erfc z = e^(-z z) P(t), t = 1 / (1 + 0.4 z), the form of Abramowitz and Stegun,
/// Handbook of Mathematical Functions, formula 7.1.26, with one term more. P was fitted by reweighted least
/// squares to the scaled complementary error function on 0...7; the fit is within 6e-9 of the unit's value,
/// so rounding decides.
@inline(__always)
func normalTail(_ x: Float) -> Float {
    let z = abs(x) * 0.707_106_77
    let t = 1 / (1 + 0.4 * z)
    var tail: Float = -0.206_129_38
    tail = tail * t + 0.732_841_67
    tail = tail * t - 0.408_923_88
    tail = tail * t + 0.498_572_54
    tail = tail * t + 0.149_831_26
    tail = tail * t + 0.233_807_49
    return 0.5 * tail * t * exponential(-z * z)
}
