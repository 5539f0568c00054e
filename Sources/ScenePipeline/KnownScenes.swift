internal import SceneIndex
internal import Timeline

/// Gathers the known scenes that are like one: how many, the most alike, and the one that was on last.
struct KnownScenes {
    /// When a scene was on: the run's own ones behind all of the past, then by the clock, then by number.
    private struct Moment: Comparable {
        /// Row among the run's own; nil: a scene of the past.
        var own: Int?
        /// Milliseconds since 1970.
        var wall: Int64
        var row: Int

        static func < (left: Moment, right: Moment) -> Bool {
            (left.own ?? -1, left.wall, left.row) < (right.own ?? -1, right.wall, right.row)
        }
    }

    private let threshold: Double
    private var count = 0
    private var best: (sighting: SceneRecognition.Sighting, at: Moment)?
    private var last: (sighting: SceneRecognition.Sighting, at: Moment)?

    /// - Parameter threshold: cosine from which scenes count as alike.
    init(threshold: Double) { self.threshold = threshold }

    var recognition: SceneRecognition {
        guard let best, let last else { return .new }
        return .seen(
            SceneRecognition.Sightings(
                count: min(count, SceneRecognition.Sightings.most), best: best.sighting, last: last.sighting))
    }

    /// A scene of an index.
    mutating func add(_ match: SceneMatch) {
        let aired = match.recording.aired.flatMap(WallTime.init)
        let offset = match.scene.start / 1000
        // Where nobody said when it was on, it was on before it came into the index.
        let wall = (aired ?? WallTime(match.recording.indexed))?.milliseconds ?? 0
        add(score: match.score, at: Moment(own: nil, wall: wall + offset, row: match.row)) { score in
            SceneRecognition.Sighting(
                score: score, recording: match.recording.name, scene: match.scene.number,
                start: match.scene.start, end: match.scene.end,
                aired: aired.map { WallTime(milliseconds: $0.milliseconds + offset).description })
        }
    }

    /// A scene of the run. Times in microseconds from its first picture.
    mutating func add(_ cosine: Float, number: Int, start: Int64, end: Int64, row: Int) {
        add(score: cosine, at: Moment(own: row, wall: 0, row: row)) { score in
            SceneRecognition.Sighting(
                score: score, recording: nil, scene: number, start: start, end: end, aired: nil)
        }
    }

    /// Of thousands of scenes a few become the best or the last: only those are made.
    private mutating func add(
        score: Float, at moment: Moment, _ sighting: (Score) -> SceneRecognition.Sighting
    ) {
        guard Double(score) >= threshold else { return }
        count += 1
        let score = Score(Double(score))
        if best.map({ ($0.sighting.score, $0.at) < (score, moment) }) ?? true {
            best = (sighting(score), moment)
        }
        if last.map({ $0.at < moment }) ?? true { last = (sighting(score), moment) }
    }
}
