package import Timeline

/// The shot detector of scened: hard cuts to the picture, and gradual transitions with their mixed range.
///
/// Candidates come from simple measures of picture differences; small trained networks decide. A hard cut is reported
/// with the first picture that lies `ShotDetectorTuning.promise` (0.8 s) after it, at the latest; a gradual transition with
/// the first that lies as far after its last mixed picture. Either waits that long while a transition that began earlier
/// may be under way.
///
/// Owner of the last few seconds of pictures: memory is bounded by `lag` times the frame rate, 5 kB per picture.
/// About 0.13 ms of one core per picture, most of it for candidates: a film with a cut every two seconds.
package struct VideoShotDetector: ShotDetector {
    package let name = "scened-shots-1"
    package let lag: Double
    package var minimumShotLength: Double { tuning.minimumShotLength }

    /// What was looked at closely, when `recordsCandidates`; for training and for measuring.
    package private(set) var candidates: [ShotCandidate] = []

    private let tuning: ShotDetectorTuning
    private let recordsCandidates: Bool
    private let hardFinder: HardCutFinder
    private var gradualFinder: GradualFinder
    private var history: SignatureHistory
    /// The next picture to be looked at as a possible first of a shot.
    private var nextHard = 1
    /// Numbers of the pictures that wait for their far side.
    private var waiting: [Int] = []
    private var queue: DecisionQueue
    private var horizon = Int64.min
    /// nil unless asked for.
    private var statistics: StatisticsLog?
    /// nil unless asked for.
    private var herald: CutHerald?

    /// - Parameters:
    ///   - timeBase: of the PTS of all pictures to come.
    ///   - tuning: what may be tuned; the weights were trained with its defaults.
    ///   - recordsCandidates: keeps every candidate with its features; memory then grows with the stream.
    ///   - recordsStatistics: keeps what is measured of each picture, for `takeStatistics`.
    ///   - announcesCuts: also tells of hard cuts before they are certain; 0.5 ms for each candidate.
    package init(
        timeBase: TimeBase, tuning: ShotDetectorTuning = .init(), recordsCandidates: Bool = false,
        recordsStatistics: Bool = false, announcesCuts: Bool = false
    ) {
        statistics = recordsStatistics ? StatisticsLog() : nil
        herald = announcesCuts ? CutHerald(tuning: tuning) : nil
        self.tuning = tuning
        self.recordsCandidates = recordsCandidates
        gradualFinder = GradualFinder(tuning: tuning, recordsLooks: recordsCandidates)
        lag = tuning.longestTransition + tuning.gradualLookAhead + Self.lagMargin
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
            history.append(picture.analysis, at: picture.at)
        }
        statistics?.push(picture.at, picture.isDamaged ? nil : history.last)
        if !picture.isDamaged {
            findHardCuts(upTo: history.endIndex - 2)
            gradualFinder.look(at: history)
        }
        announceCuts(now: picture.at.pts)
        settle(now: picture.at.pts, isOver: false)
        keepPromises(now: picture.at.pts)
        let floor = picture.at.pts - history.timeBase.ticks(seconds: lag)
        return report(
            upTo: queue.horizon(wanted: max(horizon, safeHorizon(now: picture.at.pts)), floor: floor))
    }

    package mutating func finish(at end: Instant) -> ShotDetection {
        findHardCuts(upTo: history.endIndex)
        settle(now: end.pts, isOver: true)
        let result = report(upTo: max(end.pts, horizon))
        history = SignatureHistory(timeBase: history.timeBase)
        queue = DecisionQueue(spacing: queue.spacing)
        candidates += gradualFinder.looks
        gradualFinder = GradualFinder(tuning: tuning, recordsLooks: recordsCandidates)
        herald = herald.map { _ in CutHerald(tuning: tuning) }
        nextHard = 1
        horizon = .min
        return result
    }

    package mutating func takeStatistics() -> [PictureStatistics] { statistics?.take() ?? [] }

    private mutating func findHardCuts(upTo end: Int) {
        while nextHard < end {
            if hardFinder.isCandidate(nextHard, in: history) {
                waiting.append(nextHard)
                herald?.add(candidate: nextHard)
            }
            nextHard += 1
        }
    }

    private mutating func announceCuts(now: Int64) {
        let looks = herald?.announce(now: now, in: history) ?? []
        if recordsCandidates { candidates += looks }
    }

    /// Judges the candidates whose far side is known by `now`.
    private mutating func settle(now: Int64, isOver: Bool) {
        let base = history.timeBase
        let wait = base.ticks(seconds: tuning.hardLookAhead)
        var judged = 0
        for index in waiting {
            guard isOver || now - history[index].at.pts >= wait else { break }
            judged += 1
            judgeHardCut(index)
        }
        waiting.removeFirst(judged)
        let limit = isOver ? Int64.max : now - base.ticks(seconds: tuning.gradualLookAhead)
        for interval in gradualFinder.take(mixedBy: limit, in: history) { judge(interval) }
    }

    private mutating func judgeHardCut(_ index: Int) {
        let at = history[index].at
        let features = HardCutFeatures(of: index, in: history).values
        let probability = VerdictNetwork.hard.probability(features)
        record(.hard, at...at, features, probability)
        statistics?.note(hard: probability, at: at.pts)
        guard probability >= tuning.hardThreshold else {
            herald?.reject(at: at.pts, score: Score(Double(probability)))
            return
        }
        // No transition spans a sure cut: what seemed to begin before it holds nothing back.
        if probability >= tuning.settledThreshold { gradualFinder.settle(upTo: index + 1) }
        queue.add(ShotCut(at: at, transition: Transition(kind: .cut, score: Score(Double(probability)))))
    }

    private mutating func judge(_ interval: GradualFinder.Interval) {
        var best: (seen: GradualFeatures, probability: Float)?
        let readings = GradualFeatures.readings(of: interval, in: history, floor: tuning.gradualEnergyFloor)
        for seen in readings {
            // What ended too long ago cannot be told in time any more.
            if seen.last != interval.last,
                history.seconds(from: seen.last, to: history.endIndex - 1) > tuning.gradualSettling
            {
                continue
            }
            let probability = VerdictNetwork.gradual.probability(seen.values)
            record(.gradual, history[seen.first].at...history[seen.last].at, seen.values, probability)
            if probability > best?.probability ?? -1 { best = (seen, probability) }
        }
        guard let (seen, probability) = best else { return }
        statistics?.note(gradual: probability, at: history[(seen.first + seen.last + 1) / 2].at.pts)
        guard probability >= tuning.gradualThreshold else { return }
        // What lies before the horizon can no longer change: a late find loses its beginning, or comes to nothing.
        var first = seen.first
        while first <= seen.last, history[first].at.pts < horizon { first += 1 }
        guard first <= seen.last, history.seconds(from: first, to: seen.last) <= tuning.longestTransition
        else { return }
        if probability >= tuning.settledThreshold { gradualFinder.settle(upTo: seen.last) }
        let middle = history[(first + seen.last + 1) / 2].at
        let mixed = history[first].at...history[seen.last].at
        queue.add(
            ShotCut(
                at: middle,
                transition: Transition(kind: seen.kind, mixed: mixed, score: Score(Double(probability)))))
    }

    private mutating func record(
        _ stage: ShotCandidate.Stage, _ range: ClosedRange<Instant>, _ features: [Float], _ probability: Float
    ) {
        guard recordsCandidates else { return }
        candidates.append(
            ShotCandidate(stage: stage, range: range, features: features, probability: probability))
    }

    /// What may have begun before a cut whose time is up gives way to it.
    private mutating func keepPromises(now: Int64) {
        let base = history.timeBase
        let end = queue.overdue(
            hard: now - base.ticks(seconds: tuning.promise),
            gradual: now - base.ticks(seconds: tuning.gradualSettling))
        if let end { gradualFinder.settle(upTo: history.index(atOrBefore: end) + 1) }
    }

    /// The latest horizon that nothing undecided stands in the way of.
    private func safeHorizon(now: Int64) -> Int64 {
        let base = history.timeBase
        var safe = now - base.ticks(seconds: tuning.hardLookAhead)
        if let first = waiting.first { safe = min(safe, history[first].at.pts) }
        if let first = gradualFinder.firstUndecided { safe = min(safe, history[first].at.pts) }
        return max(safe, now - base.ticks(seconds: lag))
    }

    /// Seconds by which `lag` exceeds the longest transition and its look-ahead: an interval may end a little after
    /// the transition in it.
    private static let lagMargin = 0.64

    private mutating func report(upTo safe: Int64) -> ShotDetection {
        horizon = max(horizon, safe)
        let cuts = queue.take(before: horizon)
        statistics?.settle(before: horizon, cuts: cuts)
        herald?.settle(before: horizon, cuts: cuts)
        forget()
        return ShotDetection(cuts: cuts, horizon: horizon, notices: herald?.take() ?? [])
    }

    /// Drops the pictures that no interval can reach any more.
    private mutating func forget() {
        guard !history.isEmpty else { return }
        let oldest = history.index(before: history.endIndex - 1, seconds: lag + Self.lookBack)
        history.dropBefore(min(oldest, nextHard - 1))
    }

    /// Seconds before an interval that its verdict looks back.
    private static let lookBack = 0.8
}
