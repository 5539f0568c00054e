internal import Digests
package import NeuralNet
package import TensorKernels

// Shapes: N shots, G genres, D width of the embeddings.

/// The genres of a shot encoder: the vectors of their sentences, and how a shot's affinities with them come
/// about (Genre and Duration, ICLR 2026).
package struct GenrePrior: Equatable, Sendable {
    package let names: [String]
    /// SHA-256 of the file of genres.
    package let fileDigest: String
    package let settings: GenreSettings
    package let affinity: GenreAffinity
    /// Entropy of the affinities over that of equal ones, mean over the shots that were last looked at; nil
    /// where nobody has looked.
    package var evenness: Double?

    /// Above it a model's affinities hardly tell one shot from another.
    package static let greatestEvenness = 0.99

    package init(names: [String], fileDigest: String, settings: GenreSettings, vectors: Matrix) {
        precondition(names.count == vectors.rows, "a vector for each genre")
        self.names = names
        self.fileDigest = fileDigest
        self.settings = settings
        affinity = GenreAffinity(genres: vectors, rule: settings.affinity)
    }

    /// Genres by the text tower of the model that embeds the shots. A definition longer than the tower is
    /// read sentence by sentence.
    package init(_ definitions: GenreDefinitions, settings: GenreSettings, by encoder: SentenceEncoder) {
        let encoded = encoder.encode(definitions.texts(settings.text))
        self.init(
            names: definitions.names, fileDigest: definitions.digest, settings: settings,
            vectors: Matrix(
                rows: encoded.count, columns: encoder.dimension, values: encoded.flatMap(\.vector)))
    }

    /// D.
    package var width: Int { affinity.genres.columns }

    /// SHA-256 of all that decides about affinities, hexadecimal: equal where those of two files compare.
    package var digest: String {
        let head = GenreEntries(self).entries.sorted { $0.key < $1.key }.filter {
            $0.key != GenreEntries.evennessKey
        }
        let text = head.map { "\($0.key) \($0.value)\n" }.joined()
        let bytes = affinity.genres.values.flatMap { value in
            (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(8 * $0)) }
        }
        return SHA256.digest(of: (Array(text.utf8) + bytes).span)
    }

    /// What an embedding is before its fusion, and its shares of the genres [G]. `tokens` scales the
    /// embedding.
    package func read(_ embedding: [Float]) -> (base: [Float], shares: [Float]) {
        guard settings.fusion == .tokens else { return (embedding, affinity.shares(of: embedding)) }
        let (own, shares) = affinity.sharesBeside(embedding)
        return (embedding.map { $0 * own }, shares)
    }

    /// Mean evenness of rows of shares; those of shots that show nothing do not count.
    package static func evenness(_ rows: [[Float]]) -> Double? {
        let found = rows.compactMap(GenreAffinity.evenness)
        return found.isEmpty ? nil : found.reduce(0, +) / Double(found.count)
    }

    /// One line where the affinities are as good as equal; else nil.
    package var warning: String? {
        guard let evenness, evenness > Self.greatestEvenness, !settings.isBlind else { return nil }
        return
            "genre affinities are nearly uniform (entropy \(Self.decimal(evenness)) of 1): every shot gets the same "
            + "mixture; --genre-affinity cosine with a smaller --genre-temperature tells them apart"
    }

    /// Four decimals.
    package static func decimal(_ value: Double) -> String {
        let digits = String(Int((max(0, min(1, value)) * 10_000).rounded()))
        let padded = String(repeating: "0", count: max(0, 5 - digits.count)) + digits
        return "\(padded.prefix(1)).\(padded.dropFirst())"
    }
}
