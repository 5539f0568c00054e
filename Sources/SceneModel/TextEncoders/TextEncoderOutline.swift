internal import Digests

/// The text tower of a model file, told by the shapes of its tensors.
package struct TextEncoderOutline: Equatable, Sendable {
    /// D.
    package let width: Int
    package let layerCount: Int
    package let headCount: Int
    /// C: pieces of a text at most, with the marks of start and end.
    package let length: Int
    /// V.
    package let pieceCount: Int
    /// Length of its vectors.
    package let dimension: Int

    /// nil if the file has none; throws if its shapes do not fit together.
    package init?(_ file: SafetensorsFile) throws(ModelFileError) {
        guard file.hasTextEncoder else { return nil }
        let metadata = try ModelMetadata(file.metadata, path: file.path)
        try self.init(
            ImageTensorReader(source: file, part: "text tower"), headCount: metadata.textHeadCount)
    }

    init(
        _ reader: ImageTensorReader<some TensorSource>, headCount: Int?
    ) throws(ModelFileError) {
        let names = CLIPNames(text: reader)
        let pieces = try reader.shape(names.pieces, [nil, nil])
        (pieceCount, width) = (pieces[0], pieces[1])
        length = try reader.shape(names.positions, [nil, width])[0]
        self.headCount = headCount ?? max(1, width / 64)
        guard width % self.headCount == 0, length > 2 else {
            throw reader.unsuitable(
                names.positions,
                "has shape [\(length), \(width)], which does not suit \(self.headCount) heads")
        }
        var layers = 0
        repeat { layers += 1 } while reader.has(names.layer(layers) + names.inner + ".weight")
        layerCount = layers
        let (name, isOpenAI) = (names.projection, names.isOpenAI)
        dimension =
            isOpenAI ? try reader.shape(name, [width, nil])[1] : try reader.shape(name, [nil, width])[0]
    }
}

/// Names of a text tower in a model file.
package enum TextEncoderKey {
    /// Before the names of its tensors.
    static let prefix = "clip_text."
    /// [V - 514, 2]: the vocabulary.
    static let merges = prefix + "merges"
    static let scale = prefix + "logit_scale"
}

extension SafetensorsFile {
    /// Whether it holds a text tower, whole or not.
    package var hasTextEncoder: Bool {
        header.entries.contains { $0.name.hasPrefix(TextEncoderKey.prefix) }
    }

    /// SHA-256 of the text tower with its vocabulary, hexadecimal: names, types, shapes and bytes of its
    /// tensors in order of names. Reads the tensors.
    package func textEncoderDigest() -> String {
        let tensors = header.entries.filter { $0.name.hasPrefix(TextEncoderKey.prefix) }
        let lines = tensors.sorted { $0.name < $1.name }.map { entry in
            "\(entry.name) \(entry.type) \(entry.shape) \(digest(of: entry))\n"
        }
        return SHA256.digest(of: Array(lines.joined().utf8).span)
    }
}

extension TextVocabulary {
    /// That of a model file, which must fit the text tower.
    package init(_ file: SafetensorsFile, count: Int) throws(ModelFileError) {
        func unsuitable(_ what: String) -> ModelFileError {
            ModelFileError(
                .unsuitableTensor, path: file.path,
                detail: "tensor \(ModelFileError.quoted(TextEncoderKey.merges)) \(what)",
                remedy: "import the model again with its vocabulary")
        }
        let shape = try file.require(TextEncoderKey.merges).shape
        guard shape.count == 2, shape[1] == 2, shape[0] == count - Self.fixedCount else {
            throw unsuitable("has shape \(shape), expected [\(max(0, count - Self.fixedCount)), 2]")
        }
        let numbers = try file.integers(TextEncoderKey.merges)
        var merges: [Merge] = []
        for place in 0..<shape[0] {
            guard let left = Int32(exactly: numbers[2 * place]),
                let right = Int32(exactly: numbers[2 * place + 1])
            else { throw unsuitable("holds what is not a number of a piece") }
            merges.append(Merge(left: left, right: right))
        }
        guard let vocabulary = TextVocabulary(merges: merges) else {
            throw unsuitable("merges what is not a piece, or the same pieces twice")
        }
        self = vocabulary
        let metadata = try ModelMetadata(file.metadata, path: file.path)
        guard metadata.vocabularyDigest.map({ $0 == digest }) ?? true else {
            throw unsuitable("is not the vocabulary that the file names")
        }
    }
}
