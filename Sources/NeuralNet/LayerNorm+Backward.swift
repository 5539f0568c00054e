package import TensorKernels

extension LayerNorm {
    /// dInput [N, D] is overwritten; the gradients of scale and shift are added. `input` is that of the
    /// forward pass.
    package func backward(
        into dInput: inout Matrix, _ dOutput: Matrix, input: Matrix, gradient: inout LayerNorm
    ) {
        layerNormGradientInto(
            &dInput, dWeight: &gradient.weight, dBias: &gradient.bias, dOutput, input: input, weight: weight,
            epsilon: epsilon)
    }

    /// Scale 1, shift 0.
    package init(dimension: Int, epsilon: Float) {
        self.init(
            weight: [Float](repeating: 1, count: dimension), bias: [Float](repeating: 0, count: dimension),
            epsilon: epsilon)
    }
}

extension LayerNorm: ParameterTree {
    package mutating func visitParameters(
        _ path: String, _ body: (String, [Int], inout [Float], Range<Int>) -> Void
    ) {
        body(path + "weight", [weight.count], &weight, 0..<weight.count)
        body(path + "bias", [bias.count], &bias, 0..<bias.count)
    }
}
