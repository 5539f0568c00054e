package import SceneSegmentation

/// By which embeddings of two parts a scorer tells how alike they are: the similarity cues.
package struct ComparedCues: Hashable, Sendable {
    /// Mean cosine distance of two parts some shots apart, for each cue: of `EncodedPart.embedding`, then of
    /// as many of `furtherEmbeddings`; nil if nobody has measured it.
    ///
    /// They need not be exact: a factor of 1.4 costs less than 0.01 of average precision, and so does none.
    package let typicalDistances: [Float?]
    /// One of the embeddings is made of sound.
    package let usesSound: Bool

    /// - Parameters:
    ///   - typicalDistances: see the property; at least one, each above 0.
    ///   - usesSound: as the property.
    package init(typicalDistances: [Float?], usesSound: Bool = false) {
        precondition(!typicalDistances.isEmpty, "parts are compared by an embedding")
        precondition(
            typicalDistances.allSatisfy { $0.map { $0 > 0 && $0 <= 2 } ?? true },
            "a cosine distance above 0")
        self.typicalDistances = typicalDistances
        self.usesSound = usesSound
    }

    /// The embeddings that `encoders` make, by their names, that of `EncodedPart.embedding` first. Typical
    /// distances are known of the descriptors alone.
    package init(encoders: [String]) {
        let sound = SoundDescriptorEncoder()
        self.init(
            typicalDistances: encoders.map { encoder -> Float? in
                switch encoder {
                case DescriptorEncoder().name: DescriptorEncoder.typicalDistance
                case sound.name: SoundDescriptorEncoder.typicalDistance
                default: nil
                }
            }, usesSound: encoders.contains(sound.name))
    }

    /// The encoder alone, whatever it is.
    package static let encoder = ComparedCues(typicalDistances: [nil])
}

/// A scorer that compares parts, by as many cues as it is told.
package protocol CueComparing: BoundaryScorer {
    var cues: ComparedCues { get set }
}
