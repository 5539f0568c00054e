internal import SceneEvents
internal import SceneFormats
internal import TextFiles
internal import Timeline

/// What an event stream of scened says about one film: its shots, and a score for the end of each.
package struct EventScores: Hashable, Sendable {
    package struct Shot: Hashable, Sendable {
        package var index: Int
        /// In seconds from the first picture, half open.
        package var range: ShotRange
        /// How strongly a scene seems to end with it: of its `score` event, else of its final boundary, else
        /// 0.
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
    /// A person looked at the answers: they can serve as labels.
    package var isCorrected = false
    /// Seconds from where the film starts, as players count, to its first picture.
    package var startOffset = 0.0

    package init(names: [String], shots: [Shot], hasScores: Bool) {
        self.names = names
        self.shots = shots
        self.hasScores = hasScores
    }

    /// Reads `shot`, `score` (`shot` or `left_shot`, and `score`) and `boundary` events of one stream. Of
    /// several answers about one boundary the last counts; retracted ones, provisional ones that stayed so,
    /// and what lies inside a shot are left out.
    static func read(_ file: TextFile) throws(TextFileError) -> EventScores {
        var names = [file.stem]
        var (shots, lines) = ([Shot](), [Int]())
        var scores: [Int: Double] = [:]
        var boundaries: [Int: Double] = [:]
        var (isCorrected, startOffset) = (false, 0.0)
        try file.eachEvent { number, fields throws(EventError) in
            let kind = EventKind(rawValue: try fields.find("type") ?? "")
            switch kind {
            case .streamStart:
                let (feed, input): (String?, String?) = (try fields.find("feed"), try fields.find("input"))
                names = [feed, input.map(TextFile.stem), file.stem].compactMap(\.self)
                isCorrected = try fields.find("corrects") as String? != nil
                startOffset = (try fields.find("start_offset") as EventSeconds?)?.seconds ?? 0
            case .shot:
                let (start, end): (EventPlace, EventPlace) = (try fields.get("start"), try fields.get("end"))
                let range = ShotRange(start: start.t.seconds, end: end.t.seconds)
                shots.append(Shot(index: try fields.get("index"), range: range, score: 0, isDecided: false))
                lines.append(number)
            case .score, .boundary:
                let place: String? = try fields.find("kind")
                if place == BoundaryKind.intraShot.rawValue { return }
                let named: Int? = kind == .score ? try fields.find("shot") : nil
                let shot: Int = if let named { named } else { try fields.get("left_shot") }
                let score: Score = try fields.get("score")
                if kind == .score {
                    scores[shot] = score.value
                } else {
                    let state: String? = try fields.find("state")
                    boundaries[shot] = state == BoundaryState.final.rawValue ? score.value : nil
                }
            default: break
            }
        }
        for (position, shot) in shots.enumerated()
        where shot.index != position || shot.range.start > shot.range.end {
            throw file.malformed(
                "shot \(shot.index) stands where shot \(position) is expected", line: lines[position],
                remedy: "give one complete run per file")
        }
        guard !shots.isEmpty else {
            throw file.malformed("holds no shot events", remedy: "run scened with its complete event output")
        }
        for position in shots.indices {
            shots[position].score = scores[position] ?? boundaries[position] ?? 0
            shots[position].isDecided = boundaries[position] != nil
        }
        var events = EventScores(names: names, shots: shots, hasScores: !scores.isEmpty)
        events.isCorrected = isCorrected
        events.startOffset = startOffset
        return events
    }
}
