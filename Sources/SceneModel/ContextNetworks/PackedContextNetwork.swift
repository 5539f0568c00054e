package import NeuralNet
package import TensorKernels

// Shapes: K neighbors on each side, T = 2K+2 tokens, E width of the embeddings, D hidden width, F inner
// width.

/// A contextual relation network with its boundary head (`ContextualRelationNetwork`, `BoundaryHead`), packed
/// for inference: its weights may lie in a file that processes share.
///
/// A value without mutable state; `makePlan` gives what runs.
package struct PackedContextNetwork: Sendable {
    package struct Layer: Sendable {
        /// Query, key and value stacked: [3D, D].
        package let projection: PackedWeights
        /// [D, D].
        package let attentionOutput: PackedWeights
        package let attentionNorm: LayerNorm
        /// [F, D].
        package let inner: PackedWeights
        /// [D, F].
        package let output: PackedWeights
        package let outputNorm: LayerNorm
    }

    /// [D, E].
    package let projection: PackedWeights
    /// [T, D].
    package let positions: Matrix
    package let inputNorm: LayerNorm
    package let layers: [Layer]
    package let headCount: Int
    /// [2, D].
    package let head: Linear
    package let pooling: Pooling

    /// E.
    package var inputDimension: Int { projection.inputs }
    /// K.
    package var neighborCount: Int { positions.rows / 2 - 1 }

    /// The steps from a window's tokens to its hidden vectors; those that the pooling reads come first.
    func makePlan(threadCount: Int) -> (plan: InferencePlan, input: FeatureMap, hidden: FeatureMap) {
        let plan = InferencePlan(threadCount: threadCount, variant: projection.variant)
        let (tokens, width) = (positions.rows, positions.columns)
        func makeTokens(_ channels: Int) -> FeatureMap {
            plan.makeMap(images: 1, height: 1, width: tokens, channels: channels)
        }
        let input = makeTokens(inputDimension)
        let places = makeTokens(width)
        for token in 0..<tokens {
            places.setPixel(image: 0, column: place(of: token), to: positions.row(token))
        }
        let state = makeTokens(width)
        let normal = makeTokens(width)
        let projected = makeTokens(3 * width)
        let context = makeTokens(width)
        plan.project(input, projection, into: state, residual: places)
        inputNorm.append(to: plan, state, into: normal)
        for (index, layer) in layers.enumerated() {
            let queries = index == layers.count - 1 ? pooledCount : tokens
            func wanted(_ map: FeatureMap) -> FeatureMap { map.tokens(from: 0, width: queries) }
            let inner = wanted(makeTokens(layer.inner.outputs))
            plan.project(normal, layer.projection, into: projected)
            plan.attend(projected, heads: headCount, queries: queries, into: context)
            plan.project(
                wanted(context), layer.attentionOutput, into: wanted(state), residual: wanted(normal))
            layer.attentionNorm.append(to: plan, wanted(state), into: wanted(normal))
            plan.project(wanted(normal), layer.inner, into: inner, activation: .gelu)
            plan.project(inner, layer.output, into: wanted(state), residual: wanted(normal))
            layer.outputNorm.append(to: plan, wanted(state), into: wanted(normal))
        }
        return (plan, input, normal)
    }

    /// Tokens that the pooling reads; with `avg` and `max` the first token, the mean of the shots, comes
    /// last.
    var pooledCount: Int {
        switch pooling {
        case .center, .cls: 1
        case .avg, .max: positions.rows - 1
        }
    }

    /// Where a token stands in the plan: attention does not mind the order, and a pooling reads what comes
    /// first.
    func place(of token: Int) -> Int {
        let first =
            switch pooling {
            case .center: positions.rows / 2
            case .cls: 0
            case .avg, .max: 1
            }
        return (token - first + positions.rows) % positions.rows
    }
}

extension PackedContextNetwork {
    /// Reads and checks network and head; takes what the file has packed, or packs it. `collected` gets all
    /// layers, packed anew.
    init(_ reader: ModelTensorReader, layers collected: PackedLayers?) throws(ModelFileError) {
        let (width, inputs, tokens) = try ContextualRelationNetwork.sizes(reader)
        let head = try reader.head(width: width).linear
        let packed = ImageTensorReader(source: reader.file, layers: collected)
        let embedding = reader.prefix + "shot_embedding."
        var layers: [Layer] = []
        for index in 0..<reader.layerCount {
            layers.append(
                try Layer(reader, packed, "\(reader.prefix)encoder.layer.\(index).", width: width))
        }
        self.init(
            projection: try packed.linear(embedding + "shot_embedding", outputs: width, inputs: inputs),
            positions: try reader.matrix(
                embedding + "position_embedding.weight", rows: tokens, columns: width),
            inputNorm: try reader.norm(embedding + "LayerNorm", width: width), layers: layers,
            headCount: reader.metadata.headCount, head: head, pooling: reader.metadata.pooling)
    }
}

extension PackedContextNetwork.Layer {
    fileprivate init(
        _ reader: ModelTensorReader, _ packed: ImageTensorReader<SafetensorsFile>, _ name: String, width: Int
    ) throws(ModelFileError) {
        let inner = try reader.matrixShape(name + "intermediate.dense.weight")[0]
        let attention = name + "attention."
        let stacked = PackedShape(outputs: 3 * width, inputs: width, hasBias: true)
        let projection = try packed.packed(attention + "self", stacked) { () throws(ModelFileError) in
            var (weight, bias): ([Float], [Float]) = ([], [])
            for part in ["query", "key", "value"] {
                weight += try reader.values("\(attention)self.\(part).weight", shape: [width, width])
                bias += try reader.values("\(attention)self.\(part).bias", shape: [width])
            }
            return PackedWeights(matrix: weight, outputs: 3 * width, inputs: width, bias: bias)
        }
        self.init(
            projection: projection,
            attentionOutput: try packed.linear(attention + "output.dense", outputs: width, inputs: width),
            attentionNorm: try reader.norm(attention + "output.LayerNorm", width: width),
            inner: try packed.linear(name + "intermediate.dense", outputs: inner, inputs: width),
            output: try packed.linear(name + "output.dense", outputs: width, inputs: inner),
            outputNorm: try reader.norm(name + "output.LayerNorm", width: width))
    }
}
