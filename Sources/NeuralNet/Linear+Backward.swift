package import TensorKernels

// Shapes: N rows, I inputs, O outputs.

extension Linear {
    /// Adds the gradients of weight and bias: dOutput [N, O], and the input [N, I] of the forward pass.
    package func addGradient(into gradient: inout Linear, _ dOutput: Matrix, input: Matrix) {
        multiplyInto(&gradient.weight, dOutput.transposed, input.block, accumulating: true)
        addColumnSumsInto(&gradient.bias, dOutput)
    }

    /// dInput [N, I] = dOutput [N, O] W, or added to it when `accumulating`.
    package func backpropagate(into dInput: inout Matrix, _ dOutput: Matrix, accumulating: Bool = false) {
        multiplyInto(&dInput, dOutput.block, weight.block, accumulating: accumulating)
    }

    /// A layer with zeros for a bias and weights drawn from a normal distribution (BERT's start: deviation
    /// 0.02).
    package init(
        inputs: Int, outputs: Int, deviation: Float, using generator: inout some RandomNumberGenerator
    ) {
        var normal = NormalGenerator(generator)
        let values = normal.values(count: inputs * outputs, deviation: deviation)
        generator = normal.generator
        self.init(
            weight: Matrix(rows: outputs, columns: inputs, values: values),
            bias: [Float](repeating: 0, count: outputs))
    }
}

extension Linear: ParameterTree {
    package mutating func visitParameters(
        _ path: String, _ body: (String, [Int], inout [Float], Range<Int>) -> Void
    ) {
        let shape = [weight.rows, weight.columns]
        weight.modifyValues { body(path + "weight", shape, &$0, 0..<$0.count) }
        body(path + "bias", [bias.count], &bias, 0..<bias.count)
    }
}
