/// What a model file holds, told by its tensors and its metadata: what `model info` shows and `model verify`
/// checks.
package struct ModelOutline: Sendable {
    /// The context network: K, widths, layers.
    package struct Context: Equatable, Sendable {
        package var kind: ContextKind
        package var neighborCount: Int
        /// E, nil where embeddings of any width will do, and D.
        package var inputWidth: Int?
        package var hiddenWidth: Int
        package var layerCount: Int
        package var headCount: Int
    }

    package let path: String
    package let metadata: ModelMetadata
    /// All entries of the metadata, those of others too.
    package let entries: [String: String]
    /// nil where the file has no context network.
    package let context: Context?
    /// nil where the file has no image encoder.
    package let encoder: EncoderOutline?
    /// nil where the file has no text tower.
    package let textEncoder: TextEncoderOutline?
    /// nil where the file has no genres.
    package let genres: GenrePrior?
    /// Whether they change embeddings by what was learned.
    package let hasTrainedGenres: Bool
    /// nil where the file has no scene encoder.
    package let sceneEncoder: SceneEncoderOutline?
    /// nil where the file has no contextualizer.
    package let contextualizer: ContextualizerOutline?
    /// The boundary head in use; `none` without one.
    package let head: ModelMetadata.Head
    package let tensorCount: Int
    /// Elements of all floating tensors, by the part they belong to: first name of the tensor.
    package let parameters: [(part: String, count: Int)]
    /// SHA-256 of the file, hexadecimal.
    package let digest: String

    /// e.g. `resnet50+crn`; nil if nothing was recognized.
    package var architecture: String? {
        let pieces = [
            encoder?.name, genres.map { _ in "genres" }, textEncoder.map { _ in "clip-text" },
            context?.kind.rawValue, sceneEncoder?.name, contextualizer?.name,
        ].compactMap(\.self)
        return pieces.isEmpty ? nil : pieces.joined(separator: "+")
    }

    /// Reads names, shapes and metadata; throws where these contradict one another.
    package init(file: SafetensorsFile) throws(ModelFileError) {
        path = file.path
        metadata = try ModelMetadata(file.metadata, path: file.path)
        entries = file.metadata
        let encoder = try EncoderOutline(file)
        self.encoder = encoder
        textEncoder = try TextEncoderOutline(file)
        genres = try GenrePrior.read(file)?.prior
        hasTrainedGenres = file.hasTrainedGenres
        sceneEncoder = try SceneEncoderOutline(file, encoder: encoder)
        contextualizer = try ContextualizerOutline(file)
        head = Self.head(of: file, metadata)
        if ModelFile.hasNetwork(file) {
            let network = try ModelTensorReader(file).network()
            context = Context(
                kind: metadata.context, neighborCount: network.neighborCount,
                inputWidth: network.embeddingWidth,
                hiddenWidth: network.hiddenDimension, layerCount: network.layerCount,
                headCount: metadata.headCount)
        } else {
            context = nil
        }
        tensorCount = file.header.entries.count
        var counts: [String: Int] = [:]
        for entry in file.header.entries
        where entry.type.isFloating && !entry.name.hasPrefix(PackedLayers.prefix) {
            let part = entry.name.split(separator: ".").first.map(String.init) ?? entry.name
            counts[part, default: 0] += entry.elementCount
        }
        parameters = counts.sorted { $0.key < $1.key }.map { (part: $0.key, count: $0.value) }
        digest = file.digest()
    }

    /// The boundary head in use.
    static func head(of file: SafetensorsFile, _ metadata: ModelMetadata) -> ModelMetadata.Head {
        if file.entry("head_sbd.weight") != nil { return .sbd }
        let hasPseudoBoundaries = file.entry(ModelTensorReader.pseudoBoundaryHead + ".weight") != nil
        return metadata.head == .pp && hasPseudoBoundaries ? .pp : .none
    }

    /// Also reads every tensor: throws for values that are no finite numbers, and for parts that do not fit
    /// together.
    package init(verifying file: SafetensorsFile) throws(ModelFileError) {
        try self.init(file: file)
        for entry in file.header.entries where entry.type.isFloating {
            let isFinite = try file.withFloats(entry.name) { values throws(ModelFileError) in
                for index in 0..<values.count where !values[index].isFinite { return false }
                return true
            }
            guard isFinite else {
                throw ModelFileError(
                    .unsuitableTensor, path: path,
                    detail:
                        "tensor \(ModelFileError.quoted(entry.name)) holds values that are not finite numbers",
                    remedy: "export the model again")
            }
        }
        guard context != nil || encoder != nil || sceneEncoder != nil || contextualizer != nil else {
            throw ModelFileError(
                .missingTensor, path: path,
                detail:
                    "holds neither a context network nor an image encoder, a scene encoder or a contextualizer",
                remedy: "make the file with scened model import")
        }
        if let width = context?.inputWidth, let encoder, width != encoder.dimension {
            throw ModelFileError(
                .unsuitableTensor, path: path,
                detail: "the encoder gives \(encoder.dimension) numbers, the context network takes "
                    + "\(width)",
                remedy: "import encoder and network of one training")
        }
        if textEncoder != nil {
            // Says what is wrong with it, or with what it belongs to.
            _ = try SentenceEncoder(file, threadCount: 1)
        }
        try ModelLayers.verify(file)
    }
}

extension SafetensorsEntry.ElementType {
    /// Whether `SafetensorsFile.floats` reads it.
    package var isFloating: Bool {
        switch self {
        case .float16, .bfloat16, .float32, .float64: true
        default: false
        }
    }

    /// Whether `SafetensorsFile.integers` reads it.
    package var isWhole: Bool {
        switch self {
        case .bool, .int8, .uint8, .int16, .uint16, .int32, .uint32, .int64, .uint64: true
        default: false
        }
    }
}
