package import SceneSegmentation

/// A trained model in full, to train on or to compare with: a context network with its boundary head, in
/// safetensors, under the names of BaSSL's state dict. Tensors beyond those, such as an encoder's, are left
/// alone.
package struct ModelFile: Sendable {
    package let path: String
    package let metadata: ModelMetadata
    /// SHA-256 of the file, hexadecimal.
    package let digest: String
    package let context: any ContextNetwork
    package let head: BoundaryHead

    /// Reads and checks everything; the file is not needed afterwards.
    package init(path: String) throws(ModelFileError) { try self.init(SafetensorsFile(path: path)) }

    /// Reads and checks everything; the file is not needed afterwards.
    package init(_ file: SafetensorsFile) throws(ModelFileError) {
        let reader = try ModelTensorReader(file)
        context = try reader.network()
        head = try reader.head(width: context.hiddenDimension)
        try reader.requireNeighbors(context.neighborCount)
        digest = file.digest()
        path = file.path
        metadata = reader.metadata
    }

    /// Whether a file holds a context network, whole or not.
    package static func hasNetwork(_ file: SafetensorsFile) -> Bool {
        // Only BaSSL's kind may leave its name out.
        (file.metadata[ModelMetadata.contextKey].map { $0 != ContextKind.crn.rawValue } ?? false)
            || ["crn.", ""].contains { file.entry($0 + "shot_embedding.shot_embedding.weight") != nil }
    }

    /// Whether scores by a file come of how alike parts are, so that several cues can tell it: without a
    /// network, or by one of relations.
    package static func comparesParts(_ file: SafetensorsFile) throws(ModelFileError) -> Bool {
        guard hasNetwork(file) else { return true }
        return try ModelMetadata(file.metadata, path: file.path).context.network.input == .relations
    }

    /// A scorer by a file's network and head for the embeddings of an encoder; a fault if they were made for
    /// another one.
    ///
    /// Widths must agree, and names and digests of its weights where the file states them; a network of
    /// relations takes the embeddings of any encoder. `digest`: nil if nobody knows it. `threadCount` changes
    /// the time, never the result.
    package static func scorer(
        _ file: SafetensorsFile, encoder: String, digest: String? = nil, dimension: Int,
        threadCount: Int = 1
    ) throws(ModelFileError) -> any BoundaryScorer {
        let reader = try ModelTensorReader(file)
        let (scorer, width) = try load(reader, threadCount: threadCount)
        if let width {
            try reader.requireEncoder(encoder, digest: digest, dimension: dimension, inputs: width)
        }
        return scorer
    }

    /// Reads and checks what scores. `layers` gets all layers, packed anew.
    static func load(
        _ reader: ModelTensorReader, threadCount: Int = 1, layers: PackedLayers? = nil
    ) throws(ModelFileError) -> (scorer: any BoundaryScorer, embeddingWidth: Int?) {
        let found = try reader.metadata.context.network.makeScorer(
            reader, threadCount: threadCount, layers: layers)
        try reader.requireNeighbors(found.scorer.neighborCount)
        return found
    }
}
