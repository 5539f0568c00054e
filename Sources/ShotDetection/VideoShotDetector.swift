package import Timeline

/// The shot detector of scened: hard cuts to the picture, and gradual transitions with their mixed range.
///
/// Candidates come from simple measures of picture differences; small trained networks decide. A hard cut is
/// reported with the first picture that lies `ShotDetectorTuning.promise` (0.8 s) after it, at the latest; a
/// gradual transition with the first that lies as far after its last mixed picture. Either waits that long
/// while a transition that began earlier may be under way.
///
/// Owner of the last few seconds of pictures: memory is bounded by `lag` times the frame rate, 5 kB per
/// picture. About 0.13 ms of one core per picture, most of it for candidates: a film with a cut every two
/// seconds.
package struct VideoShotDetector: ShotDetector {
    package let name = "scened-shots-3"
    package let lag: Double
    package var minimumShotLength: Double { tuning.minimumShotLength }

    /// What was looked at closely, when `recordsCandidates`; for training and for measuring.
    package private(set) var candidates: [ShotCandidate] = []

    private let tuning: ShotDetectorTuning
    private let networks: VerdictNetworks
    private let recordsCandidates: Bool
    private let hardFinder: HardCutFinder
    private var gradualFinder: GradualFinder
    private var history: SignatureHistory
    /// The next picture to be looked at as a possible first of a shot.
    private var nextHard = 1
    /// Numbers of the pictures that wait for their far side.
    private var waiting: [Int] = []
    /// The same pictures as steps to or from odd ones, and the first that these may begin with.
    private var oddWaiting: [(step: Int, first: Int)] = []
    private var trail: DamageTrail
    private var filled = FilledRuns()
    private var queue: DecisionQueue
    private var horizon = Int64.min
    /// nil unless asked for.
    private var statistics: StatisticsLog?
    /// nil unless asked for.
    private var herald: CutHerald?

    /// - Parameters:
    ///   - timeBase: of the PTS of all pictures to come.
    ///   - tuning: what may be tuned; the weights were trained with its defaults.
    ///   - networks: what decides; other ones in training.
    ///   - recordsCandidates: keeps every candidate with its features; memory then grows with the stream.
    ///   - recordsStatistics: keeps what is measured of each picture, for `takeStatistics`.
    ///   - announcesCuts: also tells of hard cuts before they are certain; 0.5 ms for each candidate.
    package init(
        timeBase: TimeBase, tuning: ShotDetectorTuning = .init(), networks: VerdictNetworks = .shipped,
        recordsCandidates: Bool = false, recordsStatistics: Bool = false, announcesCuts: Bool = false
    ) {
        statistics = recordsStatistics ? StatisticsLog() : nil
        herald = announcesCuts ? CutHerald(tuning: tuning, network: networks.early) : nil
        self.tuning = tuning
        self.networks = networks
        self.recordsCandidates = recordsCandidates
        gradualFinder = GradualFinder(
            tuning: tuning, networks: networks, recordsLooks: recordsCandidates)
        lag = tuning.longestTransition + tuning.gradualLookAhead + Self.lagMargin
        hardFinder = HardCutFinder(tuning: tuning)
        history = SignatureHistory(timeBase: timeBase)
        trail = DamageTrail(timeBase: timeBase)
        queue = DecisionQueue(spacing: timeBase.ticks(seconds: tuning.minimumShotLength))
    }

    package mutating func push(_ picture: Picture) -> ShotDetection {
        if horizon == .min {
            horizon = picture.at.pts
            queue.start(at: picture.at.pts)
        }
        // A damaged picture counts as a repeat of the last good one: nothing changed, but time went on.
        trail.take(picture, number: history.endIndex)
        if !picture.isDamaged {
            if picture.isFilled { filled.add(history.endIndex) }
            history.append(picture.analysis, at: picture.at)
        }
        statistics?.push(picture.at, picture.isDamaged ? nil : history.last)
        findHardCuts(now: picture.at.pts, isOver: false)
        if !picture.isDamaged {
            gradualFinder.look(at: history, filled: filled)
        }
        announceCuts(now: picture.at.pts)
        settle(now: picture.at.pts, isOver: false)
        keepPromises(now: picture.at.pts)
        let floor = picture.at.pts - history.timeBase.ticks(seconds: lag)
        return report(
            upTo: queue.horizon(wanted: max(horizon, safeHorizon(now: picture.at.pts)), floor: floor))
    }

    package mutating func finish(at end: Instant) -> ShotDetection {
        findHardCuts(now: end.pts, isOver: true)
        settle(now: end.pts, isOver: true)
        let result = report(upTo: max(end.pts, horizon))
        history = SignatureHistory(timeBase: history.timeBase)
        trail = DamageTrail(timeBase: history.timeBase)
        filled = FilledRuns()
        queue = DecisionQueue(spacing: queue.spacing)
        candidates += gradualFinder.looks
        gradualFinder = GradualFinder(
            tuning: tuning, networks: networks, recordsLooks: recordsCandidates)
        herald = herald.map { _ in CutHerald(tuning: tuning, network: networks.early) }
        nextHard = 1
        horizon = .min
        return result
    }

    package mutating func takeStatistics() -> [PictureStatistics] { statistics?.take() ?? [] }

    /// Looks at the pictures of which all neighbors are known.
    private mutating func findHardCuts(now: Int64, isOver: Bool) {
        while nextHard < history.endIndex,
            isOver || nextHard + 2 < history.endIndex || history.hasNeighbors(of: nextHard, now: now)
        {
            if hardFinder.isCandidate(nextHard, in: history) {
                waiting.append(nextHard)
                oddWaiting.append(
                    (nextHard, OddPictures.first(before: nextHard, in: history, tuning: tuning)))
                if trail.doubt(at: nextHard) == nil { herald?.add(candidate: nextHard) }
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
        let limits = (
            hard: isOver ? .max : now - base.ticks(seconds: tuning.hardLookAhead),
            gradual: isOver ? .max : now - base.ticks(seconds: tuning.gradualLookAhead)
        )
        var rejected: [(pts: Int64, score: Score)] = []
        let due = waiting.prefix { history[$0].at.pts <= limits.hard }
        for index in due {
            if let score = judgeHardCut(index) { rejected.append((history[index].at.pts, score)) }
        }
        waiting.removeFirst(due.count)
        for interval in gradualFinder.take(mixedBy: limits.gradual, in: history) { judge(interval) }
        // Last, and only where nothing else was accepted.
        for item in oddWaiting where history[item.first].at.pts <= limits.hard { judgeOddCut(item.step) }
        oddWaiting.removeAll { history[$0.first].at.pts <= limits.hard }
        for cut in rejected where !queue.holdsCut(at: cut.pts) {
            herald?.reject(at: cut.pts, score: cut.score)
        }
    }

    /// - Returns: the verdict, if it is no.
    private mutating func judgeHardCut(_ index: Int) -> Score? {
        let at = history[index].at
        let features = HardCutFeatures(of: index, in: history)
        let likely = networks.hard.probability(features.values)
        record(.hard, at...at, features.values, likely)
        let probability = features.changesColor ? max(likely, tuning.otherColorScore) : likely
        statistics?.note(hard: probability, at: at.pts)
        guard probability >= tuning.hardThreshold, isBeyondDoubt(index, probability),
            !endsKnownBlank(before: index, cutsCount: false)
        else { return Score(Double(probability)) }
        // No transition spans a sure cut: what seemed to begin before it holds nothing back.
        if probability >= tuning.settledThreshold { gradualFinder.settle(upTo: index + 1) }
        queue.add(ShotCut(at: at, transition: Transition(kind: .cut, score: Score(Double(probability)))))
        return nil
    }

    /// Whether the pictures before `index` show nothing, for a short while only, and an accepted transition
    /// led there: then what leads out again is the rest of it.
    private func endsKnownBlank(before index: Int, cutsCount: Bool) -> Bool {
        var first = index
        while first > history.firstIndex, history[first - 1].bodyContrast < tuning.blankContrast {
            first -= 1
        }
        guard first > history.firstIndex, first < index,
            history.seconds(from: first, to: index) <= tuning.longestBlank
        else { return false }
        let begin = history[first - 1].at.pts - queue.spacing
        return queue.holdsEnd(in: begin..<history[index].at.pts, cutsCount: cutsCount)
    }

    /// Damage before picture `index`, if any, does not explain the change there.
    private func isBeyondDoubt(_ index: Int, _ probability: Float) -> Bool {
        guard let doubt = trail.doubt(at: index) else { return true }
        guard probability >= tuning.doubtfulThreshold else { return false }
        // Where damage is mended, or conceals, only what leaves nothing of the picture is a cut.
        let isStrict = doubt.isRenewal || doubt.followsMereDamage
        let rest = isStrict ? 0 : tuning.doubtfulRest
        let likeness = isStrict ? tuning.mendedLikeness : tuning.doubtfulLikeness
        // Damage leaves parts of the picture as they are, and what mends it shows the same place.
        return [index - 1, doubt.sound].compactMap(\.self).allSatisfy { other in
            !history.indices.contains(other)
                || Likeness.unchanged(history[other], history[index]) <= rest
                    && Likeness.shifted(history[other], history[index]) <= likeness
        }
    }

    /// Reads what happens around `step` without the odd pictures there, if any.
    private mutating func judgeOddCut(_ step: Int) {
        guard let odd = OddPictures(at: step, in: history, tuning: tuning),
            !trail.doubts((odd.range.lowerBound - 1)...odd.range.upperBound)
        else { return }
        let at = history[odd.cut].at
        if recordsCandidates { recordOdd(odd) }
        let range = history[odd.range.lowerBound].at.pts...history[odd.range.upperBound].at.pts
        guard queue.leavesRoom(for: at.pts, in: range) else { return }
        let features = HardCutFeatures(of: odd.range.lowerBound, in: history.without(odd.range)).values
        let probability = networks.hard.probability(features)
        statistics?.note(hard: probability, at: at.pts)
        guard probability >= tuning.oddThreshold,
            networks.hard.probability(HardCutFeatures(of: step, in: history).values)
                < tuning.hardThreshold
        else { return }
        if probability >= tuning.settledThreshold { gradualFinder.settle(upTo: odd.range.upperBound + 1) }
        queue.add(ShotCut(at: at, transition: Transition(kind: .cut, score: Score(Double(probability)))))
    }

    /// Those that a transition leaves no room for included: what is learned from does not depend on verdicts.
    private mutating func recordOdd(_ odd: OddPictures) {
        let at = history[odd.cut].at
        let features = HardCutFeatures(of: odd.range.lowerBound, in: history.without(odd.range)).values
        record(.odd, at...at, features, networks.hard.probability(features))
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
            let probability = networks.gradual.probability(seen.values)
            record(.gradual, history[seen.first].at...history[seen.last].at, seen.values, probability)
            if probability > best?.probability ?? -1 { best = (seen, probability) }
        }
        guard let (seen, probability) = best, !isFilled(seen) else { return }
        statistics?.note(gradual: probability, at: history[(seen.first + seen.last + 1) / 2].at.pts)
        guard probability >= (seen.kind == .push ? tuning.pushThreshold : tuning.gradualThreshold) else {
            return
        }
        guard !endsKnownBlank(before: seen.first, cutsCount: true) else { return }
        if trail.doubts((seen.first - 1)...(seen.last + 1)) {
            // What slides out of damage looks like a border or a slide.
            let slides = seen.kind == .push || seen.kind == .wipe
            guard probability >= (slides ? tuning.doubtfulThreshold : tuning.doubtfulGradual) else { return }
        }
        // What lies before the horizon can no longer change: a late find loses its beginning, or comes to
        // nothing.
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

    /// Whether most of what lies between the edges of a range was not decoded.
    private func isFilled(_ seen: GradualFeatures) -> Bool {
        let quarter = (seen.last - seen.first) / 4
        return filled.fillMost(of: (seen.first + quarter)...(seen.last - quarter))
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
        if let first = firstUndecidedCut {
            // A cut inside a transition is weighed against it before either is told.
            let pts = history[first].at.pts
            safe = min(safe, queue.rangeStart(holding: pts) ?? pts)
        }
        if let first = gradualFinder.firstUndecided { safe = min(safe, history[first].at.pts) }
        return max(safe, now - base.ticks(seconds: lag))
    }

    /// The number of the first picture that may begin a shot and was not judged, or not looked at.
    private var firstUndecidedCut: Int? {
        let unseen = nextHard < history.endIndex ? nextHard : nil
        return [unseen, waiting.first, oddWaiting.map(\.first).min()].compactMap(\.self).min()
    }

    /// Seconds by which `lag` exceeds the longest transition and its look-ahead: an interval may end a little
    /// after the transition in it.
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
        // The picture before a candidate may be much older than the candidate.
        history.dropBefore(min(oldest, min(nextHard, firstUndecidedCut ?? .max) - 1))
        trail.dropBefore(history.firstIndex)
        filled.dropBefore(history.firstIndex)
    }

    /// Seconds before an interval that its verdict looks back.
    private static let lookBack = 0.8
}
