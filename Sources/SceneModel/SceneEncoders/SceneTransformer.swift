package import NeuralNet
package import TensorKernels

// Shapes: B scenes, P parts, T = P+1 tokens, E width of the embeddings, D hidden width, R rows of the
// positions.

/// One vector of a scene's parts: the scene encoder of Movies2Scenes (Chen et al. 2023, arXiv 2204.01840,
/// section 3.3) over embeddings of shots instead of patches of pictures.
///
/// Tokens are a learned one for the scene and a projected one for each part, with its position. What comes
/// out at the scene's token is added to the mean of the parts, which is what `MeanSceneEncoder` gives. The
/// last layer starts as zeros, so that a fresh network gives the mean, and learns what to change.
package struct SceneTransformer: Sendable {
    /// Sizes of a fresh network.
    package struct Sizes: Hashable, Sendable {
        package var width = 128
        package var inner = 256
        package var headCount = 4
        package var layerCount = 2
        /// R: positions, and the most parts that are seen apart.
        package var positionCount = 32

        package init() {}
    }

    /// [D, E].
    package var projection: Linear
    /// [1, D].
    package var sceneToken: Matrix
    /// [R, D]; see `PositionTable`. The scene's token has none.
    package var positions: Matrix
    package var inputNorm: LayerNorm
    package var layers: [TransformerLayer]
    /// What of the mean goes to the last layer directly [D, E].
    package var meanProjection: Linear
    /// [E, D].
    package var output: Linear

    package init(
        projection: Linear, sceneToken: Matrix, positions: Matrix, inputNorm: LayerNorm,
        layers: [TransformerLayer], meanProjection: Linear, output: Linear
    ) {
        let (width, inputs) = (projection.outputDimension, projection.inputDimension)
        precondition(sceneToken.rows == 1 && sceneToken.columns == width && positions.columns == width, "D")
        precondition(inputNorm.dimension == width && layers.allSatisfy { $0.dimension == width }, "D")
        precondition(
            meanProjection.inputDimension == inputs && meanProjection.outputDimension == width, "E to D")
        precondition(output.inputDimension == width && output.outputDimension == inputs, "D to E")
        precondition(!layers.isEmpty && positions.rows > 0, "a layer and a position")
        self.projection = projection
        self.sceneToken = sceneToken
        self.positions = positions
        self.inputNorm = inputNorm
        self.layers = layers
        self.meanProjection = meanProjection
        self.output = output
    }

    /// A fresh network: it gives the mean.
    package init(embeddingWidth: Int, sizes: Sizes, seed: UInt64) {
        var generator = RandomStream(seed: seed, purpose: .initialWeights)
        let width = sizes.width
        func linear(_ inputs: Int, _ outputs: Int, deviation: Float) -> Linear {
            Linear(inputs: inputs, outputs: outputs, deviation: deviation, using: &generator)
        }
        // Unit embeddings: each projected number then has a deviation of about 1 / sqrt(D).
        let spread = (1 / Float(width)).squareRoot()
        let projection = linear(embeddingWidth, width, deviation: spread)
        let mean = linear(embeddingWidth, width, deviation: spread)
        let token = linear(width, 1, deviation: 0.02)
        let positions = linear(width, sizes.positionCount, deviation: 0.02)
        let layers = (0..<sizes.layerCount).map { _ in
            TransformerLayer(
                width: width, inner: sizes.inner, headCount: sizes.headCount, deviation: spread,
                using: &generator)
        }
        self.init(
            projection: projection, sceneToken: token.weight, positions: positions.weight,
            inputNorm: LayerNorm(dimension: width, epsilon: 1e-12), layers: layers, meanProjection: mean,
            output: Linear(
                weight: Matrix(rows: embeddingWidth, columns: width),
                bias: [Float](repeating: 0, count: embeddingWidth)))
    }

    /// E.
    package var embeddingWidth: Int { projection.inputDimension }
    /// D.
    package var width: Int { projection.outputDimension }
    /// R, and the limit of `SceneBatch`.
    package var positionCount: Int { positions.rows }
    package var headCount: Int { layers[0].attention.headCount }
}

extension SceneTransformer: ParameterTree {
    package mutating func visitParameters(
        _ path: String, _ body: (String, [Int], inout [Float], Range<Int>) -> Void
    ) {
        projection.visitParameters(path + "projection.", body)
        sceneToken.modifyValues { body(path + "scene_token", [$0.count], &$0, 0..<$0.count) }
        let shape = [positions.rows, positions.columns]
        positions.modifyValues { body(path + "positions", shape, &$0, 0..<$0.count) }
        inputNorm.visitParameters(path + "norm.", body)
        for index in layers.indices { layers[index].visitParameters(path + "layer.\(index).", body) }
        meanProjection.visitParameters(path + "mean.", body)
        output.visitParameters(path + "output.", body)
    }
}
