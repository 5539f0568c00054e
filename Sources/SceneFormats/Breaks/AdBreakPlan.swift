internal import SceneEvents
package import Timeline

/// Where breaks are wished for, and the scene boundaries that come nearest.
///
/// A value, computed at once from a log: every wished position takes the nearest boundary within the window
/// that no other took; of two equally near ones that with the higher score, then the earlier. None is ever
/// made up.
package struct AdBreakPlan: Hashable, Sendable {
    /// A position, and what was found there.
    package struct Break: Hashable, Sendable {
        /// Microseconds from the start of the file.
        package var wished: Int64
        /// nil: no boundary lies within the window.
        package var boundary: Candidate?
    }

    /// A boundary between two scenes.
    package struct Candidate: Hashable, Sendable {
        /// Ticks from the start of the file.
        package var at: Int64
        package var score: Score
        package var id: String
        package var frame: Int64?
        package var timecode: TimecodeLabel?

        package init(at: Int64, score: Score, id: String, frame: Int64? = nil, timecode: TimecodeLabel? = nil)
        {
            self.at = at
            self.score = score
            self.id = id
            self.frame = frame
            self.timecode = timecode
        }
    }

    /// Breaks that are wished for at most: those of three years by the quarter of an hour, ten times over.
    package static let most = 1_000_000

    /// In order of time.
    package var breaks: [Break]
    package var timeBase: TimeBase

    /// - Parameters:
    ///   - log: of a run with scenes.
    ///   - every: microseconds between wished positions; positive.
    ///   - window: microseconds by which a boundary may lie before or behind its position; not negative.
    ///   - first: the first position, in microseconds from the start of the file; nil: `every`.
    package init(_ log: EventLog, every: Int64, window: Int64, first: Int64? = nil) {
        let candidates = log.scenes.filter { $0.endReason == .boundary }.compactMap { scene in
            scene.score.map { score in
                Candidate(
                    at: scene.end.ticks, score: score,
                    id: log.identity("boundary", atTicks: scene.end.ticks), frame: scene.end.frame,
                    timecode: scene.end.timecode)
            }
        }
        let ends =
            log.scenes.map(\.end.ticks)
            + (log.end.map { [LoggedInstant($0.at, of: log.start).ticks] } ?? [])
        self.init(
            candidates, timeBase: log.timeBase, end: ends.max() ?? 0, every: every, window: window,
            first: first)
    }

    /// The same of boundaries in order of time; `end` is that of the film, in ticks.
    package init(
        _ candidates: [Candidate], timeBase: TimeBase, end: Int64, every: Int64, window: Int64,
        first: Int64? = nil
    ) {
        precondition(every > 0 && window >= 0, "positions have a distance")
        self.timeBase = timeBase
        let times = candidates.map { timeBase.microseconds($0.at) }
        let last = timeBase.microseconds(end)
        var (taken, next) = (Set<Int>(), 0)
        breaks = []
        var wished = first ?? every
        while wished < last, breaks.count < Self.most {
            while next < times.count, times[next] < wished - window { next += 1 }
            var best: Int?
            var place = next
            while place < times.count, times[place] <= wished + window {
                defer { place += 1 }
                guard !taken.contains(place) else { continue }
                guard let known = best else {
                    best = place
                    continue
                }
                let (near, far) = (abs(times[place] - wished), abs(times[known] - wished))
                if near < far || near == far && candidates[known].score < candidates[place].score {
                    best = place
                }
            }
            if let best { taken.insert(best) }
            breaks.append(Break(wished: wished, boundary: best.map { candidates[$0] }))
            wished += every
        }
    }
}
