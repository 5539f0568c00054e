/// A trained model in full, to train on or to compare with (`ContextModel` is what runs): a contextual relation network with its boundary head, in safetensors,
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
        try metadata.requireNeighbors(network.neighborCount, path: path)
        digest = file.digest()
        self.path = path
        self.metadata = metadata
    }

    /// A scorer for the embeddings of an encoder; a fault if the model was made for another one.
    ///
    /// Widths must agree, and names where the file states one.
    package func makeScorer(encoder: String, dimension: Int) throws(ModelFileError) -> CRNScorer {
        try metadata.requireEncoder(
            encoder, dimension: dimension, inputs: network.inputDimension, path: path)
        return CRNScorer(network: network, head: head, pooling: metadata.pooling)
    }
}
