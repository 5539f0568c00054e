internal import FoundationEssentials

/// One shot of a file of JSON lines: `{"start":SECONDS,"end":SECONDS,"embedding":[...]}`. Other fields are
/// ignored.
package struct EmbeddingLine: Sendable {
    /// Seconds; `start` is before `end`.
    package let start: Double
    package let end: Double
    /// Finite numbers, at least one.
    package let embedding: [Float]

    /// Longest line that is read, in bytes: a million numbers.
    package static let longestLine = 32 << 20
    /// Latest time, in seconds: a century.
    static let latest = 100.0 * 366 * 86_400

    private struct Fields: Decodable {
        var start: Double
        var end: Double
        var embedding: [Float]
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
        guard !fields.embedding.isEmpty, fields.embedding.allSatisfy(\.isFinite) else {
            throw Self.unusable(number, "has no embedding of finite numbers")
        }
        start = fields.start
        end = fields.end
        embedding = fields.embedding
    }

    static func unusable(_ number: Int, _ what: String) -> EmbeddingFileError {
        EmbeddingFileError(.unusable, "line \(number) \(what): correct it; lines before it were used")
    }
}
