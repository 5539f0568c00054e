internal import TextFiles

/// What an event stream of scened says about one film: its shots, and a score for the end of each.
package struct EventScores: Hashable, Sendable {
    package struct Shot: Hashable, Sendable {
        package var index: Int
        /// In seconds from the first picture, half open.
        package var range: ShotRange
        /// Probability that a scene ends with it: of its `score` event, else of its final boundary, else 0.
        package var score: Double
        /// A final boundary stands at its end.
        package var isDecided: Bool

        package init(index: Int, range: ShotRange, score: Double, isDecided: Bool) {
            self.index = index
            self.range = range
            self.score = score
            self.isDecided = isDecided
        }
    }

    /// The feed's name, and the name of its input without extension: either may name the film.
    package var names: [String]
    package var shots: [Shot]
    /// False where scores are known only of the boundaries that were decided.
    package var hasScores: Bool

    package init(names: [String], shots: [Shot], hasScores: Bool) {
        self.names = names
        self.shots = shots
        self.hasScores = hasScores
    }

    /// The fields of an event that matter here.
    struct Line: Decodable {
        struct Instant: Decodable { var t: Double }

        var type: String
        var feed: String?
        var input: String?
        var index: Int?
        var start: Instant?
        var end: Instant?
        var kind: String?
        var state: String?
        var score: Double?
        var shot: Int?
        var left_shot: Int?
    }

    /// Reads `shot`, `score` (`shot` or `left_shot`, and `score`) and `boundary` events of one stream. Of several answers
    /// about one boundary the last counts; retracted ones, provisional ones that stayed so, and what lies inside a shot
    /// are left out.
    static func read(_ file: TextFile) throws(TextFileError) -> EventScores {
        let remedy = "give the JSON lines that scened writes"
        var names = [file.stem]
        var shots: [Shot] = []
        var scores: [Int: Double] = [:]
        var boundaries: [Int: Double] = [:]
        for (number, line) in try file.decodeLines(Line.self, remedy: remedy) {
            switch line.type {
            case "stream_start":
                names = [line.feed, line.input.map(TextFile.stem), file.stem].compactMap(\.self)
            case "shot":
                guard let index = line.index, let start = line.start?.t, let end = line.end?.t else {
                    throw file.malformed("a shot lacks index, start or end", line: number, remedy: remedy)
                }
                guard index == shots.count, start <= end else {
                    throw file.malformed(
                        "shot \(index) stands where shot \(shots.count) is expected", line: number,
                        remedy: "give one complete run per file")
                }
                shots.append(
                    Shot(index: index, range: ShotRange(start: start, end: end), score: 0, isDecided: false))
            case "score" where line.kind != "intra_shot":
                guard let shot = line.shot ?? line.left_shot, let score = line.score else {
                    throw file.malformed("a score lacks its shot or its value", line: number, remedy: remedy)
                }
                scores[shot] = score
            case "boundary" where line.kind != "intra_shot":
                guard let shot = line.left_shot, let score = line.score else {
                    throw file.malformed("a boundary lacks left_shot or score", line: number, remedy: remedy)
                }
                boundaries[shot] = line.state == "final" ? score : nil
            default: break
            }
        }
        guard !shots.isEmpty else {
            throw file.malformed("holds no shot events", remedy: "run scened with its complete event output")
        }
        for position in shots.indices {
            shots[position].score = scores[position] ?? boundaries[position] ?? 0
            shots[position].isDecided = boundaries[position] != nil
        }
        return EventScores(names: names, shots: shots, hasScores: !scores.isEmpty)
    }
}
