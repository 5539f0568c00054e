/// In place: the gradient for the outputs of `rectifyInto` becomes that for its inputs, which is 0 where they
/// are not above 0.
package func rectifierGradient(_ gradient: inout Matrix, input: Matrix) {
    precondition(gradient.rows == input.rows && gradient.columns == input.columns, "equal shapes")
    gradient.values.withUnsafeMutableBufferPointer { values in
        input.values.withUnsafeBufferPointer { source in
            for index in 0..<source.count {
                // By bits, not by a branch: no processor foresees what is above 0.
                let kept: UInt32 = source[index] > 0 ? .max : 0
                values[index] = Float(bitPattern: values[index].bitPattern & kept)
            }
        }
    }
}
