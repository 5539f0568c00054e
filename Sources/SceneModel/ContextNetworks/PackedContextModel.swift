/// A model file's context network of BaSSL's kind and its boundary head, packed: taken from the file where it holds them so, for then
/// processes share them, or packed now.
package struct PackedContextModel: Sendable {
    package let path: String
    package let metadata: ModelMetadata
    package let network: PackedContextNetwork

    /// Reads and checks everything. `layers` gets all layers, packed anew.
    package init(_ file: SafetensorsFile, layers: PackedLayers? = nil) throws(ModelFileError) {
        path = file.path
        metadata = try ModelMetadata(file.metadata, path: path)
        network = try ModelTensorReader(file).packedNetwork(metadata, layers: layers)
        try metadata.requireNeighbors(network.neighborCount, path: path)
    }

    /// A scorer for the embeddings of an encoder; a fault if the model was made for another one. `threadCount` changes the
    /// time, never the result.
    package func makeScorer(
        encoder: String, dimension: Int, threadCount: Int = 1
    ) throws(ModelFileError) -> ContextScorer {
        try metadata.requireEncoder(
            encoder, dimension: dimension, inputs: network.inputDimension, path: path)
        return ContextScorer(network, threadCount: threadCount)
    }
}

extension ModelMetadata {
    /// Widths must agree, and names where the file states one.
    func requireEncoder(
        _ name: String, dimension: Int, inputs: Int, path: String
    ) throws(ModelFileError) {
        func mismatch(_ detail: String) -> ModelFileError {
            ModelFileError(
                .encoderMismatch, path: path, detail: detail,
                remedy: "choose that encoder or a model made for this one")
        }
        let wanted = encoder.map { "encoder \(ModelFileError.quoted($0))" } ?? "another encoder"
        guard inputs == dimension else {
            throw mismatch(
                "made for \(wanted) with embeddings of \(inputs) numbers, encoder \"\(name)\" gives \(dimension)"
            )
        }
        guard encoder.map({ $0 == name }) ?? true else {
            throw mismatch("made for \(wanted), not for \"\(name)\"")
        }
    }

    /// K as the file states it must be that of the tensors.
    func requireNeighbors(_ count: Int, path: String) throws(ModelFileError) {
        guard let claimed = neighborCount, claimed != count else { return }
        throw ModelFileError(
            .unsuitableMetadata, path: path,
            detail: "metadata scened.neighbors is \(claimed), the tensors are made for \(count)",
            remedy: "correct or remove that entry")
    }
}
