internal import NeuralNet
internal import TensorKernels

/// Takes a context network's tensors out of a file by the names of BaSSL's state dict, and checks every shape
/// and value.
package struct ModelTensorReader {
    let file: SafetensorsFile
    let metadata: ModelMetadata
    /// `crn.`, or nothing where a file holds the network alone.
    let prefix: String
    /// The command that made the file; nil where other programs also write such ones.
    private let maker: String?

    /// `maker`: the command that makes such files; nil: the metadata tell whether only scened does.
    init(_ file: SafetensorsFile, maker: String? = nil) throws(ModelFileError) {
        self.file = file
        let metadata = try ModelMetadata(file.metadata, path: file.path)
        self.metadata = metadata
        self.maker = maker ?? (metadata.context == .crn ? nil : "scened train")
        prefix = file.header.entries.contains { $0.name.hasPrefix("crn.") } ? "crn." : ""
    }

    /// The context network of the kind that the metadata name.
    func network() throws(ModelFileError) -> any ContextNetwork { try metadata.context.network.init(self) }

    /// The boundary head for a hidden width.
    func head(width: Int) throws(ModelFileError) -> BoundaryHead {
        let head = metadata.head
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

    /// One more than the highest layer that a name mentions, at least 1; a layer without tensors is found
    /// missing.
    var layerCount: Int {
        let start = prefix + "encoder.layer."
        let highest = file.header.entries.lazy
            .filter { $0.name.hasPrefix(start) }
            .compactMap { Int($0.name.dropFirst(start.count).prefix { $0 != "." }) }
            .max()
        return Swift.max(1, Swift.min(highest ?? 0, Int.max - 1) + 1)
    }

    /// `encoder.layer.0` and following, each of width D = `width`.
    func layers(width: Int) throws(ModelFileError) -> [TransformerLayer] {
        var layers: [TransformerLayer] = []
        for index in 0..<layerCount {
            layers.append(
                try layer(prefix + "encoder.layer.\(index).", width: width, headCount: metadata.headCount))
        }
        return layers
    }

    /// `name`0 and following, at least one, each of width D = `width`.
    func layers(
        _ name: String, width: Int, headCount: Int, epsilon: Float = 1e-12, activation: Activation = .gelu
    ) throws(ModelFileError) -> [TransformerLayer] {
        var layers: [TransformerLayer] = []
        repeat {
            layers.append(
                try layer(
                    "\(name)\(layers.count).", width: width, headCount: headCount, epsilon: epsilon,
                    activation: activation))
        } while file.entry("\(name)\(layers.count).intermediate.dense.weight") != nil
        return layers
    }

    private func layer(
        _ name: String, width: Int, headCount: Int, epsilon: Float = 1e-12, activation: Activation = .gelu
    ) throws(ModelFileError) -> TransformerLayer {
        let inner = try matrixShape(name + "intermediate.dense.weight")[0]
        let attention = name + "attention."
        return TransformerLayer(
            attention: MultiHeadAttention(
                query: try linear(attention + "self.query", outputs: width, inputs: width),
                key: try linear(attention + "self.key", outputs: width, inputs: width),
                value: try linear(attention + "self.value", outputs: width, inputs: width),
                output: try linear(attention + "output.dense", outputs: width, inputs: width),
                headCount: headCount),
            attentionNorm: try norm(attention + "output.LayerNorm", width: width, epsilon: epsilon),
            intermediate: try linear(name + "intermediate.dense", outputs: inner, inputs: width),
            output: try linear(name + "output.dense", outputs: width, inputs: inner),
            outputNorm: try norm(name + "output.LayerNorm", width: width, epsilon: epsilon),
            activation: activation)
    }

    func linear(_ name: String, outputs: Int, inputs: Int) throws(ModelFileError) -> Linear {
        Linear(
            weight: try matrix(name + ".weight", rows: outputs, columns: inputs),
            bias: try values(name + ".bias", shape: [outputs]))
    }

    func norm(_ name: String, width: Int, epsilon: Float = 1e-12) throws(ModelFileError) -> LayerNorm {
        LayerNorm(
            weight: try values(name + ".weight", shape: [width]),
            bias: try values(name + ".bias", shape: [width]),
            epsilon: epsilon)
    }

    /// The learned row of a table of two below `path`; nil if there is none. Row 0 belongs to shots that are
    /// not hidden and is always zero.
    func maskEmbedding(_ path: String, width: Int) throws(ModelFileError) -> [Float]? {
        let name = path + "mask_embedding.weight"
        return file.entry(name) == nil ? nil : try matrix(name, rows: 2, columns: width).row(1)
    }

    func matrix(_ name: String, rows: Int, columns: Int) throws(ModelFileError) -> Matrix {
        Matrix(rows: rows, columns: columns, values: try values(name, shape: [rows, columns]))
    }

    /// The shape of a tensor that must have two sides, both at least 1.
    func matrixShape(_ name: String) throws(ModelFileError) -> [Int] {
        let shape = try require(name).shape
        guard shape.count == 2, shape[0] > 0, shape[1] > 0 else {
            throw unsuitable(name, "has shape \(shape), expected a matrix")
        }
        return shape
    }

    func values(_ name: String, shape: [Int]) throws(ModelFileError) -> [Float] {
        let entry = try require(name)
        guard entry.shape == shape else {
            throw unsuitable(name, "has shape \(entry.shape), expected \(shape)")
        }
        let values = try file.floats(name)
        guard values.allSatisfy(\.isFinite) else {
            throw unsuitable(name, "holds values that are not finite numbers")
        }
        return values
    }

    /// Heads as the metadata state them; they divide `width`.
    func headCount(_ key: String, width: Int) throws(ModelFileError) -> Int {
        guard let heads = file.metadata[key].flatMap(Int.init), heads > 0, width % heads == 0 else {
            throw ModelFileError(
                .unsuitableMetadata, path: file.path,
                detail: "metadata \(key) is not a number that divides \(width)",
                remedy: remedy ?? "correct or remove that entry")
        }
        return heads
    }

    func unsuitable(_ name: String, _ what: String) -> ModelFileError {
        ModelFileError(
            .unsuitableTensor, path: file.path, detail: "tensor \(ModelFileError.quoted(name)) \(what)",
            remedy: remedy ?? "export the model again, or give one of BaSSL's form")
    }

    /// nil where nobody knows who made the file.
    private var remedy: String? { maker.map { "give the file as \($0) made it" } }

    /// The entry of a tensor that must be there.
    private func require(_ name: String) throws(ModelFileError) -> SafetensorsEntry {
        guard let remedy, file.entry(name) == nil else { return try file.require(name) }
        throw ModelFileError(
            .missingTensor, path: file.path, detail: "tensor \(ModelFileError.quoted(name)) is missing",
            remedy: remedy)
    }

    /// K as the metadata state it, for networks whose tensors do not show it.
    func neighborCount() throws(ModelFileError) -> Int {
        guard let count = metadata.neighborCount, count <= 128 else {
            throw ModelFileError(
                .unsuitableMetadata, path: file.path,
                detail: "metadata scened.neighbors is missing or above 128",
                remedy: "state K, the neighbors on each side, there")
        }
        return count
    }

    /// Throws unless `width` divides into the heads that the metadata state.
    func requireHeads(width: Int) throws(ModelFileError) {
        guard width % metadata.headCount == 0 else {
            throw ModelFileError(
                .unsuitableMetadata, path: file.path,
                detail: "a width of \(width) does not divide into \(metadata.headCount) heads",
                remedy: "give the number of heads in the metadata as scened.heads")
        }
    }

    /// K as the file states it must be that of the tensors.
    func requireNeighbors(_ count: Int) throws(ModelFileError) {
        guard let claimed = metadata.neighborCount, claimed != count else { return }
        throw ModelFileError(
            .unsuitableMetadata, path: file.path,
            detail: "metadata scened.neighbors is \(claimed), the tensors are made for \(count)",
            remedy: "correct or remove that entry")
    }

    /// Widths must agree, and names and digests where the file states them; nobody may know the `digest` of
    /// the encoder's weights.
    func requireEncoder(
        _ name: String, digest: String? = nil, dimension: Int, inputs: Int
    ) throws(ModelFileError) {
        func mismatch(_ detail: String) -> ModelFileError {
            ModelFileError(
                .encoderMismatch, path: file.path, detail: detail,
                remedy: "choose that encoder or a model made for this one")
        }
        let wanted = metadata.encoder.map { "encoder \(ModelFileError.quoted($0))" } ?? "another encoder"
        guard inputs == dimension else {
            throw mismatch(
                "made for \(wanted) with embeddings of \(inputs) numbers, encoder \"\(name)\" gives \(dimension)"
            )
        }
        guard metadata.encoder.map({ $0 == name }) ?? true else {
            throw mismatch("made for \(wanted), not for \"\(name)\"")
        }
        if let digest, let trained = metadata.encoderDigest, trained != digest {
            throw mismatch("made for other weights of \(wanted)")
        }
    }
}
