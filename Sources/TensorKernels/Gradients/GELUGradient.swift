/// In place: the gradient for the outputs of `geluInto` becomes that for its inputs x, by the factor
/// P(x) + x p(x), where P is the normal distribution and p its density.
package func geluGradient(_ gradient: inout Matrix, input: Matrix) {
    precondition(gradient.rows == input.rows && gradient.columns == input.columns, "equal shapes")
    gradient.values.withUnsafeMutableBufferPointer { values in
        input.values.withUnsafeBufferPointer { source in
            for index in 0..<source.count {
                let x = source[index]
                let beyond = normalTail(x)
                let density = 0.398_942_28 * exponential(-0.5 * x * x)
                values[index] *= (x > 0 ? 1 - beyond : beyond) + x * density
            }
        }
    }
}
