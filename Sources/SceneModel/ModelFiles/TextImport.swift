/// What an import does with the text tower of a checkpoint.
struct TextImport {
    /// Names of the files that the vocabulary came from, without folders; nil where the checkpoint has it.
    let files: String?
    private let vocabulary: TextVocabulary

    /// nil where nobody wants the text tower: it is of use with its vocabulary alone.
    ///
    /// - Parameters:
    ///   - source: a checkpoint, or a model file that has text tower and vocabulary already.
    ///   - family: of the checkpoint.
    ///   - paths: files of the vocabulary; nil: that of the checkpoint, if it has one.
    /// - Throws: where a vocabulary is given for no text tower, cannot be read, or does not fit the weights.
    init?(
        _ source: CheckpointSource, _ family: CheckpointFamily, files paths: [String]?
    ) throws(ModelFileError) {
        let isThere = family == .clip && CheckpointFamily.holdsText(source.names)
        guard let paths else {
            guard isThere, source.names.contains(TextEncoderKey.merges) else { return nil }
            let file = try SafetensorsFile(path: source.path)
            vocabulary = try TextVocabulary(file, count: try Self.pieceCount(source))
            files = nil
            return
        }
        guard isThere else {
            throw ModelFileError(
                .missingTensor, path: source.path, detail: "holds no text tower for the vocabulary",
                remedy: "give the weights of the whole CLIP, or leave --vocabulary out")
        }
        vocabulary = try TextVocabulary(files: paths, count: try Self.pieceCount(source))
        files = paths.map { $0.split(separator: "/").last.map(String.init) ?? $0 }.joined(separator: ", ")
    }

    func storedName(_ name: String) -> String? {
        name == TextEncoderKey.merges ? nil : CheckpointFamily.storedTextName(name)
    }

    /// Adds the vocabulary; its digest.
    func write(to writer: inout SafetensorsWriter) throws(ModelFileError) -> String {
        writer.add(
            TextEncoderKey.merges, shape: [vocabulary.merges.count, 2],
            integers: vocabulary.merges.flatMap { [Int64($0.left), Int64($0.right)] })
        return vocabulary.digest
    }

    /// Rows of the embeddings of pieces.
    private static func pieceCount(_ source: CheckpointSource) throws(ModelFileError) -> Int {
        let name = source.names.first {
            CheckpointFamily.storedTextName($0)?.hasSuffix("token_embedding.weight") ?? false
        }
        guard let name, let rows = source.shape(name).first else {
            throw ModelFileError(
                .unsuitableTensor, path: source.path, detail: "its text tower has no pieces",
                remedy: "export the whole CLIP again")
        }
        return rows
    }
}
