package import TensorKernels

/// What a model file says about itself: the `scened.*` entries of a safetensors file's metadata. All are
/// optional, so that the published weights of others load as they are.
package struct ModelMetadata: Equatable, Sendable {
    /// Which kind of context network the file holds (`scened.context`); BaSSL's unless stated.
    package var context = ContextKind.crn
    /// Name of the encoder that the model was trained with (`scened.encoder`).
    package var encoder: String?
    /// SHA-256 of that encoder's weights, where it has some and the films say (`scened.encoder_sha256`).
    package var encoderDigest: String?
    /// Names of the encoders whose embeddings stood beside that one's where a network of relations was
    /// trained (`scened.similarity`, separated by commas).
    package var similarity: [String] = []
    /// K (`scened.neighbors`).
    package var neighborCount: Int?
    /// Attention heads (`scened.heads`); 8 in BaSSL.
    package var headCount = 8
    /// Score from which a boundary counts (`scened.threshold`), in 0...1.
    package var threshold: Double?
    /// `scened.pooling`; `center` in BaSSL.
    package var pooling = Pooling.center
    /// Which tensors are the boundary head (`scened.head`).
    package var head = Head.sbd
    /// Of a CLIP image encoder (`scened.activation`: `quick_gelu` or `gelu`); nil is OpenAI's, `quick_gelu`.
    package var activation: Activation?
    /// What the image encoder makes of parts that show nothing (`scened.blank`); nil leaves it to what else
    /// the file holds: `embed` beside BaSSL's network, else `skip`.
    package var blankRule: BlankRule?
    /// Of a network of clips: which pictures it sees, and the side of their crops in pixels (`scened.clip`,
    /// `scened.side`); nil leaves it to the network.
    package var clip: ClipSampling?
    package var side: Int?
    /// Of the image encoder's products (`scened.precision`); a processor that lacks it computes in `float32`.
    package var precision = Precision.float32
    /// Of an encoder in another precision than float32, as `import` measured them: least and mean cosine with
    /// its vectors of float32 (`scened.precision_least_cosine`, `scened.precision_mean_cosine`).
    package var leastCosine: String?
    package var meanCosine: String?
    /// Heads of CLIP's text tower (`scened.text_heads`); nil is one per 64 columns.
    package var textHeadCount: Int?
    /// Files that the vocabulary of CLIP's text tower came from, and its digest (`scened.vocabulary`,
    /// `scened.vocabulary_sha256`; see `TextVocabulary.digest`).
    package var vocabulary: String?
    package var vocabularyDigest: String?
    /// For which kernels the file holds its layers packed (`scened.packed`); nil if it does not.
    package var packed: String?
    /// Digest of the tensors that these were made of (`scened.packed_of`); nil if nobody says.
    package var packedSource: String?
    /// What the file holds, e.g. `resnet50+crn` (`scened.architecture`).
    package var architecture: String?
    /// How pictures are prepared, in words (`scened.preprocessing`).
    package var preprocessing: String?
    /// The split rule of the shots that the model was trained on (`scened.split`).
    package var split: String?
    /// File that the weights came from, and its SHA-256 (`scened.source`, `scened.source_sha256`).
    package var source: String?
    package var sourceDigest: String?
    /// What whoever imported the weights says of their license (`scened.license`).
    package var license: String?
    /// Of a network trained here: its seed, the program's version, and what it reaches on which films
    /// (`scened.seed`, `scened.version`, `scened.evaluation`).
    package var seed: String?
    package var version: String?
    package var evaluation: String?

    /// Where the boundary head comes from.
    package enum Head: String, Sendable, CaseIterable {
        /// Trained on labeled boundaries: `head_sbd`.
        case sbd
        /// BaSSL's pre-training head for pseudo-boundaries, `loss.head_pp`: the paper's detector without
        /// labels.
        case pp
        /// There is none: the file is for training.
        case none
    }

    package init() {}

    /// Reads the entries; a wrong one is a fault that names it.
    package init(_ entries: [String: String], path: String) throws(ModelFileError) {
        func wrong(_ key: String, _ expected: String) -> ModelFileError {
            ModelFileError(
                .unsuitableMetadata, path: path,
                detail:
                    "metadata \(key) is \(ModelFileError.quoted(entries[key] ?? "")), expected \(expected)",
                remedy: "correct or remove that entry")
        }
        func whole(_ key: String) throws(ModelFileError) -> Int? {
            guard let text = entries[key] else { return nil }
            guard let value = Int(text), value >= 1 else { throw wrong(key, "a whole number of at least 1") }
            return value
        }
        if let text = entries[Self.contextKey] {
            guard let value = ContextKind(rawValue: text) else {
                throw wrong(
                    Self.contextKey, "one of \(ContextKind.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            context = value
        }
        encoder = entries[Key.encoder]
        encoderDigest = entries[Key.encoderDigest]
        similarity = entries[Key.similarity]?.split(separator: ",").map(String.init) ?? []
        neighborCount = try whole(Key.neighbors)
        headCount = try whole(Key.heads) ?? 8
        if let text = entries[Key.threshold] {
            guard let value = Double(text), (0...1).contains(value) else {
                throw wrong(Key.threshold, "0 to 1")
            }
            threshold = value
        }
        if let text = entries[Key.pooling] {
            guard let value = Pooling(rawValue: text) else {
                throw wrong(Key.pooling, "one of \(Pooling.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            pooling = value
        }
        if let text = entries[Key.head] {
            guard let value = Head(rawValue: text) else {
                throw wrong(Key.head, "one of \(Head.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            head = value
        }
        if let text = entries[Self.activationKey] {
            guard let value = Self.activations[text] else {
                throw wrong(
                    Self.activationKey, "one of \(Self.activations.keys.sorted().joined(separator: ", "))")
            }
            activation = value
        }
        if let text = entries[Self.blankKey] {
            guard let value = BlankRule(rawValue: text) else {
                throw wrong(
                    Self.blankKey, "one of \(BlankRule.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            blankRule = value
        }
        if let text = entries[Self.precisionKey] {
            guard let value = Precision(rawValue: text) else {
                throw wrong(
                    Self.precisionKey,
                    "one of \(Precision.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            precision = value
        }
        if let text = entries[Self.clipKey] {
            guard let value = ClipSampling(text) else {
                throw wrong(Self.clipKey, "frames x stride, such as 16x4")
            }
            clip = value
        }
        side = try whole(Self.sideKey)
        if let side, !(PicturePreparation.motionSides ~= side) {
            throw wrong(
                Self.sideKey,
                "\(PicturePreparation.motionSides.lowerBound) to \(PicturePreparation.motionSides.upperBound)"
            )
        }
        textHeadCount = try whole(Key.textHeads)
        vocabulary = entries[Key.vocabulary]
        vocabularyDigest = entries[Key.vocabularyDigest]
        leastCosine = entries[Key.leastCosine]
        meanCosine = entries[Key.meanCosine]
        packed = entries[PackedLayers.formKey]
        packedSource = entries[PackedLayers.sourceKey]
        architecture = entries[Key.architecture]
        preprocessing = entries[Key.preprocessing]
        split = entries[Key.split]
        source = entries[Key.source]
        sourceDigest = entries[Key.sourceDigest]
        license = entries[Key.license]
        seed = entries[Key.seed]
        version = entries[Key.version]
        evaluation = entries[Key.evaluation]
    }

    /// The entries to write into a file; reading them gives an equal value.
    package var entries: [String: String] {
        var entries = [Key.heads: "\(headCount)", Key.pooling: pooling.rawValue]
        entries[Key.encoder] = encoder
        entries[Key.encoderDigest] = encoderDigest
        if !similarity.isEmpty { entries[Key.similarity] = similarity.joined(separator: ",") }
        entries[Key.neighbors] = neighborCount.map { "\($0)" }
        entries[Key.threshold] = threshold.map { "\($0)" }
        if context != .crn { entries[Self.contextKey] = context.rawValue }
        if head != .sbd { entries[Key.head] = head.rawValue }
        entries[Self.activationKey] = Self.activations.first { $0.value == activation }?.key
        entries[Self.blankKey] = blankRule?.rawValue
        if precision != .float32 { entries[Self.precisionKey] = precision.rawValue }
        entries[Self.clipKey] = clip?.description
        entries[Self.sideKey] = side.map { "\($0)" }
        entries[Key.textHeads] = textHeadCount.map { "\($0)" }
        entries[Key.vocabulary] = vocabulary
        entries[Key.vocabularyDigest] = vocabularyDigest
        entries[Key.leastCosine] = leastCosine
        entries[Key.meanCosine] = meanCosine
        entries[PackedLayers.formKey] = packed
        entries[PackedLayers.sourceKey] = packedSource
        entries[Key.architecture] = architecture
        entries[Key.preprocessing] = preprocessing
        entries[Key.split] = split
        entries[Key.source] = source
        entries[Key.sourceDigest] = sourceDigest
        entries[Key.license] = license
        entries[Key.seed] = seed
        entries[Key.version] = version
        entries[Key.evaluation] = evaluation
        return entries
    }

    /// As configurations of CLIP name them.
    package static let activations: [String: Activation] = ["quick_gelu": .quickGELU, "gelu": .gelu]
    /// Where a file names none.
    static let usualActivation = "quick_gelu"

    static let precisionKey = "scened.precision"
    static let clipKey = "scened.clip"
    static let sideKey = "scened.side"
    static let activationKey = "scened.activation"
    static let blankKey = "scened.blank"

    /// Names the kind of context network.
    static let contextKey = "scened.context"

    private enum Key {
        static let encoder = EmbeddingOrigin.encoderKey
        static let encoderDigest = EmbeddingOrigin.digestKey
        static let similarity = "scened.similarity"
        static let neighbors = "scened.neighbors"
        static let heads = "scened.heads"
        static let threshold = "scened.threshold"
        static let pooling = "scened.pooling"
        static let head = "scened.head"
        static let textHeads = "scened.text_heads"
        static let vocabulary = "scened.vocabulary"
        static let vocabularyDigest = "scened.vocabulary_sha256"
        static let leastCosine = "scened.precision_least_cosine"
        static let meanCosine = "scened.precision_mean_cosine"
        static let architecture = "scened.architecture"
        static let preprocessing = "scened.preprocessing"
        static let split = "scened.split"
        static let source = "scened.source"
        static let sourceDigest = "scened.source_sha256"
        static let license = "scened.licence"
        static let seed = "scened.seed"
        static let version = "scened.version"
        static let evaluation = "scened.evaluation"
    }
}
