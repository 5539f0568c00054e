/// Pictures of a part in, one vector out.
package protocol ShotEncoder {
    /// Name and version, for `stream_start` and model files.
    var name: String { get }

    /// D: length of every embedding.
    var dimension: Int { get }

    /// What it wants to see of each part; always the same.
    var input: EncoderInput { get }

    /// The embedding of `part`: `dimension` finite floats. The same part gives the same bits on the same
    /// machine.
    mutating func encode(_ part: Part) -> [Float]

    /// As `encode`, with what else it reads of the part.
    mutating func read(_ part: Part) -> ShotReading

    /// The genres whose shares `read` gives; nil where it knows none.
    var genres: ShotGenres? { get }

    /// As `encode`, of the middle key frame alone: for a machine that cannot keep up. Costs less where that
    /// is possible.
    mutating func encodeMiddle(_ part: Part) -> [Float]

    /// An encoder for another thread, which may run at the same time: the same weights, buffers of its own,
    /// equal bits. nil where the buffers are too large to have several of: such an encoder is a reference,
    /// and has one user at a time.
    func separate() -> Self?
}

/// The genres that an encoder knows.
package struct ShotGenres: Codable, Hashable, Sendable {
    package var names: [String]
    /// SHA-256 of all that decides about their shares: those of equal ones compare.
    package var digest: String

    package init(names: [String], digest: String) { (self.names, self.digest) = (names, digest) }
}

/// What an encoder reads of a part.
package struct ShotReading: Hashable, Sendable {
    /// `dimension` finite floats.
    package var embedding: [Float]
    /// What each genre has of it, mean over its pictures, in the order of `genres`; zeros where nothing is
    /// to be seen, nil where the encoder knows no genres.
    package var genreShares: [Float]?

    package init(embedding: [Float], genreShares: [Float]?) {
        self.embedding = embedding
        self.genreShares = genreShares
    }
}

extension ShotEncoder {
    package mutating func read(_ part: Part) -> ShotReading {
        ShotReading(embedding: encode(part), genreShares: nil)
    }

    package var genres: ShotGenres? { nil }

    package mutating func encodeMiddle(_ part: Part) -> [Float] { encode(part) }

    package func separate() -> Self? { nil }
}

extension [any ShotEncoder] {
    /// The embedding of `part` by each, in order: its `EncodedPart.furtherEmbeddings`. They look at the
    /// pictures that the run's own encoder asked for.
    package mutating func encode(_ part: Part) -> [[Float]] { indices.map { self[$0].encode(part) } }
}
