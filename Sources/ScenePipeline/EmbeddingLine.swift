internal import FoundationEssentials

/// One shot of a file of JSON lines: `{"start":SECONDS,"end":SECONDS,"embedding":[...]}`, or with
/// `"embeddings":[[...],[...]]` several embeddings side by side. Other fields are ignored.
package struct EmbeddingLine: Sendable {
    /// Seconds, not below 0; `start` is before `end`.
    package let start: Double
    package let end: Double
    /// Finite numbers, at least one.
    package let embedding: [Float]
    /// Those of `embeddings` behind the first, each as `embedding`.
    package let further: [[Float]]

    /// Longest line that is read, in bytes: a million numbers.
    package static let longestLine = 32 << 20
    /// Latest time, in seconds: a century.
    static let latest = 100.0 * 366 * 86_400

    private struct Fields: Decodable {
        var start: Double
        var end: Double
        // As Double: the decoder refuses numbers that are too large or too small for Float.
        var embedding: [Double]?
        var embeddings: [[Double]]?
    }

    /// Messages give the line's `number`, from 1.
    package init(parsing line: some Collection<UInt8>, number: Int) throws(EmbeddingFileError) {
        let fields: Fields
        do {
            fields = try JSONDecoder().decode(Fields.self, from: Data(line))
        } catch {
            throw Self.unusable(number, "is not {\"start\":SECONDS,\"end\":SECONDS,\"embedding\":[NUMBERS]}")
        }
        guard fields.start.magnitude < Self.latest, fields.end.magnitude < Self.latest,
            fields.start < fields.end
        else { throw Self.unusable(number, "has no start before its end") }
        guard fields.start >= 0 else { throw Self.unusable(number, "has a start below 0") }
        guard fields.embedding == nil || fields.embeddings == nil else {
            throw Self.unusable(number, "has both embedding and embeddings")
        }
        let given = fields.embeddings ?? fields.embedding.map { [$0] } ?? []
        let embeddings = given.map { $0.map { Float($0) } }
        guard let first = embeddings.first else {
            throw Self.unusable(number, "is not {\"start\":SECONDS,\"end\":SECONDS,\"embedding\":[NUMBERS]}")
        }
        guard embeddings.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isFinite) }) else {
            throw Self.unusable(number, "has no embedding of finite numbers")
        }
        guard embeddings.count <= Self.mostEmbeddings else {
            throw Self.unusable(number, "has more than \(Self.mostEmbeddings) embeddings")
        }
        start = fields.start
        end = fields.end
        embedding = first
        further = Array(embeddings.dropFirst())
    }

    /// Of one shot.
    static let mostEmbeddings = 16

    /// Lengths of its embeddings.
    package var dimensions: [Int] { [embedding.count] + further.map(\.count) }

    static func unusable(_ number: Int, _ what: String) -> EmbeddingFileError {
        EmbeddingFileError(.unusable, "line \(number) \(what): correct it; lines before it were used")
    }
}
