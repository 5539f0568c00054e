internal import Digests
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
    /// Whose embeddings it takes; nil where the films did not say.
    package let embeddings: EmbeddingOrigin?

    package var name: String { Self.kind }
    package var digest: String? { weights }

    /// Reads and checks the scene encoder of a file.
    package init(_ file: SafetensorsFile) throws(ModelFileError) {
        guard let kind = file.metadata[SceneEncoderKey.kind] else {
            throw ModelFileError(
                .missingTensor, path: file.path, detail: "holds no scene encoder",
                remedy: "give a file that scened train scenes or scened model scene-encoder made")
        }
        guard kind == Self.kind else {
            throw ModelFileError(
                .unsuitableMetadata, path: file.path,
                detail:
                    "holds a scene encoder of kind \(ModelFileError.quoted(kind)), this scened knows \(Self.kind) and "
                    + PatchSceneEncoder.kind,
                remedy: "use the scened that made it")
        }
        network = try SceneTransformer(ModelTensorReader(file, maker: "scened train scenes"))
        weights = file.sceneEncoderDigest()
        embeddings = EmbeddingOrigin(file)
    }

    /// An encoder that is no file yet, to judge it by: it has no digest.
    package init(_ network: SceneTransformer) {
        self.network = network
        weights = ""
        embeddings = nil
    }

    package func dimension(embeddings width: Int) -> Int { width }

    package func refusal(encoder: String, digest: String?, width: Int) -> String? {
        embeddings.refusal(
            encoder: encoder, digest: digest, width: width, expected: network.embeddingWidth)
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
    static let prefix = "scene_encoder."
}

extension SafetensorsFile {
    /// SHA-256 of the scene encoder, hexadecimal: kind, number of heads, and names, shapes and bytes of its
    /// tensors in order of names; of one of pictures what its metadata say of them, and the digest of the
    /// image encoder. What else the file says or holds is of no account. Reads the tensors.
    package func sceneEncoderDigest() -> String {
        guard metadata[SceneEncoderKey.kind] != PatchSceneEncoder.kind else {
            let entries = metadata.filter { PatchLayout.digestKeys.contains($0.key) }
            let lines = entries.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }
            return SHA256.digest(of: Array((lines.joined() + encoderDigest()).utf8).span)
        }
        return digest(
            below: SceneEncoderKey.prefix,
            head: "\(metadata[SceneEncoderKey.kind] ?? "") heads \(metadata[SceneEncoderKey.heads] ?? "")\n")
    }
}

extension SceneTransformer {
    /// The network of a model file, under the names that `visitParameters` gives below `scene_encoder.`.
    init(_ reader: ModelTensorReader) throws(ModelFileError) {
        let prefix = SceneEncoderKey.prefix
        let shape = try reader.matrixShape(prefix + "projection.weight")
        let (width, inputs) = (shape[0], shape[1])
        let rows = try reader.matrixShape(prefix + "positions")[0]
        let heads = try reader.headCount(SceneEncoderKey.heads, width: width)
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
