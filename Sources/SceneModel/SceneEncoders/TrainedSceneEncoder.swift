package import SceneSegmentation
internal import NeuralNet
internal import TensorKernels

/// Describes a scene by a trained `SceneTransformer`, as a model file holds it.
///
/// Its vectors are as wide as the embeddings. It serves the encoder whose embeddings it was trained on.
package struct TrainedSceneEncoder: SceneEncoder {
    package static let kind = "transformer-1"

    package let network: SceneTransformer
    /// Of the weights: see `SafetensorsFile.sceneEncoderDigest`.
    package let weights: String
    /// Encoder whose embeddings it takes, and the digest of that encoder's weights; nil where the films did
    /// not say.
    package let embeddings: (encoder: String, digest: String?)?

    package var name: String { Self.kind }
    package var digest: String? { weights }

    /// Reads and checks the scene encoder of a file.
    package init(_ file: SafetensorsFile) throws(ModelFileError) {
        guard let kind = file.metadata[SceneEncoderKey.kind] else {
            throw ModelFileError(
                .missingTensor, path: file.path, detail: "holds no scene encoder",
                remedy: "give a file that scened train scenes made")
        }
        guard kind == Self.kind else {
            throw ModelFileError(
                .unsuitableMetadata, path: file.path,
                detail: "holds a scene encoder of kind \(ModelFileError.quoted(kind)), known is \(Self.kind)",
                remedy: "use the scened that made it")
        }
        network = try SceneTransformer(ModelTensorReader(file))
        weights = file.sceneEncoderDigest()
        embeddings = file.metadata[SceneEncoderKey.encoder].map {
            ($0, file.metadata[SceneEncoderKey.encoderDigest])
        }
    }

    /// An encoder that is no file yet, to judge it by: it has no digest.
    package init(_ network: SceneTransformer) {
        self.network = network
        weights = ""
        embeddings = nil
    }

    package func dimension(embeddings width: Int) -> Int { width }

    package func refusal(encoder: String, digest: String?, width: Int) -> String? {
        if let embeddings, embeddings.encoder != encoder {
            return "it was trained on embeddings of \(embeddings.encoder), these are of \(encoder)"
        }
        if let trained = embeddings?.digest, trained != digest {
            return "it was trained on embeddings of other weights of \(encoder)"
        }
        guard width == network.embeddingWidth else {
            return "it takes embeddings of \(network.embeddingWidth) numbers, these have \(width)"
        }
        return nil
    }

    /// O(parts x E D); a scene of many parts is seen in at most R groups.
    package func encode(_ parts: [ScenePart], width: Int) -> [Float] {
        precondition(width == network.embeddingWidth, "embeddings of the network's width")
        guard SceneBatch.isSeen(parts, width: width) else { return [Float](repeating: 0, count: width) }
        let scene = SceneBatch([parts], width: width, limit: network.positionCount)
        return UnitRows(network.forward(scene).vectors).values.row(0)
    }
}

/// Entries of the metadata that tell of a scene encoder.
package enum SceneEncoderKey {
    package static let kind = "scened.scene_encoder"
    package static let heads = "scened.scene_heads"
    package static let encoder = "scened.encoder"
    package static let encoderDigest = "scened.encoder_sha256"
    static let prefix = "scene_encoder."
}

extension SafetensorsFile {
    /// Whether it holds a scene encoder, whole or not.
    package var hasSceneEncoder: Bool { metadata[SceneEncoderKey.kind] != nil }

    /// SHA-256 of the scene encoder: kind, number of heads, and names, shapes and bytes of its tensors in
    /// order of names, hexadecimal. What else the file says or holds is of no account. Reads the tensors.
    package func sceneEncoderDigest() -> String {
        let tensors = header.entries.filter { $0.name.hasPrefix(SceneEncoderKey.prefix) }
        let lines = tensors.sorted { $0.name < $1.name }.map { entry in
            "\(entry.name) \(entry.type) \(entry.shape) \(digest(of: entry))\n"
        }
        let head = "\(metadata[SceneEncoderKey.kind] ?? "") heads \(metadata[SceneEncoderKey.heads] ?? "")\n"
        return SHA256.digest(of: Array((head + lines.joined()).utf8).span)
    }
}

extension SceneTransformer {
    /// The network of a model file, under the names that `visitParameters` gives below `scene_encoder.`.
    init(_ reader: ModelTensorReader) throws(ModelFileError) {
        let prefix = SceneEncoderKey.prefix
        let shape = try reader.matrixShape(prefix + "projection.weight")
        let (width, inputs) = (shape[0], shape[1])
        let rows = try reader.matrixShape(prefix + "positions")[0]
        guard let heads = reader.file.metadata[SceneEncoderKey.heads].flatMap(Int.init), heads > 0,
            width % heads == 0
        else {
            throw ModelFileError(
                .unsuitableMetadata, path: reader.file.path,
                detail: "metadata \(SceneEncoderKey.heads) is no number that divides \(width)",
                remedy: "give the file as scened train scenes made it")
        }
        self.init(
            projection: try reader.linear(prefix + "projection", outputs: width, inputs: inputs),
            sceneToken: Matrix(
                rows: 1, columns: width, values: try reader.values(prefix + "scene_token", shape: [width])),
            positions: try reader.matrix(prefix + "positions", rows: rows, columns: width),
            inputNorm: try reader.norm(prefix + "norm", width: width),
            layers: try reader.layers(prefix + "layer.", width: width, headCount: heads),
            meanProjection: try reader.linear(prefix + "mean", outputs: width, inputs: inputs),
            output: try reader.linear(prefix + "output", outputs: inputs, inputs: width))
    }

    /// The network as a file that `TrainedSceneEncoder` reads. `entries`: what else its metadata say.
    package func file(_ entries: [String: String]) -> SafetensorsWriter {
        var writer = SafetensorsWriter(
            metadata: entries.merging([
                SceneEncoderKey.kind: TrainedSceneEncoder.kind, SceneEncoderKey.heads: "\(headCount)",
            ]) { $1 })
        var copy = self
        copy.visitParameters(SceneEncoderKey.prefix) { name, shape, values, range in
            writer.add(name, shape: shape, floats: Array(values[range]))
        }
        return writer
    }
}
