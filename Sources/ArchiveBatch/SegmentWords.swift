/// The options of `segment` that all films of a batch are given, sorted by what depends on them. A value
/// without I/O.
package struct SegmentWords: Hashable, Sendable {
    /// How a film is read, and what else than scenes is looked for in it.
    package private(set) var reading: [String] = []
    /// How parts are scored and boundaries decided: what `score` takes, too.
    package private(set) var scoring: [String] = []
    /// Those of `reading` that `score` needs all the same: which cues parts are compared by.
    package private(set) var comparing: [String] = []
    /// Formats that events are exported to, besides.
    package private(set) var exports: [String] = []
    /// How many threads a film is given: changes no result.
    package private(set) var threads: [String] = []
    /// Files and folders that options name.
    package private(set) var files: [NamedFile] = []

    package struct NamedFile: Hashable, Sendable {
        /// Such as `--model`.
        package let option: String
        package let path: String
    }

    /// What `segment` and `score` both take, and what changes no embedding.
    package static let scoringNames: Set<String> = [
        "--threshold", "--min-scene", "--scenes-per-hour", "--neighbors", "--peak", "--intra-shot",
        "--provisional", "--no-provisional", "--scores", "--reasons", "--calibration", "--feed", "--model",
    ]
    /// What shapes the parts: files of embeddings keep it, so that `score` may leave it out.
    static let partNames: Set<String> = [
        "--split", "--split-after", "--min-shot", "--deadline", "--speed", "--program", "--stream",
        similarityName,
    ]
    private static let similarityName = "--similarity"
    /// Options whose values are files or folders: results hang on what those hold.
    package static let fileNames: Set<String> = [
        "--model", "--calibration", "--index", "--probe", "--shots", "--tags", "--surprise",
    ]
    /// What the batch itself decides.
    package static let ownNames: Set<String> = [
        "--output", "-o", "--events", "--report", "--open", "--embeddings", "--quiet", "-q", "--verbose",
        "-v", "--json",
        "--help", "-h", "--help-hidden", "--version",
    ]

    /// Throws where a word is no option, or one that the batch decides.
    package init(_ words: [String]) throws(BatchError) {
        var (name, group): (String, [String]) = ("", [])
        for word in words {
            if Self.isName(word) {
                take(name, group)
                name = String(word.prefix { $0 != "=" })
                guard !Self.ownNames.contains(name) else {
                    throw BatchError("\(name) is for batch to decide; leave it out after --")
                }
                group = [word]
            } else {
                guard !group.isEmpty else {
                    throw BatchError(
                        "'\(word)' is not an option of segment; put films before --"
                    )
                }
                group.append(word)
            }
        }
        take(name, group)
    }

    /// Numbers may begin with a minus.
    private static func isName(_ word: String) -> Bool {
        guard word.hasPrefix("-"), let second = word.dropFirst().first else { return false }
        return !second.isNumber && second != "."
    }

    private mutating func take(_ name: String, _ group: [String]) {
        guard let first = group.first else { return }
        if Self.fileNames.contains(name) {
            let value = first.firstIndex(of: "=").map { String(first[first.index(after: $0)...]) }
            files += ((value.map { [$0] } ?? []) + group.dropFirst()).map {
                NamedFile(option: name, path: $0)
            }
        }
        if name == Self.similarityName { comparing += group }
        if name == "--export" {
            exports += group
        } else if name == "--threads" {
            threads += group
        } else if Self.scoringNames.contains(name) {
            scoring += group
        } else {
            reading += group
        }
    }

    /// Those for `segment`; exports are made of its events.
    package var segmenting: [String] { reading + scoring + threads }

    /// Whether `score` on a film's embeddings finds what `segment` finds: nothing is looked for that
    /// embeddings do not hold.
    package var canBeScoredAgain: Bool {
        reading.filter(Self.isName).allSatisfy { Self.partNames.contains(String($0.prefix { $0 != "=" })) }
    }

    /// The formats of `--export`, as one value; nil without one.
    package var exportFormats: String? {
        guard let first = exports.first else { return nil }
        if let equals = first.firstIndex(of: "=") { return String(first[first.index(after: equals)...]) }
        return exports.count > 1 ? exports[1] : nil
    }
}
