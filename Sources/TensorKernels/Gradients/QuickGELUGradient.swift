/// In place: the gradient for the outputs of `quickGELUInto` becomes that for its inputs x, by the factor
/// g + 1.702 x g (1 - g), where g is the gate that x was multiplied by.
package func quickGELUGradient(_ gradient: inout Matrix, input: Matrix) {
    precondition(gradient.rows == input.rows && gradient.columns == input.columns, "equal shapes")
    gradient.values.withUnsafeMutableBufferPointer { values in
        input.values.withUnsafeBufferPointer { source in
            for index in 0..<source.count {
                let gate = quickGate(source[index])
                values[index] *= gate + 1.702 * source[index] * gate * (1 - gate)
            }
        }
    }
}
