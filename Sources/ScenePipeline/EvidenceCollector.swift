internal import BroadcastEvidence
internal import Timeline

/// Collects what tells blocks apart from every picture, until a part is closed.
///
/// A value. It holds the pictures for marks since the last closed part: one a second, 57,600 bytes each, and
/// at most `mostMarks` of them.
struct EvidenceCollector: Sendable {
    private static let mostMarks = 32
    private static let mostRuns = 1024
    /// Seconds around a part in which sound counts: what lies farther away is of another clock.
    private static let reach = 60.0

    private let reach: Int64
    private var black = BlackRunFinder()
    private var runs: [Range<Int64>] = []
    private var marks: [(pts: Int64, picture: MarkPicture)] = []

    init(timeBase: TimeBase) { reach = timeBase.ticks(seconds: Self.reach) }

    /// Takes the next picture in display order.
    mutating func push(_ picture: Picture) {
        note(black.push(picture))
        guard let mark = picture.mark, !picture.isDamaged else { return }
        // A part that is longer than what is kept is known by its later half.
        if marks.count == Self.mostMarks { marks.removeFirst(Self.mostMarks / 2) }
        marks.append((picture.at.pts, mark))
    }

    /// Pictures are missing from `end` on, or there are no more.
    mutating func close(at end: Instant) { note(black.finish(at: end)) }

    /// What was found since the last call, for the part from `start` to `end`. `silence`: what was heard
    /// meanwhile.
    mutating func take(from start: Instant, to end: Instant, silence: [Range<Int64>]) -> PartEvidence {
        let middle = start.pts + (end.pts - start.pts) / 2
        let inside = marks.filter { start.pts <= $0.pts && $0.pts < end.pts }
        let mark = inside.min { abs($0.pts - middle) < abs($1.pts - middle) }
        marks.removeAll { $0.pts < end.pts }
        let near = silence.filter {
            $0.upperBound >= start.pts - reach && $0.lowerBound <= end.pts + reach && !$0.isEmpty
        }
        defer { runs = [] }
        return PartEvidence(black: runs, silence: near, mark: mark?.picture)
    }

    private mutating func note(_ run: BlackRun?) {
        guard let run, run.start < run.end, runs.count < Self.mostRuns else { return }
        runs.append(run.start.pts..<run.end.pts)
    }
}
