internal import Glibc
package import SceneEvents
package import SceneModel
package import SceneSegmentation
internal import Timeline

/// The encoder and the scorer of a run, and how `stream_start` names them.
package struct ChosenModel {
    package var encoder: any ShotEncoder
    /// Encoders whose embeddings stand beside the encoder's where parts are compared, and nowhere else; each
    /// works on the analysis pictures of the parts that `encoder` asks for.
    package var further: [any ShotEncoder] = []
    package var scorer: any BoundaryScorer
    package let summary: ModelSummary
    /// The decision threshold that the model brings; nil leaves the default.
    package let threshold: Double?
    /// SHA-256 of the encoder's weights; nil where it has none.
    package var encoderDigest: String?

    /// A model whose parts are there already.
    package init(
        encoder: any ShotEncoder, further: [any ShotEncoder] = [], scorer: any BoundaryScorer,
        summary: ModelSummary, threshold: Double?
    ) {
        self.encoder = encoder
        self.further = further
        self.scorer = scorer
        self.summary = summary
        self.threshold = threshold
    }

    /// What needs no weights: the descriptor encoder and the coherence of both sides. `similarity`: by what
    /// parts are compared; the descriptor is the encoder.
    package init(neighborCount: Int, similarity: Set<SimilarityCue> = [.encoder]) {
        encoder = DescriptorEncoder()
        further = SimilarityCue.encoders(similarity, beside: encoder.name)
        let chosen = ChosenScorer(
            neighborCount: neighborCount, encoder: encoder.name, further: further.map(\.name))
        (scorer, summary, threshold) = (chosen.scorer, chosen.summary, chosen.threshold)
    }

    /// What a file holds: a shot encoder, a context network, or both; what it lacks is as without a file.
    ///
    /// - Parameters:
    ///   - path: of the file.
    ///   - neighborCount: K where the file has no context network to say it.
    ///   - threadCount: for the networks; 0 takes one per core.
    ///   - similarity: by what parts are compared, without a network or by a relational one; nil: by what the
    ///     network was trained with, else by the encoder alone. Others take one embedding of each part:
    ///     `SimilarityCue.refusal` says whether it was followed.
    ///   - hears: sound may be read: a network that was trained with it is not given it otherwise.
    /// - Throws: where the file cannot be read, or its parts do not fit together.
    package init(
        path: String, neighborCount: Int, threadCount: Int, similarity: Set<SimilarityCue>? = nil,
        hears: Bool = true
    ) throws(ModelFileError) {
        let file = try SafetensorsFile(path: path)
        let threadCount = Self.threads(threadCount)
        let own = try ShotEncoders.read(file, threadCount: threadCount)
        let encoder: any ShotEncoder = own ?? DescriptorEncoder()
        self.encoder = encoder
        encoderDigest = own.map { _ in file.encoderDigest() }
        if try ModelFile.comparesParts(file) {
            var trained = SimilarityCue.cues(
                madeBy: try ModelMetadata(file.metadata, path: path).similarity)
            if !hears { trained.remove(.sound) }
            further = SimilarityCue.encoders(similarity ?? trained, beside: encoder.name)
        }
        let chosen = try ChosenScorer(
            file, encoder: encoder.name, digest: encoderDigest, further: further.map(\.name),
            dimension: encoder.dimension, neighborCount: neighborCount, needsNetwork: own == nil,
            threadCount: threadCount)
        (scorer, summary, threshold) = (chosen.scorer, chosen.summary, chosen.threshold)
    }

    /// The shot encoder of a file, for `embed`, and the SHA-256 of its weights; a fault if it has none.
    package static func encoder(
        path: String, threadCount: Int
    ) throws(ModelFileError) -> (encoder: any ShotEncoder, digest: String?) {
        let file = try SafetensorsFile(path: path)
        if let encoder = try ShotEncoders.read(file, threadCount: threads(threadCount)) {
            return (encoder, file.encoderDigest())
        }
        throw ModelFileError(
            .missingTensor, path: path, detail: "holds no image encoder",
            remedy: "leave --model to scened score, or give a file with an encoder")
    }

    /// Threads of a network: `count`, or one for each core where that is 0.
    package static func threads(_ count: Int) -> Int {
        count > 0 ? count : min(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))), 64)
    }
}
