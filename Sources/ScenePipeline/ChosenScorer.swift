package import SceneEvents
package import SceneModel
package import SceneSegmentation
internal import JSONText
internal import Timeline

/// Who gives the scores where embeddings are there already.
package struct ChosenScorer {
    package let scorer: any BoundaryScorer
    package let summary: ModelSummary
    /// The decision threshold that the model brings; nil leaves the default.
    package let threshold: Double?

    /// Coherence of both sides, for embeddings of any width.
    ///
    /// - Parameters:
    ///   - neighborCount: K.
    ///   - encoder: what made the embeddings.
    ///   - further: what made the embeddings beside them, in order.
    package init(neighborCount: Int, encoder: String, further: [String] = []) {
        let scorer = Self.coherence(neighborCount: neighborCount, encoders: [encoder] + further)
        self.scorer = scorer
        threshold = nil
        summary = Self.comparing(
            ModelSummary(scorer: scorer.name, encoder: encoder, neighborCount: neighborCount), further)
    }

    /// A file's context network, or coherence where it holds only an image encoder.
    ///
    /// - Parameters:
    ///   - path: of the file.
    ///   - encoder: what made the embeddings; nil if nobody says, then only the width must fit.
    ///   - digest: of that encoder's weights; nil if it has none, or nobody says.
    ///   - further: what made the embeddings beside them, in order. A network of embeddings takes none of
    ///     them, and the summary then names none.
    ///   - dimension: width of the encoder's.
    ///   - neighborCount: K where the file has no context network to say it.
    ///   - similarity: the cues that were chosen; nil leaves them to the network, and what it was trained to
    ///     compare by must be among the embeddings.
    /// - Throws: where the file cannot be read, or was made for other embeddings.
    package init(
        path: String, encoder: String?, digest: String? = nil, further: [String] = [], dimension: Int,
        neighborCount: Int, similarity: Set<SimilarityCue>? = nil
    ) throws(ModelFileError) {
        let file = try SafetensorsFile(path: path)
        let outline = try EncoderOutline(file)
        if let outline, !ModelFile.hasNetwork(file) {
            try Self.require(outline, of: file, made: encoder, digest, dimension)
        }
        if similarity == nil, let encoder, ModelFile.hasNetwork(file), try ModelFile.comparesParts(file) {
            try Self.requireTrainedCues(of: file, encoder: encoder, further: further)
        }
        try self.init(
            file, encoder: encoder, digest: digest, further: further, dimension: dimension,
            neighborCount: neighborCount, needsNetwork: outline == nil)
    }

    /// The same of an open file; without a context network that it needs, it is a fault. `further`: what
    /// made the embeddings beside the encoder's; a network of embeddings takes none of them.
    /// `threadCount`: as `ModelFile.scorer`.
    init(
        _ file: SafetensorsFile, encoder: String?, digest: String? = nil, further: [String] = [],
        dimension: Int, neighborCount: Int, needsNetwork: Bool, threadCount: Int = 1
    ) throws(ModelFileError) {
        let named = encoder ?? Self.unnamedEncoder
        guard !needsNetwork || ModelFile.hasNetwork(file) else {
            throw ModelFileError(
                .missingTensor, path: file.path,
                detail: "holds neither a context network nor an image encoder",
                remedy: "make the file with scened model import")
        }
        let metadata = try ModelMetadata(file.metadata, path: file.path)
        threshold = metadata.threshold
        let maker = encoder ?? metadata.encoder ?? named
        let own =
            ModelFile.hasNetwork(file)
            ? try ModelFile.scorer(
                file, encoder: maker, digest: digest, dimension: dimension, threadCount: threadCount)
            : Self.coherence(neighborCount: neighborCount, encoders: [named])
        var compared: [String] = []
        if var comparing = own as? any CueComparing, !further.isEmpty {
            comparing.cues = ComparedCues(encoders: [named] + further)
            scorer = comparing
            compared = further
        } else {
            scorer = own
        }
        summary = Self.comparing(
            ModelSummary(
                scorer: scorer.name, encoder: named, neighborCount: scorer.neighborCount, file: file.fileName,
                digest: file.digest()), compared)
    }

    /// Refuses embeddings that another encoder made than the only network of a file, of which nothing would
    /// be used. What is said of them decides: the digest, else the name, else the width alone.
    private static func require(
        _ outline: EncoderOutline, of file: SafetensorsFile, made encoder: String?, _ digest: String?,
        _ dimension: Int
    ) throws(ModelFileError) {
        let name = try ModelMetadata(file.metadata, path: file.path).encoder ?? outline.name
        let fits =
            if let digest {
                digest == file.encoderDigest()
            } else {
                encoder.map { $0 == name } ?? true
            }
        guard !fits || outline.dimension != dimension else { return }
        let weights = encoder == name && outline.dimension == dimension ? " of other weights" : ""
        throw ModelFileError(
            .encoderMismatch, path: file.path,
            detail:
                "holds the encoder \(JSONLine.quoted(name)) alone, and the embeddings are \(dimension) numbers of \(JSONLine.quoted(encoder ?? unnamedEncoder))\(weights)",
            remedy: "leave --model out, or embed the film with it")
    }

    /// Refuses embeddings without a cue of scened's own that a network was trained with.
    private static func requireTrainedCues(
        of file: SafetensorsFile, encoder: String, further: [String]
    ) throws(ModelFileError) {
        let cues = SimilarityCue.cues(
            madeBy: try ModelMetadata(file.metadata, path: file.path).similarity)
        let made = [encoder] + further
        let lacking = SimilarityCue.allCases.first { cue in
            cues.contains(cue)
                && SimilarityCue.encoders([cue], beside: encoder).contains { !made.contains($0.name) }
        }
        guard let lacking else { return }
        throw ModelFileError(
            .encoderMismatch, path: file.path,
            detail:
                "was trained to compare parts by \(SimilarityCue.text(cues)), and the embeddings hold no \(lacking.rawValue)",
            remedy: "embed again with --similarity \(SimilarityCue.text(cues)), or give --similarity encoder")
    }

    private static func coherence(neighborCount: Int, encoders: [String]) -> CoherenceScorer {
        CoherenceScorer(neighborCount: neighborCount, cues: ComparedCues(encoders: encoders))
    }

    /// `summary` of a scorer that compares embeddings by `further` beside the encoder's.
    private static func comparing(_ summary: ModelSummary, _ further: [String]) -> ModelSummary {
        var summary = summary
        summary.similarity = further.isEmpty ? [] : [summary.encoder] + further
        return summary
    }

    /// How `stream_start` names what made embeddings of which nothing is said.
    package static let unnamedEncoder = "embeddings"
}
