internal import SceneEvents
internal import SceneFormats
internal import TextFiles
internal import Timeline

/// What an event stream of scened says about one film: its shots, a score for the end of each, and where
/// scenes begin.
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

    /// A place inside a shot that the run judged (`--intra-shot`), or where a person put a boundary.
    package struct Inside: Hashable, Sendable {
        /// Index of the shot.
        package var shot: Int
        /// In seconds from the first picture.
        package var time: Double
        /// As of a shot's end.
        package var score: Double
        /// A final boundary stands there.
        package var isDecided: Bool
    }

    /// The feed's name, and the name of its input without extension: either may name the film.
    package var names: [String]
    package var shots: [Shot]
    /// In order.
    package var insides: [Inside] = []
    /// Where final boundaries stand, inside shots, too: in seconds from the first picture, in order.
    package var boundaries: [Double] = []
    /// Without pictures; in order. A gap ends its scene, and makes no boundary (contract 13).
    package var gaps: [ShotRange] = []
    /// Seconds to the end of what was seen.
    package var end = 0.0
    /// The input was read to its end.
    package var isWhole = false
    /// False where scores are known only of the boundaries that were decided.
    package var hasScores: Bool
    /// A person looked at the answers: they can serve as labels.
    package var isCorrected = false
    /// Seconds from where the film starts, as players count, to its first picture.
    package var startOffset = 0.0

    /// What a person calls the film: the input's name, where the stream begins with one.
    var name: String { names.dropLast().last ?? names.last ?? "" }

    package init(names: [String], shots: [Shot], hasScores: Bool) {
        self.names = names
        self.shots = shots
        self.hasScores = hasScores
    }

    /// Reads `shot`, `score` (`shot` or `left_shot`, and `score`), `boundary` and `gap` events of one stream.
    /// Of several answers about one boundary the last counts; retracted ones, and provisional ones that
    /// stayed so, are left out.
    static func read(_ file: TextFile) throws(TextFileError) -> EventScores {
        var events = EventScores(names: [file.stem], shots: [], hasScores: false)
        var lines: [Int] = []
        var (scores, boundaries) = (Answers(), Answers())
        try file.eachEvent { number, fields throws(EventError) in
            let kind = EventKind(rawValue: try fields.find("type") ?? "")
            switch kind {
            case .streamStart:
                let (feed, input): (String?, String?) = (try fields.find("feed"), try fields.find("input"))
                events.names = [feed, input.map(TextFile.stem), file.stem].compactMap(\.self)
                events.isCorrected = try fields.find("corrects") as String? != nil
                events.startOffset = (try fields.find("start_offset") as EventSeconds?)?.seconds ?? 0
            case .shot:
                let range = try span(fields)
                events.shots.append(
                    Shot(index: try fields.get("index"), range: range, score: 0, isDecided: false))
                lines.append(number)
            case .gap: events.gaps.append(try span(fields))
            case .score: try scores.take(fields, named: "shot", isFinal: true)
            case .boundary:
                let state: String? = try fields.find("state")
                try boundaries.take(
                    fields, named: "left_shot", isFinal: state == BoundaryState.final.rawValue)
            case .streamEnd:
                let (at, reason): (EventPlace?, String?) = (
                    try fields.find("at"), try fields.find("reason")
                )
                events.end = at?.t.seconds ?? 0
                events.isWhole = reason == StreamEnd.Reason.end.rawValue
            default: break
            }
        }
        for (position, shot) in events.shots.enumerated()
        where shot.index != position || shot.range.start > shot.range.end {
            throw file.malformed(
                "shot \(shot.index) stands where shot \(position) is expected", line: lines[position],
                remedy: "give one complete run per file")
        }
        guard !events.shots.isEmpty else {
            throw file.malformed("holds no shot events", remedy: "run scened with its complete event output")
        }
        events.take(scores, boundaries)
        return events
    }

    /// What was told of places: of the ends of shots by index of the shot, of others by time.
    private struct Answers {
        var ends: [Int: (time: Double?, score: Double)] = [:]
        var insides: [EventSeconds: (shot: Int, score: Double)] = [:]

        /// The shot is named by `name`, else by `left_shot`. What is not final takes back what was told of
        /// the place.
        mutating func take(_ fields: EventFields, named name: String, isFinal: Bool) throws(EventError) {
            let kind: String? = try fields.find("kind")
            let score: Score = try fields.get("score")
            let named: Int? = try fields.find(name)
            let shot: Int = if let named { named } else { try fields.get("left_shot") }
            let at: EventPlace? = try fields.find("at")
            if kind != BoundaryKind.intraShot.rawValue {
                ends[shot] = isFinal ? (time: at?.t.seconds, score: score.value) : nil
            } else if let at {
                insides[at.t] = isFinal ? (shot: shot, score: score.value) : nil
            }
        }
    }

    private static func span(_ fields: EventFields) throws(EventError) -> ShotRange {
        let (start, end): (EventPlace, EventPlace) = (try fields.get("start"), try fields.get("end"))
        return ShotRange(start: start.t.seconds, end: end.t.seconds)
    }

    private mutating func take(_ scores: Answers, _ decided: Answers) {
        for position in shots.indices {
            shots[position].score = scores.ends[position]?.score ?? decided.ends[position]?.score ?? 0
            shots[position].isDecided = decided.ends[position] != nil
        }
        let places = Set(scores.insides.keys).union(decided.insides.keys)
        for place in places.sorted(by: { $0.seconds < $1.seconds }) {
            guard let told = scores.insides[place] ?? decided.insides[place],
                shots.indices.contains(told.shot), shots[told.shot].range.start < place.seconds,
                place.seconds < shots[told.shot].range.end
            else { continue }
            insides.append(
                Inside(
                    shot: told.shot, time: place.seconds, score: told.score,
                    isDecided: decided.insides[place] != nil))
        }
        // The cut is where the next shot begins: with it the scene does.
        let cuts = shots.filter(\.isDecided).map { decided.ends[$0.index]?.time ?? $0.range.end }
        boundaries = (cuts + insides.filter(\.isDecided).map(\.time)).sorted()
        hasScores = !scores.ends.isEmpty
        gaps.sort { ($0.start, $0.end) < ($1.start, $1.end) }
        end = max(end, shots.last?.range.end ?? 0)
    }

    /// Stretches between the places that the run judged: its shots, those with places inside in pieces. The
    /// end of each is judged.
    var pieces: [Shot] {
        var pieces: [Shot] = []
        var rest = insides[...]
        for shot in shots {
            var start = shot.range.start
            while let place = rest.first, place.shot == shot.index {
                pieces.append(
                    Shot(
                        index: shot.index, range: ShotRange(start: start, end: place.time),
                        score: place.score, isDecided: place.isDecided))
                start = place.time
                rest.removeFirst()
            }
            pieces.append(
                Shot(
                    index: shot.index, range: ShotRange(start: start, end: shot.range.end),
                    score: shot.score, isDecided: shot.isDecided))
        }
        return pieces
    }
}
