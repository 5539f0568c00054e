package import TensorKernels

// Shapes: N rows, D width.

/// Layer normalization over the last dimension, with a learned scale and shift.
package struct LayerNorm: Sendable {
    /// [D].
    package var weight: [Float]
    /// [D].
    package var bias: [Float]
    /// Added to the variance; BERT uses 1e-12.
    package var epsilon: Float

    package init(weight: [Float], bias: [Float], epsilon: Float) {
        precondition(weight.count == bias.count, "one scale and one shift per column")
        self.weight = weight
        self.bias = bias
        self.epsilon = epsilon
    }

    package var dimension: Int { weight.count }

    /// output [N, D] = normalized input [N, D].
    package func forward(into output: inout Matrix, _ input: Matrix) {
        layerNormInto(&output, input, weight: weight, bias: bias, epsilon: epsilon)
    }

    /// Adds the step to a plan: every token of `input` normalized into `output`, another map.
    package func append(to plan: InferencePlan, _ input: FeatureMap, into output: FeatureMap) {
        plan.normalize(input, weight: weight, bias: bias, epsilon: epsilon, into: output)
    }
}
