package import Timeline

/// Turns scores into boundaries, one candidate after the other; a decision binds those that follow (contract
/// 8).
///
/// Candidates are the ends of parts where a boundary may lie: ends of shots, and with `--intra-shot` ends of
/// all parts. Whoever calls it decides how long to wait: it takes each candidate once, in order, with the
/// score of the next one if that is awaited. Constant memory.
package struct BoundaryDecider {
    /// What became of a candidate, and the threshold that was in force.
    package struct Verdict: Hashable, Sendable {
        package var isBoundary: Bool
        package var threshold: Score
    }

    package let options: DecisionOptions
    private let timeBase: TimeBase
    private let minimumSceneLength: Int64
    var adaptive: AdaptiveThreshold?
    /// PTS of the last boundary, or of the start of the stream or of what follows a gap; far back before
    /// there is one.
    var sceneStart = -WireReader.farthest
    /// PTS at which the stretch without a gap began, and the media before it in ticks.
    var stretchStart: Int64 = 0
    var ticksBefore: Int64 = 0
    var previous: (partIndex: Int, score: Score)?

    package init(options: DecisionOptions, timeBase: TimeBase) {
        self.options = options
        self.timeBase = timeBase
        let exact = timeBase.ticks(seconds: options.minimumSceneLength)
        minimumSceneLength = timeBase.seconds(exact) < options.minimumSceneLength - 1e-9 ? exact + 1 : exact
        adaptive = options.scenesPerHour.map {
            AdaptiveThreshold(preset: options.threshold, scenesPerHour: $0)
        }
    }

    /// The stream, or what follows a gap, begins at `start`: scenes count from here, and no peak looks
    /// further back.
    package mutating func begin(at start: Int64) {
        sceneStart = start
        stretchStart = start
        previous = nil
    }

    /// A gap begins at `end`.
    package mutating func pause(at end: Int64) {
        ticksBefore += end - stretchStart
        stretchStart = end
    }

    /// Decides whether a scene ends with part `partIndex`, and the next begins at `pts`.
    ///
    /// `next` is the score of the candidate one part behind it, if there is one and p is 1: it vetoes if it
    /// is higher.
    package mutating func decide(partIndex: Int, at pts: Int64, score: Score, next: Score?) -> Verdict {
        let isAbovePrevious = previous.map { $0.partIndex != partIndex - 1 || $0.score < score } ?? true
        let isPeak = options.awaitedScores == 0 || (isAbovePrevious && next.map { $0 <= score } ?? true)
        let isEligible = isPeak && pts - sceneStart >= minimumSceneLength
        previous = (partIndex, score)

        let seconds = timeBase.seconds(ticksBefore + pts - stretchStart)
        let threshold = adaptive?.threshold(at: seconds) ?? options.threshold
        let isBoundary = isEligible && score >= threshold
        if isEligible { adaptive?.remember(score, at: seconds) }
        if isBoundary { sceneStart = pts }
        return Verdict(isBoundary: isBoundary, threshold: threshold)
    }
}
