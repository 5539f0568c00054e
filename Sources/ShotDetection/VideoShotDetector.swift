package import Timeline

/// The shot detector of scened: hard cuts to the picture, and gradual transitions with their mixed range.
///
/// Candidates come from simple rules on picture differences; small trained networks decide. A hard cut is certain
/// `ShotDetectorTuning.hardLookAhead` after it.
///
/// Owner of the last few seconds of pictures: memory is bounded by `lag` times the frame rate, 5 kB per picture.
package struct VideoShotDetector: ShotDetector {
    package let name = "scened-shots-1"
    package let lag: Double
    package var minimumShotLength: Double { tuning.minimumShotLength }

    /// What was looked at closely, when `recordsCandidates`; for training and for measuring.
    package private(set) var candidates: [ShotCandidate] = []

    private let tuning: ShotDetectorTuning
    private let recordsCandidates: Bool
    private let hardFinder: HardCutFinder
    private var history: SignatureHistory
    /// The next picture to be looked at as a possible first of a shot.
    private var nextHard = 1
    /// Numbers of the pictures that wait for their far side.
    private var waiting: [Int] = []
    private var queue: DecisionQueue
    private var horizon = Int64.min

    /// - Parameters:
    ///   - timeBase: of the PTS of all pictures to come.
    ///   - recordsCandidates: keeps every candidate with its features; memory then grows with the stream.
    package init(timeBase: TimeBase, tuning: ShotDetectorTuning = .init(), recordsCandidates: Bool = false) {
        self.tuning = tuning
        self.recordsCandidates = recordsCandidates
        lag = tuning.hardLookAhead + 0.04
        hardFinder = HardCutFinder(tuning: tuning)
        history = SignatureHistory(timeBase: timeBase)
        queue = DecisionQueue(spacing: timeBase.ticks(seconds: tuning.minimumShotLength))
    }

    package mutating func push(_ picture: Picture) -> ShotDetection {
        if horizon == .min {
            horizon = picture.at.pts
            queue.start(at: picture.at.pts)
        }
        // A damaged picture counts as a repeat of the last good one: nothing changed, but time went on.
        if !picture.isDamaged {
            history.append(PictureSignature(picture.analysis, at: picture.at, after: history.last))
            findHardCuts(upTo: history.endIndex - 2)
        }
        settle(now: picture.at.pts, isOver: false)
        return report(upTo: safeHorizon(now: picture.at.pts))
    }

    package mutating func finish(at end: Instant) -> ShotDetection {
        findHardCuts(upTo: history.endIndex)
        settle(now: end.pts, isOver: true)
        let result = report(upTo: max(end.pts, horizon))
        history = SignatureHistory(timeBase: history.timeBase)
        queue = DecisionQueue(spacing: queue.spacing)
        nextHard = 1
        horizon = .min
        return result
    }

    private mutating func findHardCuts(upTo end: Int) {
        while nextHard < end {
            if hardFinder.isCandidate(nextHard, in: history) { waiting.append(nextHard) }
            nextHard += 1
        }
    }

    /// Judges the candidates whose far side is known by `now`.
    private mutating func settle(now: Int64, isOver: Bool) {
        let wait = history.timeBase.ticks(seconds: tuning.hardLookAhead)
        var judged = 0
        for index in waiting {
            let at = history[index].at
            guard isOver || now - at.pts >= wait else { break }
            judged += 1
            let features = HardCutFeatures(of: index, in: history)
            let probability = HardVerdictWeights.network.probability(features.values)
            if recordsCandidates {
                candidates.append(
                    ShotCandidate(
                        range: at...at, isGradual: false, features: features.values, probability: probability))
            }
            if probability >= tuning.hardThreshold {
                queue.add(ShotCut(at: at, transition: Transition(kind: .cut, score: Score(Double(probability)))))
            }
        }
        waiting.removeFirst(judged)
    }

    /// The latest horizon that nothing undecided stands in the way of.
    private func safeHorizon(now: Int64) -> Int64 {
        var safe = now - history.timeBase.ticks(seconds: tuning.hardLookAhead)
        if let first = waiting.first { safe = min(safe, history[first].at.pts) }
        return safe
    }

    private mutating func report(upTo safe: Int64) -> ShotDetection {
        horizon = max(horizon, safe)
        let cuts = queue.take(before: horizon)
        let kept = horizon - history.timeBase.ticks(seconds: 1)
        var index = history.firstIndex
        while index < history.endIndex, history[index].at.pts < kept, index + 1 < nextHard { index += 1 }
        history.dropBefore(index)
        return ShotDetection(cuts: cuts, horizon: horizon)
    }
}
