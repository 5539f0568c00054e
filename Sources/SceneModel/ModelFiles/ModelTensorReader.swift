internal import NeuralNet
internal import TensorKernels

/// Takes a network's tensors out of a file by the names of BaSSL's state dict, and checks every shape and value.
struct ModelTensorReader {
    let file: SafetensorsFile
    /// `crn.`, or nothing where a file holds the network alone.
    let prefix: String

    init(_ file: SafetensorsFile) {
        self.file = file
        prefix = file.header.entries.contains { $0.name.hasPrefix("crn.") } ? "crn." : ""
    }

    /// The network with K from the number of its positions, and as many layers as the file has.
    func network(headCount: Int) throws(ModelFileError) -> ContextualRelationNetwork {
        let (width, inputs, tokens) = try sizes(headCount: headCount)
        let embedding = prefix + "shot_embedding."
        var layers: [TransformerLayer] = []
        for index in 0..<layerCount {
            layers.append(try layer(prefix + "encoder.layer.\(index).", width: width, headCount: headCount))
        }
        let maskName = embedding + "mask_embedding.weight"
        var mask: [Float]?
        // Row 0 belongs to shots that are not hidden and is always zero.
        if file.entry(maskName) != nil { mask = try matrix(maskName, rows: 2, columns: inputs).row(1) }
        return ContextualRelationNetwork(
            projection: try linear(embedding + "shot_embedding", outputs: width, inputs: inputs),
            positions: try matrix(embedding + "position_embedding.weight", rows: tokens, columns: width),
            inputNorm: try norm(embedding + "LayerNorm", width: width), layers: layers, maskEmbedding: mask)
    }

    /// The same network with its boundary head, packed; `layers` gets all layers, packed anew.
    func packedNetwork(
        _ metadata: ModelMetadata, layers collected: PackedLayers?
    ) throws(ModelFileError) -> PackedContextNetwork {
        let (width, inputs, tokens) = try sizes(headCount: metadata.headCount)
        let head = try self.head(metadata.head, width: width).linear
        let packed = ImageTensorReader(source: file, layers: collected)
        let embedding = prefix + "shot_embedding."
        var layers: [PackedContextNetwork.Layer] = []
        for index in 0..<layerCount {
            layers.append(try packedLayer(packed, "\(prefix)encoder.layer.\(index).", width: width))
        }
        return PackedContextNetwork(
            projection: try packed.linear(embedding + "shot_embedding", outputs: width, inputs: inputs),
            positions: try matrix(embedding + "position_embedding.weight", rows: tokens, columns: width),
            inputNorm: try norm(embedding + "LayerNorm", width: width), layers: layers,
            headCount: metadata.headCount, head: head, pooling: metadata.pooling)
    }

    private func packedLayer(
        _ packed: ImageTensorReader<SafetensorsFile>, _ name: String, width: Int
    ) throws(ModelFileError) -> PackedContextNetwork.Layer {
        let inner = try matrixShape(name + "intermediate.dense.weight")[0]
        let attention = name + "attention."
        let stacked = PackedShape(outputs: 3 * width, inputs: width, hasBias: true)
        let projection = try packed.packed(attention + "self", stacked) { () throws(ModelFileError) in
            var (weight, bias): ([Float], [Float]) = ([], [])
            for part in ["query", "key", "value"] {
                weight += try values("\(attention)self.\(part).weight", shape: [width, width])
                bias += try values("\(attention)self.\(part).bias", shape: [width])
            }
            return PackedWeights(matrix: weight, outputs: 3 * width, inputs: width, bias: bias)
        }
        return PackedContextNetwork.Layer(
            projection: projection,
            attentionOutput: try packed.linear(attention + "output.dense", outputs: width, inputs: width),
            attentionNorm: try norm(attention + "output.LayerNorm", width: width),
            inner: try packed.linear(name + "intermediate.dense", outputs: inner, inputs: width),
            output: try packed.linear(name + "output.dense", outputs: width, inputs: inner),
            outputNorm: try norm(name + "output.LayerNorm", width: width))
    }

    /// D, E and T, which must suit each other and the number of heads.
    private func sizes(
        headCount: Int
    ) throws(ModelFileError) -> (width: Int, inputs: Int, tokens: Int) {
        let embedding = prefix + "shot_embedding."
        let projectionShape = try matrixShape(embedding + "shot_embedding.weight")
        let (width, inputs) = (projectionShape[0], projectionShape[1])
        let positionName = embedding + "position_embedding.weight"
        let tokens = try matrixShape(positionName)[0]
        guard tokens >= 4, tokens % 2 == 0 else {
            throw unsuitable(positionName, "has \(tokens) rows, expected 2K+2 with K of at least 1")
        }
        try requireHeads(headCount, width: width)
        return (width, inputs, tokens)
    }

    /// The boundary head for a hidden width.
    func head(_ head: ModelMetadata.Head, width: Int) throws(ModelFileError) -> BoundaryHead {
        let name = head == .pp ? Self.pseudoBoundaryHead : "head_sbd"
        guard head != .none, file.entry(name + ".weight") != nil else {
            let remedy =
                file.entry(Self.pseudoBoundaryHead + ".weight") == nil
                ? "this model is not fine-tuned for boundaries; give a fine-tuned one"
                : "this model is only pre-trained; scened model import makes a detector of its PP head"
            throw ModelFileError(
                .missingTensor, path: file.path, detail: "tensor \"\(name).weight\" is missing",
                remedy: remedy)
        }
        return BoundaryHead(linear: try linear(name, outputs: 2, inputs: width))
    }

    /// BaSSL's head for pseudo-boundaries.
    static let pseudoBoundaryHead = "loss.head_pp"

    /// One more than the highest layer that a name mentions, at least 1; a layer without tensors is found missing.
    var layerCount: Int {
        let start = prefix + "encoder.layer."
        let highest = file.header.entries.lazy
            .filter { $0.name.hasPrefix(start) }
            .compactMap { Int($0.name.dropFirst(start.count).prefix { $0 != "." }) }
            .max()
        return Swift.max(1, Swift.min(highest ?? 0, Int.max - 1) + 1)
    }

    func layer(_ name: String, width: Int, headCount: Int) throws(ModelFileError) -> TransformerLayer {
        let inner = try matrixShape(name + "intermediate.dense.weight")[0]
        let attention = name + "attention."
        return TransformerLayer(
            attention: MultiHeadAttention(
                query: try linear(attention + "self.query", outputs: width, inputs: width),
                key: try linear(attention + "self.key", outputs: width, inputs: width),
                value: try linear(attention + "self.value", outputs: width, inputs: width),
                output: try linear(attention + "output.dense", outputs: width, inputs: width),
                headCount: headCount),
            attentionNorm: try norm(attention + "output.LayerNorm", width: width),
            intermediate: try linear(name + "intermediate.dense", outputs: inner, inputs: width),
            output: try linear(name + "output.dense", outputs: width, inputs: inner),
            outputNorm: try norm(name + "output.LayerNorm", width: width))
    }

    func linear(_ name: String, outputs: Int, inputs: Int) throws(ModelFileError) -> Linear {
        Linear(
            weight: try matrix(name + ".weight", rows: outputs, columns: inputs),
            bias: try values(name + ".bias", shape: [outputs]))
    }

    func norm(_ name: String, width: Int) throws(ModelFileError) -> LayerNorm {
        LayerNorm(
            weight: try values(name + ".weight", shape: [width]),
            bias: try values(name + ".bias", shape: [width]),
            epsilon: 1e-12)
    }

    func matrix(_ name: String, rows: Int, columns: Int) throws(ModelFileError) -> Matrix {
        Matrix(rows: rows, columns: columns, values: try values(name, shape: [rows, columns]))
    }

    /// The shape of a tensor that must have two sides, both at least 1.
    func matrixShape(_ name: String) throws(ModelFileError) -> [Int] {
        let shape = try file.require(name).shape
        guard shape.count == 2, shape[0] > 0, shape[1] > 0 else {
            throw unsuitable(name, "has shape \(shape), expected a matrix")
        }
        return shape
    }

    private func values(_ name: String, shape: [Int]) throws(ModelFileError) -> [Float] {
        let entry = try file.require(name)
        guard entry.shape == shape else {
            throw unsuitable(name, "has shape \(entry.shape), expected \(shape)")
        }
        let values = try file.floats(name)
        guard values.allSatisfy(\.isFinite) else {
            throw unsuitable(name, "holds values that are no finite numbers")
        }
        return values
    }

    func unsuitable(_ name: String, _ what: String) -> ModelFileError {
        ModelFileError(
            .unsuitableTensor, path: file.path, detail: "tensor \(ModelFileError.quoted(name)) \(what)",
            remedy: "export the model again, or give one of BaSSL's form")
    }
}
