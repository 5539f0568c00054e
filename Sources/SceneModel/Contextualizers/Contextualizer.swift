package import NeuralNet
package import TensorKernels

// Shapes: N tokens of a sequence, E width of the embeddings, D hidden width.

/// The contextualizer TxE (Xiao et al., Hierarchical Self-supervised Representation Learning for Movie
/// Understanding, CVPR 2022, section 3.2): N parts that follow one another in, and for each a prediction of
/// its own embedding from the others.
///
/// A part is projected and gets the learned position of its place; Transformer layers follow, normalized
/// after each residual sum, with the rectifier between their feed-forward layers. A hidden part gives a
/// learned token in place of its own, and keeps its position. A value without mutable state.
package struct Contextualizer: Sendable {
    /// Sizes of a fresh network; the paper's, but for the feed-forward width, which it does not state.
    package struct Sizes: Hashable, Sendable {
        /// D.
        package var width = 1024
        package var inner = 2048
        package var headCount = 16
        package var layerCount = 3
        /// N.
        package var tokenCount = 5

        package init() {}
    }

    /// [D, E].
    package var projection: Linear
    /// What stands for a hidden part [1, D].
    package var maskToken: Matrix
    /// [N, D].
    package var positions: Matrix
    package var layers: [TransformerLayer]
    /// [E, D].
    package var head: Linear

    package init(
        projection: Linear, maskToken: Matrix, positions: Matrix, layers: [TransformerLayer], head: Linear
    ) {
        let (width, inputs) = (projection.outputDimension, projection.inputDimension)
        precondition(maskToken.rows == 1 && maskToken.columns == width && positions.columns == width, "D")
        precondition(!layers.isEmpty && layers.allSatisfy { $0.dimension == width }, "layers of one width")
        precondition(head.inputDimension == width && head.outputDimension == inputs, "D to E")
        precondition(positions.rows > 1, "a part and its context")
        self.projection = projection
        self.maskToken = maskToken
        self.positions = positions
        self.layers = layers
        self.head = head
    }

    /// Added to the variance by every normalization, as in PyTorch.
    package static let epsilon: Float = 1e-5

    /// A fresh network: tokens, positions and mask of about one size, so that all of them count from the
    /// first step on.
    package init(embeddingWidth: Int, sizes: Sizes, seed: UInt64) {
        var generator = RandomStream(seed: seed, purpose: .initialWeights)
        let width = sizes.width
        func linear(_ inputs: Int, _ outputs: Int, _ deviation: Float) -> Linear {
            Linear(inputs: inputs, outputs: outputs, deviation: deviation, using: &generator)
        }
        // Of unit embeddings each projected number has a deviation of about 1.
        let projection = linear(embeddingWidth, width, 1)
        let mask = linear(width, 1, 0.5)
        let positions = linear(width, sizes.tokenCount, 0.5)
        let spread = (1 / Float(width)).squareRoot()
        let layers = (0..<sizes.layerCount).map { _ in
            TransformerLayer(
                width: width, inner: sizes.inner, headCount: sizes.headCount, deviation: spread,
                epsilon: Self.epsilon, activation: .relu, using: &generator)
        }
        let head = linear(width, embeddingWidth, spread)
        self.init(
            projection: projection, maskToken: mask.weight, positions: positions.weight, layers: layers,
            head: head)
    }

    /// E.
    package var embeddingWidth: Int { projection.inputDimension }
    /// D.
    package var width: Int { projection.outputDimension }
    /// N.
    package var tokenCount: Int { positions.rows }
    package var headCount: Int { layers[0].attention.headCount }
    package var innerWidth: Int { layers[0].intermediate.outputDimension }
}

extension Contextualizer: ParameterTree {
    package mutating func visitParameters(
        _ path: String, _ body: (String, [Int], inout [Float], Range<Int>) -> Void
    ) {
        projection.visitParameters(path + "projection.", body)
        maskToken.modifyValues { body(path + "mask_token", [$0.count], &$0, 0..<$0.count) }
        let shape = [positions.rows, positions.columns]
        positions.modifyValues { body(path + "positions", shape, &$0, 0..<$0.count) }
        for index in layers.indices { layers[index].visitParameters(path + "layer.\(index).", body) }
        head.visitParameters(path + "head.", body)
    }
}
