package import NeuralNet
package import TensorKernels

// Shapes: K neighbours on each side, S = 2K+1 shots, E width of the embeddings, D hidden width.

/// A multi-layer perceptron over the whole window, laid end to end: linear, rectifier, linear, rectifier (the context
/// network of ShotCoL, Chen et al. 2021; row "MLP" of BaSSL's table 2).
///
/// It knows no single shot, so it answers for the centre only, and the pretext tasks cannot train it.
package struct PerceptronNetwork: Sendable {
    /// [D, S E].
    package var first: Linear
    /// [D, D].
    package var second: Linear
    package let neighborCount: Int

    package init(first: Linear, second: Linear, neighborCount: Int) {
        precondition(first.inputDimension % (2 * neighborCount + 1) == 0, "2K+1 embeddings end to end")
        precondition(first.outputDimension == second.inputDimension, "one hidden width")
        self.first = first
        self.second = second
        self.neighborCount = neighborCount
    }

    package var inputDimension: Int { first.inputDimension / (2 * neighborCount + 1) }
    package var hiddenDimension: Int { second.outputDimension }

    /// Hidden vectors [1, D] of one window's embeddings, end to end [1, S E].
    package func hidden(_ window: Matrix) -> Matrix {
        var sum = Matrix(rows: 1, columns: first.outputDimension)
        first.forward(into: &sum, window)
        var active = sum
        rectifyInto(&active, sum)
        var result = Matrix(rows: 1, columns: hiddenDimension)
        second.forward(into: &result, active)
        let last = result
        rectifyInto(&result, last)
        return result
    }
}
