internal import Platform
internal import SceneSegmentation
package import TensorKernels
internal import Timeline

/// Turns the checkpoints of others into a model file: names and metadata are put in order, values stay as
/// they are.
package struct ModelImport: Sendable {
    /// What the user says about the weights; nil leaves it to what the file shows.
    package struct Claims: Sendable {
        package var license: String?
        package var encoder: String?
        package var headCount: Int?
        package var threshold: Double?
        /// Of a network of clips.
        package var clip: ClipSampling?
        package var side: Int?
        /// Of a CLIP image encoder.
        package var activation: Activation?
        /// What the image encoder makes of parts that show nothing.
        package var blankRule: BlankRule?
        /// Of the image encoder's products.
        package var precision: Precision?
        /// Files of the vocabulary of CLIP's text tower, which is taken along then; see
        /// `TextVocabulary.init(files:count:)`.
        package var vocabulary: [String]?
        /// Genres that the text tower reads, and how they go into the embeddings; only of a whole CLIP.
        package var genres: GenreDefinitions?
        package var genreSettings = GenreSettings()
        /// The file becomes a scene encoder that looks at pictures; only of CLIP.
        package var sceneLayout: PatchLayout?

        package init() {}
    }

    package let family: CheckpointFamily
    package let metadata: ModelMetadata
    /// Tensors written.
    package let tensorCount: Int
    /// Names of tensors that were left out, in the order of the file.
    package let leftOut: [String]
    /// What bfloat16 does to the encoder's vectors; nil where it runs in float32.
    package let check: PrecisionCheck?
    /// Whether bfloat16 was wanted, but this processor cannot run it: nothing could be compared, and the file
    /// is for float32.
    package let isUnchecked: Bool
    /// Whether a text tower was left out, since nobody gave its vocabulary.
    package let leavesTextOut: Bool
    /// The genres of the file, with the evenness of their affinities over `ProbePictures`; nil where nobody
    /// gave any.
    package let genres: GenrePrior?

    /// Reads `path` and writes `output`, all or nothing: what was written is verified before it takes its
    /// name.
    ///
    /// Layers are put into the file once more as this processor's kernels want them, so that runs map them.
    /// Nothing of a checkpoint is executed. bfloat16 is kept only if `PrecisionCheck` passes. Memory: about
    /// four times the weights.
    package init(path: String, output: String, claims: Claims) throws(ModelFileError) {
        let source = try CheckpointSource(path: path)
        guard let family = CheckpointFamily(source.names) else {
            if CheckpointFamily.holdsText(source.names) {
                throw ModelFileError(
                    .missingTensor, path: path, detail: "holds CLIP's text tower without its image encoder",
                    remedy: "give the file that holds both")
            }
            let examples = source.names.prefix(3).map(ModelFileError.quoted).joined(separator: ", ")
            throw ModelFileError(
                .missingTensor, path: path,
                detail:
                    "holds neither BaSSL nor a ResNet nor CLIP nor Slow, but \(source.names.count) tensors (\(examples))",
                remedy: "give one of these")
        }
        guard family != .motion || !MotionNames.hasTwoPathways(source.names) else {
            throw ModelFileError(
                .unsuitableTensor, path: path, detail: "holds both pathways of SlowFast",
                remedy: "give a network of the slow pathway alone (SLOW_8x8, slow_r50)")
        }
        guard family == .motion || claims.clip == nil && claims.side == nil else {
            throw ModelFileError(
                .missingTensor, path: path, detail: "holds no network of clips",
                remedy: "leave --clip and --side out")
        }
        guard claims.sceneLayout == nil || family == .clip else {
            throw ModelFileError(
                .missingTensor, path: path, detail: "holds no vision transformer of CLIP",
                remedy: "give CLIP's weights")
        }
        var writer = SafetensorsWriter()
        var stored: Set<String> = []
        var leftOut: [String] = []
        let text = try TextImport(source, family, files: claims.vocabulary)
        for name in source.names {
            let isGenre = name.hasPrefix(GenreKey.prefix) && family == .clip && claims.genres == nil
            guard
                let target = isGenre ? name : family.storedName(name) ?? text?.storedName(name),
                stored.insert(target).inserted
            else {
                leftOut.append(name)
                continue
            }
            try source.copy(name, to: &writer, as: target)
        }
        var metadata = try ModelMetadata(source.metadata, path: path)
        metadata.source = path.split(separator: "/").last.map(String.init) ?? path
        metadata.sourceDigest = try source.digest()
        metadata.license = claims.license ?? metadata.license
        metadata.encoder = claims.encoder ?? metadata.encoder
        metadata.headCount = claims.headCount ?? metadata.headCount
        metadata.threshold = claims.threshold ?? metadata.threshold
        metadata.activation = claims.activation ?? metadata.activation
        metadata.clip = claims.clip ?? metadata.clip
        metadata.side = claims.side ?? metadata.side
        if claims.clip != nil || claims.side != nil { metadata.preprocessing = nil }
        metadata.blankRule = claims.blankRule ?? metadata.blankRule
        metadata.precision = claims.precision ?? metadata.precision
        let isUnchecked = !metadata.precision.isAvailable
        metadata.precision = metadata.precision.orAvailable
        (metadata.leastCosine, metadata.meanCosine) = (nil, nil)
        (metadata.packed, metadata.packedSource) = (nil, nil)
        metadata.vocabulary = text?.files ?? (text == nil ? nil : metadata.vocabulary)
        metadata.vocabularyDigest = try text?.write(to: &writer)
        if stored.contains("head_sbd.weight") {
            metadata.head = .sbd
        } else {
            metadata.head = stored.contains(ModelTensorReader.pseudoBoundaryHead + ".weight") ? .pp : .none
        }

        // Genres that the file has already stay as they are.
        let kept = stored.contains(GenreKey.vectors) ? source.metadata : [:]
        func entries(_ metadata: ModelMetadata) -> [String: String] {
            metadata.entries.merging(claims.sceneLayout?.entries ?? [:]) { $1 }
                .merging(kept.filter { GenreEntries.all.contains($0.key) }) { $1 }
        }
        writer.metadata = entries(metadata)
        var genres: GenrePrior?
        var check: PrecisionCheck?
        var file = try Self.beside(output)
        do {
            // What the tensors say goes into the metadata, so they are looked at in a file that is given up
            // then.
            let draft = try Self.draft(writer, beside: output)
            let tensors = try SafetensorsFile(path: draft.currentPath ?? output)
            metadata.complete(with: try ModelOutline(file: tensors))
            genres = try claims.genres.map { definitions throws(ModelFileError) in
                try Self.genres(definitions, claims.genreSettings, tensors)
            }
            check = try Self.check(tensors, metadata.precision)
            metadata.leastCosine = check.map { PrecisionCheck.text($0.least) }
            metadata.meanCosine = check.map { PrecisionCheck.text($0.mean) }
            for (name, weights) in try ModelLayers.packed(tensors).layers {
                let values = weights.floats.values
                writer.add(PackedLayers.prefix + name, shape: [values.count], floats: values)
            }
            _ = consume draft
            metadata.packed = PackedShape.form(.best, metadata.precision)
            if genres != nil, let architecture = metadata.architecture {
                metadata.architecture = architecture.replacing("+clip-text", with: "+genres+clip-text")
            }
            writer.metadata = entries(metadata)
            genres?.write(to: &writer)
            metadata.packedSource = writer.packedSourceDigest
            writer.metadata[PackedLayers.sourceKey] = metadata.packedSource
            try Self.write(writer, into: &file)
            _ = try ModelOutline(verifying: SafetensorsFile(path: file.currentPath ?? output))
        } catch {
            // The user knows the checkpoint by its own name.
            guard error.code != .unwritable else { throw error }
            throw ModelFileError(error.code, path: path, detail: error.detail, remedy: error.remedy)
        }
        do throws(OutputError) {
            try file.finish()
        } catch {
            throw SafetensorsWriter.unwritable(error)
        }
        self.family = family
        self.metadata = metadata
        tensorCount = stored.count
        self.leftOut = leftOut
        self.check = check
        self.isUnchecked = isUnchecked
        self.genres = genres
        leavesTextOut = text == nil && family == .clip && CheckpointFamily.holdsText(source.names)
    }

    /// Genres in the space of the file's image encoder.
    private static func genres(
        _ definitions: GenreDefinitions, _ settings: GenreSettings, _ file: SafetensorsFile
    ) throws(ModelFileError) -> GenrePrior {
        let encoder = try SentenceEncoder(file, threadCount: 1)
        var prior = GenrePrior(definitions, settings: settings, by: encoder)
        if let images = try ImageShotEncoder(file, genres: prior, threadCount: 1),
            let geometry = images.input.view
        {
            let pictures = ProbePictures.squares(side: geometry.cropSide)
            prior.evenness = GenrePrior.evenness(
                pictures.compactMap { images.read(crops: [$0]).genreShares })
        }
        return prior
    }

    /// A file that will replace `output`; only a regular file can be read again before it takes its name.
    private static func beside(_ output: String) throws(ModelFileError) -> OutputFile {
        let file: OutputFile
        do throws(OutputError) {
            file = try OutputFile(path: output)
        } catch {
            throw SafetensorsWriter.unwritable(error)
        }
        guard file.isFile else {
            throw ModelFileError(
                .unwritable, path: output, detail: "is not a regular file", remedy: "give the name of a file")
        }
        return file
    }

    /// The tensors in a file that goes when it is given up.
    private static func draft(
        _ writer: SafetensorsWriter, beside output: String
    ) throws(ModelFileError) -> OutputFile {
        var file = try beside(output)
        try write(writer, into: &file)
        return file
    }

    private static func write(
        _ writer: SafetensorsWriter, into file: inout OutputFile
    ) throws(ModelFileError) {
        do {
            try writer.write(into: &file)
        } catch {
            throw SafetensorsWriter.unwritable(error)
        }
    }

    /// nil for float32, and for files without an image encoder; a fault if the precision may not be kept.
    private static func check(
        _ file: SafetensorsFile, _ precision: Precision
    ) throws(ModelFileError) -> PrecisionCheck? {
        guard precision != .float32, let check = try PrecisionCheck(file, precision: precision) else {
            return nil
        }
        guard check.isPassed else {
            throw ModelFileError(
                .unsuitablePrecision, path: file.path,
                detail:
                    "in \(precision.rawValue) the encoder's vectors turn too far: the least cosine with those of "
                    + "float32 is \(PrecisionCheck.text(check.least)), below \(PrecisionCheck.bar)",
                remedy: "import it with --precision float32")
        }
        return check
    }
}

extension ModelMetadata {
    /// Fills in what the tensors show and nobody has said.
    fileprivate mutating func complete(with outline: ModelOutline) {
        neighborCount = outline.context?.neighborCount
        encoder = encoder ?? outline.encoder?.name
        architecture = outline.architecture
        preprocessing = preprocessing ?? outline.encoder?.preprocessing
        guard outline.context != nil else { return }
        // BaSSL never splits shots, and reports a boundary above 0.5.
        split = split ?? "none"
        threshold = threshold ?? (head == .none ? nil : 0.5)
    }
}
