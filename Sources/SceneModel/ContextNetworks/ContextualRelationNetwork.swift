package import NeuralNet
package import SceneSegmentation
package import TensorKernels

// Shapes: K neighbors on each side, S = 2K+1 shots, T = S+1 tokens, E width of the embeddings, D hidden
// width.

/// The contextual relation network of BaSSL (Mun et al. 2022, arXiv 2201.05277, section 3.2; details as in
/// the authors' public code): a window of shot embeddings in, one hidden vector per token out.
///
/// Token 0 is the mean of the shots, taken before the projection; all tokens are projected, get a learned
/// position and are normalized; BERT layers follow. A value without mutable state: share it, one `Trace` per
/// thread.
package struct ContextualRelationNetwork: Sendable {
    /// [D, E].
    package var projection: Linear
    /// [T, D].
    package var positions: Matrix
    package var inputNorm: LayerNorm
    package var layers: [TransformerLayer]
    /// What stands for a hidden shot [E]; nil if the model has none.
    package var maskEmbedding: [Float]?

    package init(
        projection: Linear, positions: Matrix, inputNorm: LayerNorm, layers: [TransformerLayer],
        maskEmbedding: [Float]? = nil
    ) {
        let width = projection.outputDimension
        precondition(positions.rows >= 4 && positions.rows % 2 == 0, "2K+2 positions with K of at least 1")
        precondition(positions.columns == width && inputNorm.dimension == width, "one hidden width")
        precondition(layers.allSatisfy { $0.dimension == width }, "one hidden width")
        precondition(!layers.isEmpty, "a network with layers")
        precondition(
            maskEmbedding.map { $0.count == projection.inputDimension } ?? true, "a mask of input width")
        self.projection = projection
        self.positions = positions
        self.inputNorm = inputNorm
        self.layers = layers
        self.maskEmbedding = maskEmbedding
    }

    /// E.
    package var inputDimension: Int { projection.inputDimension }
    /// D.
    package var hiddenDimension: Int { projection.outputDimension }
    /// T = 2K+2.
    package var tokenCount: Int { positions.rows }
    /// K.
    package var neighborCount: Int { tokenCount / 2 - 1 }

    /// Index of the token that stands for the center shot.
    var center: Int { tokenCount / 2 }
}

extension ContextualRelationNetwork {
    package static let name = "crn"
    package static let input = ContextInput.embeddings
    package static let answersForEveryShot = true
    package static let preset = NetworkPreset(layerCount: 2)

    package static func fault(_ options: NetworkOptions) -> String? { options.headFault }

    package init(_ options: NetworkOptions, embeddingWidth: Int, seed: UInt64) {
        self.init(
            inputDimension: embeddingWidth, hiddenDimension: options.width, innerDimension: 4 * options.width,
            headCount: options.headCount, layerCount: options.layerCount,
            neighborCount: options.neighborCount, seed: seed)
    }

    /// A network as BERT starts it, with feed-forward parts of width `innerDimension`; with `hasMask` it has
    /// an embedding for hidden shots, drawn like the weights.
    package init(
        inputDimension: Int, hiddenDimension: Int, innerDimension: Int, headCount: Int, layerCount: Int,
        neighborCount: Int, hasMask: Bool = true, deviation: Float = 0.02, seed: UInt64
    ) {
        var generator = RandomStream(seed: seed, purpose: .initialWeights)
        let layers = (0..<layerCount).map { _ in
            TransformerLayer(
                width: hiddenDimension, inner: innerDimension, headCount: headCount, deviation: deviation,
                using: &generator)
        }
        let projection = Linear(
            inputs: inputDimension, outputs: hiddenDimension, deviation: deviation, using: &generator)
        let positions = Linear(
            inputs: hiddenDimension, outputs: 2 * neighborCount + 2, deviation: deviation, using: &generator)
        let mask = Linear(inputs: inputDimension, outputs: 1, deviation: deviation, using: &generator)
        self.init(
            projection: projection, positions: positions.weight,
            inputNorm: LayerNorm(dimension: hiddenDimension, epsilon: 1e-12), layers: layers,
            maskEmbedding: hasMask ? mask.weight.row(0) : nil)
    }

    /// K is told by the number of positions; as many layers as the file has.
    package init(_ reader: ModelTensorReader) throws(ModelFileError) {
        let (width, inputs, tokens) = try Self.sizes(reader)
        let embedding = reader.prefix + "shot_embedding."
        let layers = try reader.layers(width: width)
        self.init(
            projection: try reader.linear(embedding + "shot_embedding", outputs: width, inputs: inputs),
            positions: try reader.matrix(
                embedding + "position_embedding.weight", rows: tokens, columns: width),
            inputNorm: try reader.norm(embedding + "LayerNorm", width: width), layers: layers,
            maskEmbedding: try reader.maskEmbedding(embedding, width: inputs))
    }

    /// The packed form: a file may hold its weights so, for then processes share them.
    package static func makeScorer(
        _ reader: ModelTensorReader, threadCount: Int, layers: PackedLayers?
    ) throws(ModelFileError) -> (scorer: any BoundaryScorer, embeddingWidth: Int?) {
        let network = try PackedContextNetwork(reader, layers: layers)
        return (ContextScorer(network, threadCount: threadCount), network.inputDimension)
    }

    package var layerCount: Int { layers.count }

    /// D, E and T of a file, which must suit each other and the number of heads.
    static func sizes(
        _ reader: ModelTensorReader
    ) throws(ModelFileError) -> (width: Int, inputs: Int, tokens: Int) {
        let embedding = reader.prefix + "shot_embedding."
        let projectionShape = try reader.matrixShape(embedding + "shot_embedding.weight")
        let (width, inputs) = (projectionShape[0], projectionShape[1])
        let positionName = embedding + "position_embedding.weight"
        let tokens = try reader.matrixShape(positionName)[0]
        guard tokens >= 4, tokens % 2 == 0 else {
            throw reader.unsuitable(positionName, "has \(tokens) rows, expected 2K+2 with K of at least 1")
        }
        try reader.requireHeads(width: width)
        return (width, inputs, tokens)
    }

    /// Names of BaSSL's state dict, below `crn.`; the mask is the one learned row of its table.
    package mutating func visitParameters(
        _ path: String, _ body: (String, [Int], inout [Float], Range<Int>) -> Void
    ) {
        projection.visitParameters(path + "shot_embedding.shot_embedding.", body)
        let shape = [positions.rows, positions.columns]
        positions.modifyValues {
            body(path + "shot_embedding.position_embedding.weight", shape, &$0, 0..<$0.count)
        }
        visitMask(path + "shot_embedding.", body)
        inputNorm.visitParameters(path + "shot_embedding.LayerNorm.", body)
        for index in layers.indices { layers[index].visitParameters(path + "encoder.layer.\(index).", body) }
    }
}
