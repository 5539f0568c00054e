/// output = x / (1 + e^(-1.702 x)): how CLIP approximates the Gaussian error linear unit (Hendrycks and
/// Gimpel 2016, arXiv 1606.08415, section 2).
package func quickGELUInto(_ output: inout Matrix, _ input: Matrix) {
    precondition(output.rows == input.rows && output.columns == input.columns, "equal shapes")
    output.values.withUnsafeMutableBufferPointer { target in
        input.values.withUnsafeBufferPointer { source in
            for index in 0..<source.count { target[index] = source[index] * quickGate(source[index]) }
        }
    }
}

/// 1 / (1 + e^(-1.702 x)).
@inline(__always)
func quickGate(_ x: Float) -> Float { 1 / (1 + exponential(-1.702 * x)) }
