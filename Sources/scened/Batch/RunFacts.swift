import ArchiveBatch
import JSONText
import Timeline

/// What a batch says of a run, from its event lines.
struct RunFacts {
    var counts = FilmCounts()
    var hasCues = false

    /// Counts what lines of `segment` or `score` tell. O(bytes).
    init(_ events: [UInt8]) {
        var doubtful = 0
        for line in events.split(separator: UInt8(ascii: "\n")) {
            let head = line.prefix(64)
            if head.firstRange(of: Self.cue) != nil { hasCues = true }
            if head.firstRange(of: Self.boundary) != nil {
                let fields = Self.fields(JSONValue(parsing: line))
                if fields["state"]?.string == "final", let score = fields["score"]?.double,
                    let threshold = fields["threshold"]?.double,
                    Score(score).millionths - Score(threshold).millionths < Self.doubtfulMargin
                {
                    doubtful += 1
                }
            }
            guard head.firstRange(of: Self.end) != nil else { continue }
            let fields = Self.fields(JSONValue(parsing: line))
            let told = Self.fields(fields["counts"])
            func count(_ name: String) -> Int { Int(told[name]?.integer ?? 0) }
            let end = Self.fields(fields["at"])["t"]?.double ?? 0
            counts = FilmCounts(
                filmSeconds: Int64((end * 1_000_000).rounded()), shots: count("shots"),
                scenes: count("scenes"), boundaries: count("boundaries"))
        }
        counts.doubtful = doubtful
    }

    /// Millionths above its threshold from which on a boundary is in no doubt.
    private static let doubtfulMargin: Int32 = 100_000

    private static let cue = Array(#","type":"cue","#.utf8)
    private static let boundary = Array(#","type":"boundary","#.utf8)
    private static let end = Array(#","type":"stream_end","#.utf8)

    private static func fields(_ value: JSONValue?) -> [String: JSONValue] {
        Dictionary(
            (value?.members ?? []).map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    }
}
