/// In place: the gradient for the outputs of `rectifyInto` becomes that for its inputs, which is 0 where they
/// are not above 0.
package func rectifierGradient(_ gradient: inout Matrix, input: Matrix) {
    precondition(gradient.rows == input.rows && gradient.columns == input.columns, "equal shapes")
    gradient.values.withUnsafeMutableBufferPointer { values in
        input.values.withUnsafeBufferPointer { source in
            for index in 0..<source.count { values[index] = source[index] > 0 ? values[index] : 0 }
        }
    }
}
