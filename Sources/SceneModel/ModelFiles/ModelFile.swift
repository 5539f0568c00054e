package import SceneSegmentation

/// A trained model in full, to train on, to run or to compare with (`PackedContextModel` is how BaSSL's kind runs): a context
/// network with its boundary head, in safetensors, under the
/// names of BaSSL's state dict. Tensors beyond those, such as an encoder's, are left alone.
package struct ModelFile: Sendable {
    package let path: String
    package let metadata: ModelMetadata
    /// SHA-256 of the file, hexadecimal.
    package let digest: String
    package let context: ContextModel
    package let head: BoundaryHead

    /// Reads and checks everything; the file is not needed afterwards.
    package init(path: String) throws(ModelFileError) { try self.init(SafetensorsFile(path: path)) }

    /// Whether a file holds a context network, whole or not.
    package static func hasNetwork(_ file: SafetensorsFile) -> Bool {
        // Only BaSSL's kind may leave its name out.
        (file.metadata[ModelMetadata.contextKey].map { $0 != ContextKind.crn.rawValue } ?? false)
            || ["crn.", ""].contains { file.entry($0 + "shot_embedding.shot_embedding.weight") != nil }
    }

    /// Reads and checks everything; the file is not needed afterwards.
    package init(_ file: SafetensorsFile) throws(ModelFileError) {
        let path = file.path
        let metadata = try ModelMetadata(file.metadata, path: path)
        let reader = ModelTensorReader(file)
        context = try reader.context(metadata)
        head = try reader.head(metadata.head, width: context.hiddenDimension)
        try metadata.requireNeighbors(context.neighborCount, path: path)
        digest = file.digest()
        self.path = path
        self.metadata = metadata
    }

    /// A scorer for the embeddings of an encoder; a fault if the model was made for another one.
    ///
    /// Widths must agree, and names where the file states one. A relational network takes the embeddings of any encoder.
    package func makeScorer(encoder: String, dimension: Int) throws(ModelFileError) -> any BoundaryScorer {
        if let width = context.embeddingWidth {
            try metadata.requireEncoder(encoder, dimension: dimension, inputs: width, path: path)
        }
        return switch context {
        case .crn(let network): CRNScorer(network: network, head: head, pooling: metadata.pooling)
        case .mlp(let network): WindowScorer(network, head: head)
        case .lstm(let network): WindowScorer(network, head: head)
        case .relational(let network): RelationalScorer(network: network, head: head)
        }
    }
}
