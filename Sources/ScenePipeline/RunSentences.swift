internal import Digests
internal import Glibc
internal import JSONText
package import SceneModel
internal import TensorKernels
internal import TextFiles
package import Timeline

/// Sentences that tag the scenes of a run, by CLIP's text tower.
///
/// The share of a sentence i among the sentences j of the file is exp(s c_i) / sum of exp(s c_j), where c is
/// the cosine of its vector with the scene's, and s the model's logit scale (Radford et al. 2021, section
/// 3.1.2). The scene's vector is the mean of its parts (`MeanSceneEncoder`), whatever else a run describes
/// scenes by: nothing else lies in the space of the sentences.
package struct RunSentences: Sendable {
    /// SHA-256 of the file of sentences, and of text tower and vocabulary.
    package let digest: String
    package let textDigest: String
    /// Shares below it are not told.
    package let minimum: Double
    /// Names of sentences that were too long for the text tower, with their pieces.
    package let split: [(name: String, pieces: Int)]
    /// Pieces that the text tower takes.
    package let room: Int
    private let names: [String]
    /// [N, E], each row of length 1.
    private let vectors: Matrix
    private let scale: Double

    /// Makes vectors of a file's sentences: a second for 100 of them with CLIP's ViT-B on two cores.
    ///
    /// - Parameters:
    ///   - path: of the file, as `SentenceList` reads it.
    ///   - model: path of a model file with text tower and image encoder.
    ///   - maker: of the run's embeddings, which must be that image encoder.
    ///   - name: whose embeddings they are, for messages.
    ///   - minimum: shares below it are not told, 0 to 1.
    ///   - threadCount: changes the time, never the result.
    /// - Throws: `TextFileError` or `ModelFileError` where one of them cannot be used.
    package init(
        path: String, model: String, maker: EmbeddingMaker, of name: String, minimum: Double, threadCount: Int
    ) throws {
        let text = try TextFile(path: path)
        let list = try SentenceList(text)
        let file = try SafetensorsFile(path: model)
        let encoder = try SentenceEncoder(file, threadCount: threadCount)
        guard !file.hasTrainedGenres else {
            throw ModelFileError(
                .encoderMismatch, path: model,
                detail: "its trained genres move embeddings away from its sentences",
                remedy: "tag with the model that it was trained from")
        }
        guard maker.digest == file.encoderDigest(), maker.width == encoder.dimension else {
            throw ModelFileError(
                .encoderMismatch, path: model,
                detail: "its image encoder did not make the embeddings of \(name)",
                remedy: "give the model that \(name) was embedded with")
        }
        let encoded = encoder.encode(list.sentences)
        split = zip(list.names, encoded).filter { $0.1.partCount > 1 }.map { ($0.0, $0.1.pieceCount) }
        names = list.names
        vectors = Matrix(
            rows: encoded.count, columns: encoder.dimension, values: encoded.flatMap(\.vector))
        (scale, room, self.minimum) = (encoder.scale, encoder.tokenizer.room, minimum)
        digest = SHA256.digest(of: Array(text.text.utf8).span)
        textDigest = encoder.digest
    }

    /// The sentences whose share is not below the minimum, the best first, equal ones by name; none where
    /// the scene shows nothing. O(sentences x E). `vector`: of a scene by `MeanSceneEncoder`; nil: nothing is
    /// to be seen.
    package func tags(_ vector: [Float]?) -> [SentenceTag] {
        guard let vector, vector.contains(where: { $0 != 0 }) else { return [] }
        let cosines = rowProducts(vectors, vector).map(Double.init)
        let top = cosines.max() ?? 0
        let weights = cosines.map { exp(scale * ($0 - top)) }
        let sum = weights.reduce(0, +)
        return cosines.indices.sorted { (cosines[$1], names[$0]) < (cosines[$0], names[$1]) }.compactMap {
            let share = weights[$0] / sum
            return share >= minimum
                ? SentenceTag(name: names[$0], share: Score(share), cosine: cosines[$0]) : nil
        }
    }

    /// Makes the vectors that `tags` takes.
    package let encoder = MeanSceneEncoder()

    /// One line for each sentence that was split.
    package var warnings: [String] {
        split.map { name, pieces in
            "the sentence of \(JSONLine.quoted(name)) has \(pieces) pieces, more than \(room): its parts are averaged"
        }
    }

    /// The option of `stream_start` that says what tags scenes: a JSON object.
    package var literal: String {
        var line = JSONLine()
        line.field("file", digest)
        line.field("text_encoder", textDigest)
        line.field("scale", raw: JSONLine.decimal(micro: Int64((scale * 1_000_000).rounded())))
        line.field("minimum", raw: JSONLine.decimal(micro: Int64((minimum * 1_000_000).rounded())))
        return line.object
    }

    /// Name of that option.
    package static let option = "sentence_tags"
}
