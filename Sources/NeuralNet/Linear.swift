package import TensorKernels

// Shapes: N rows, I inputs, O outputs.

/// y = x W^T + b.
package struct Linear: Sendable {
    /// [O, I], as PyTorch stores it.
    package var weight: Matrix
    /// [O].
    package var bias: [Float]

    package init(weight: Matrix, bias: [Float]) {
        precondition(weight.rows == bias.count, "one bias per output")
        self.weight = weight
        self.bias = bias
    }

    package var inputDimension: Int { weight.columns }
    package var outputDimension: Int { weight.rows }

    /// output [N, O] = input [N, I] W^T + b.
    package func forward(into output: inout Matrix, _ input: Matrix) {
        linearInto(&output, input.block, weight: weight.block, bias: bias)
    }

    /// output [N, O] += input [N, I] W^T + b: with the residual in `output`, the sum that a normalization
    /// takes.
    package func add(into output: inout Matrix, _ input: Matrix) {
        addRowInto(&output, bias)
        multiplyInto(&output, input.block, weight.transposed, accumulating: true)
    }
}
