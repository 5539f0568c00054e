/// A trained model, as `--model FILE` names it: a contextual relation network with its boundary head, in safetensors,
/// under the names of BaSSL's state dict. Tensors beyond those, such as an encoder's, are left alone.
package struct ModelFile: Sendable {
    package let path: String
    package let metadata: ModelMetadata
    /// SHA-256 of the file, hexadecimal.
    package let digest: String
    package let network: ContextualRelationNetwork
    package let head: BoundaryHead

    /// Reads and checks everything; the file is not needed afterwards.
    package init(path: String) throws(ModelFileError) { try self.init(SafetensorsFile(path: path)) }

    /// Whether a file holds a context network, whole or not.
    package static func hasNetwork(_ file: SafetensorsFile) -> Bool {
        ["crn.", ""].contains { file.entry($0 + "shot_embedding.shot_embedding.weight") != nil }
    }

    /// Reads and checks everything; the file is not needed afterwards.
    package init(_ file: SafetensorsFile) throws(ModelFileError) {
        let path = file.path
        let metadata = try ModelMetadata(file.metadata, path: path)
        let reader = ModelTensorReader(file)
        network = try reader.network(headCount: metadata.headCount)
        head = try reader.head(metadata.head, width: network.hiddenDimension)
        if let claimed = metadata.neighborCount, claimed != network.neighborCount {
            throw ModelFileError(
                .unsuitableMetadata, path: path,
                detail:
                    "metadata scened.neighbors is \(claimed), the tensors are made for \(network.neighborCount)",
                remedy: "correct or remove that entry")
        }
        digest = file.digest()
        self.path = path
        self.metadata = metadata
    }

    /// A scorer for the embeddings of an encoder; a fault if the model was made for another one.
    ///
    /// Widths must agree, and names where the file states one.
    package func makeScorer(encoder: String, dimension: Int) throws(ModelFileError) -> CRNScorer {
        let wanted = metadata.encoder.map { "encoder \(ModelFileError.quoted($0))" } ?? "another encoder"
        guard network.inputDimension == dimension else {
            throw mismatch(
                "made for \(wanted) with embeddings of \(network.inputDimension) numbers, "
                    + "encoder \"\(encoder)\" gives \(dimension)")
        }
        guard metadata.encoder.map({ $0 == encoder }) ?? true else {
            throw mismatch("made for \(wanted), not for \"\(encoder)\"")
        }
        return CRNScorer(network: network, head: head, pooling: metadata.pooling)
    }

    private func mismatch(_ detail: String) -> ModelFileError {
        ModelFileError(
            .encoderMismatch, path: path, detail: detail,
            remedy: "choose that encoder or a model made for this one")
    }
}
