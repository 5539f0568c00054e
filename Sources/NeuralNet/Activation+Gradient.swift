package import TensorKernels

extension Activation {
    /// output [N, D] = what becomes of the sums `input` [N, D].
    package func apply(into output: inout Matrix, _ input: Matrix) {
        switch self {
        case .none: copyRowsInto(&output, from: 0, input, rows: 0..<input.rows)
        case .relu: rectifyInto(&output, input)
        case .quickGELU: quickGELUInto(&output, input)
        case .gelu: geluInto(&output, input)
        }
    }

    /// In place: the gradient for what `apply` gave [N, D] becomes that for its `input` [N, D].
    package func backpropagate(_ gradient: inout Matrix, input: Matrix) {
        switch self {
        case .none: break
        case .relu: rectifierGradient(&gradient, input: input)
        case .quickGELU: quickGELUGradient(&gradient, input: input)
        case .gelu: geluGradient(&gradient, input: input)
        }
    }
}
