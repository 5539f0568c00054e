internal import Glibc
internal import NeuralNet
internal import TensorKernels

/// The text tower of a model file: sentences in, vectors of length 1 out, which compare with those of its
/// image encoder.
package struct SentenceEncoder: Sendable {
    package let tokenizer: TextTokenizer
    /// Length of its vectors.
    package let dimension: Int
    /// What a cosine is multiplied with before a softmax: e to the power of CLIP's `logit_scale`.
    package let scale: Double
    /// Of weights and vocabulary: see `SafetensorsFile.textEncoderDigest`.
    package let digest: String
    private let network: TextTransformer
    private let threadCount: Int

    /// Reads and checks all of it. `threadCount` changes the time, never the result.
    ///
    /// Throws where the file has no text tower, or no image encoder of CLIP whose vectors are as long.
    package init(_ file: SafetensorsFile, threadCount: Int) throws(ModelFileError) {
        guard let outline = try TextEncoderOutline(file) else {
            throw ModelFileError(
                .missingTensor, path: file.path,
                detail: "holds no text tower, which turns sentences into vectors",
                remedy: "import CLIP again with scened model import --vocabulary")
        }
        let images = try EncoderOutline(file)
        guard let images, images.family == .clip, images.dimension == outline.dimension else {
            throw ModelFileError(
                .missingTensor, path: file.path, detail: "holds a text tower without its image encoder",
                remedy: "import the whole CLIP again with scened model import --vocabulary")
        }
        let metadata = try ModelMetadata(file.metadata, path: file.path)
        let vocabulary = try TextVocabulary(file, count: outline.pieceCount)
        network = try TextTransformer(
            clip: file, headCount: metadata.textHeadCount, activation: metadata.activation ?? .quickGELU)
        tokenizer = TextTokenizer(vocabulary, length: outline.length)
        dimension = outline.dimension
        scale = try Self.scale(file)
        digest = file.textEncoderDigest()
        self.threadCount = threadCount
    }

    /// A sentence's vector, and how it came about.
    package struct Encoded: Sendable {
        /// Of length 1.
        package var vector: [Float]
        /// Pieces of the whole text.
        package var pieceCount: Int
        /// Parts of which the vector is the mean: 1 unless the text is too long for the tower.
        package var partCount: Int
    }

    /// Each text by its sequence; one of more than `tokenizer.room` pieces sentence by sentence, a sentence
    /// that is too long itself in runs of words, and the mean of their vectors of length 1 is made as long as
    /// 1 again.
    package func encode(_ texts: [String]) -> [Encoded] {
        let parts = texts.map(parts)
        let sequences = parts.flatMap { $0.map(tokenizer.sequence(_:)) }
        let vectors = network.vectors(of: sequences, threadCount: threadCount).map(Self.unit)
        var next = 0
        return parts.map { parts in
            let own = vectors[next..<next + parts.count]
            next += parts.count
            var sum = [Float](repeating: 0, count: dimension)
            for vector in own { for place in sum.indices { sum[place] += vector[place] } }
            return Encoded(
                vector: parts.count == 1 ? own[next - 1] : Self.unit(sum),
                pieceCount: parts.reduce(0) { $0 + $1.count }, partCount: parts.count)
        }
    }

    /// The pieces of a text, in as many parts as the tower needs.
    private func parts(of text: String) -> [[Int]] {
        let whole = tokenizer.words(of: text).flatMap(\.self)
        guard whole.count > tokenizer.room else { return [whole] }
        return Self.sentences(of: text).flatMap { sentence in
            var parts: [[Int]] = [[]]
            for word in tokenizer.words(of: sentence) {
                if parts[parts.count - 1].count + word.count > tokenizer.room { parts.append([]) }
                var rest = word[...]
                while rest.count > tokenizer.room {
                    parts.insert(Array(rest.prefix(tokenizer.room)), at: parts.count - 1)
                    rest = rest.dropFirst(tokenizer.room)
                }
                parts[parts.count - 1] += rest
            }
            return parts.filter { !$0.isEmpty }
        }
    }

    /// The sentences of a text: they end with a mark behind which white space stands, or a full-width one.
    static func sentences(of text: String) -> [String] {
        var (sentences, current): ([String], String) = ([], "")
        let characters = Array(text)
        for (place, character) in characters.enumerated() {
            current.append(character)
            let isEnd =
                "。！？".contains(character)
                || ".!?".contains(character) && place + 1 < characters.count
                    && characters[place + 1].isWhitespace
            if isEnd {
                sentences.append(current)
                current = ""
            }
        }
        return sentences + (current.allSatisfy(\.isWhitespace) ? [] : [current])
    }

    /// A vector made as long as 1; one of zeros stays.
    private static func unit(_ vector: [Float]) -> [Float] {
        let length = vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        return length > 0 ? vector.map { Float(Double($0) / length) } : vector
    }

    /// 100 where the file does not say, as all published ones do.
    private static func scale(_ file: SafetensorsFile) throws(ModelFileError) -> Double {
        guard file.entry(TextEncoderKey.scale) != nil else { return 100 }
        let logit = try file.floats(TextEncoderKey.scale)
        let scale = logit.count == 1 ? exp(Double(logit[0])) : 0
        guard scale >= 1e-3, scale <= 1e4 else {
            throw ModelFileError(
                .unsuitableTensor, path: file.path,
                detail: "tensor \(ModelFileError.quoted(TextEncoderKey.scale)) is not a scale of cosines",
                remedy: "give the weights as they were published")
        }
        return scale
    }
}
