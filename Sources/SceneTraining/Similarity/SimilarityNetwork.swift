package import NeuralNet
package import TensorKernels

// Shapes: N, M shots of two recordings, E width of the embeddings, W hidden width, C cells of the pooled
// similarities.

/// Tells recordings that are alike from others, by how their shots resemble one another (Movies2Scenes,
/// section 3.2): two linear layers, all products of shots, mean and maximum pooling, a linear head.
///
/// Unstated there, chosen here: a rectifier between the layers, no normalization, padding masked behind them.
package struct SimilarityNetwork: Sendable {
    /// [W, E].
    package var first: Linear
    /// [W, W].
    package var second: Linear
    /// [2, C]; the second logit is that of alike recordings.
    package var head: Linear
    package let options: SimilarityOptions

    package init(first: Linear, second: Linear, head: Linear, options: SimilarityOptions) {
        precondition(first.outputDimension == second.inputDimension, "one hidden width")
        precondition(head.inputDimension == options.cellCount && head.outputDimension == 2, "C to 2")
        self.first = first
        self.second = second
        self.head = head
        self.options = options
    }

    /// A fresh network.
    package init(embeddingWidth: Int, options: SimilarityOptions, seed: UInt64) {
        precondition(options.cellCount > 0, "a cell")
        var generator = RandomStream(seed: seed, purpose: .initialHead)
        let width = options.width
        // Kaiming He's deviation keeps the size of what a rectifier lets through.
        let first = Linear(
            inputs: embeddingWidth, outputs: width, deviation: (2 / Float(embeddingWidth)).squareRoot(),
            using: &generator)
        let second = Linear(
            inputs: width, outputs: width, deviation: (1 / Float(width)).squareRoot(), using: &generator)
        let head = Linear(
            inputs: options.cellCount, outputs: 2, deviation: (1 / Float(options.cellCount)).squareRoot(),
            using: &generator)
        self.init(first: first, second: second, head: head, options: options)
    }

    /// Shots as both layers see them, without dropout: [N, E] to [N, W].
    package func embed(_ shots: Matrix) -> Matrix {
        var inner = Matrix(rows: shots.rows, columns: first.outputDimension)
        first.forward(into: &inner, shots)
        rectify(&inner)
        var result = Matrix(rows: shots.rows, columns: second.outputDimension)
        second.forward(into: &result, inner)
        return result
    }
}

extension SimilarityNetwork: ParameterTree {
    package mutating func visitParameters(
        _ path: String, _ body: (String, [Int], inout [Float], Range<Int>) -> Void
    ) {
        first.visitParameters(path + "first.", body)
        second.visitParameters(path + "second.", body)
        head.visitParameters(path + "head.", body)
    }
}
