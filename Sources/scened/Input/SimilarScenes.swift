import JSONText

/// What `scened similar` found out about the scenes of a film, from its JSON lines.
struct SimilarScenes {
    struct Match: Hashable {
        /// Microseconds from the film's first picture: the scene that was asked about.
        var start: Int64
        var end: Int64
        /// Cosine, in millionths.
        var score: Int64
        var recording: String
        /// Its scene there, from 1, and where that begins, microseconds.
        var scene: Int64
        var sceneStart: Int64
    }

    /// In the order of the file: best first for each scene.
    var matches: [Match] = []

    /// Reads a file of JSON lines. Throws where it cannot be read, or a line is none of `similar`.
    init(path: String) throws(CommandFailure) {
        let bytes = try InputFile.bytes(path, longestLine: 1 << 20)
        for (place, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
            guard let match = Self.match(line) else {
                throw CommandFailure(
                    status: .noVideo,
                    message:
                        "\(path): line \(place + 1) is not an answer of scened similar; give what `scened similar --each FILM --json` writes"
                )
            }
            matches.append(match)
        }
    }

    private static func match(_ line: ArraySlice<UInt8>) -> Match? {
        guard let answer = fields(JSONValue(parsing: line)), let asked = fields(answer["asked"]),
            let start = micro(asked["start"]), let end = micro(asked["end"]), start < end,
            let score = micro(answer["score"]), -1_000_001...1_000_001 ~= score,
            let recording = answer["recording"]?.string, let scene = answer["scene"]?.integer, scene >= 0,
            let sceneStart = micro(answer["start"])
        else { return nil }
        return Match(
            start: start, end: end, score: score, recording: recording, scene: scene, sceneStart: sceneStart)
    }

    private static func fields(_ value: JSONValue?) -> [String: JSONValue]? {
        value?.members.map { members in
            Dictionary(members.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        }
    }

    /// Seconds as microseconds; nil where there are none, or more than 30 years.
    private static func micro(_ value: JSONValue?) -> Int64? {
        value?.double.flatMap { abs($0) < 1e9 ? Int64(($0 * 1_000_000).rounded()) : nil }
    }

    /// What the report page reads, with newlines; at most `count` matches for each scene. See
    /// `Sources/CReportPage/page/README.md`.
    func pageLines(atMost count: Int) -> [UInt8] {
        var lines: [UInt8] = []
        var seen: [[Int64]: Int] = [:]
        for match in matches {
            seen[[match.start, match.end], default: 0] += 1
            guard seen[[match.start, match.end], default: 0] <= count else { continue }
            var line = JSONLine()
            line.field("type", "similar")
            line.field("start", microseconds: match.start)
            line.field("end", microseconds: match.end)
            line.field("score", microseconds: match.score)
            line.field("recording", match.recording)
            line.field("scene", match.scene)
            line.field("at", microseconds: match.sceneStart)
            lines += (line.object + "\n").utf8
        }
        return lines
    }
}
