internal import DequeModule
package import Timeline

/// Encoded parts in; scores, boundaries, scenes and watermarks out (contract 6 and 8 to 13).
///
/// A value: no clock, no I/O. It holds L+1+K parts, the candidates not yet decided (at most about K + p, more
/// only where the ring waits across short gaps), and the instants of the pictures between horizon and now.
///
/// Lateness: without a deadline a candidate is decided with the part that fills its window (and, for p = 1,
/// that of the candidate one part behind it): `SplitRule.delayBound`. With a deadline D, at the first picture
/// at or after its instant + D at the latest; a candidate whose part closes only after that, as it may inside
/// a shot, with that part.
package struct SceneSegmenter {
    /// The scorer: one window a call, always of the same shape (contract 15).
    private var scorer: any BoundaryScorer
    package let options: SegmentationOptions
    let timeBase: TimeBase
    let splitAfter: Int64
    let deadline: Int64?
    var ring: EmbeddingRing
    var decider: BoundaryDecider
    /// Parts that still want a score, in order.
    var unscored: Deque<ScoreJob> = []
    /// What is not yet decided, in order of time. Its first entry is a candidate.
    var timeline: Deque<TimelineEntry> = []
    /// The last part since the stream or a gap began.
    var lastPart: (index: Int, shotIndex: Int, end: Instant)?
    /// Closed parts of the open shot. No checkpoint keeps it: a shot that is open ends when one is taken up.
    private var openShotParts = 0
    var watermark = WatermarkTracker()
    var scene: (start: Instant, firstShot: Int)?
    var sceneCount: Int

    /// - Parameters:
    ///   - scorer: gives the probability for each window; it also fixes K and L.
    ///   - timeBase: of the stream.
    ///   - options: split length, deadline and decision.
    ///   - firstScene: index of the first scene.
    package init(
        scorer: any BoundaryScorer, timeBase: TimeBase, options: SegmentationOptions, firstScene: Int = 0
    ) {
        sceneCount = firstScene
        self.scorer = scorer
        self.timeBase = timeBase
        self.options = options
        splitAfter = max(1, timeBase.ticks(seconds: options.splitAfter))
        deadline = options.deadline.map { timeBase.ticks(seconds: $0) }
        ring = EmbeddingRing(neighborCount: scorer.neighborCount, leftCount: scorer.leftCount)
        decider = BoundaryDecider(options: options.decision, timeBase: timeBase)
    }

    /// Candidates, scores to come and instants held now; for tests of bounded memory.
    package var heldEntries: Int { timeline.count + unscored.count + watermark.heldInstants }

    /// Takes the next closed part. `now` is the picture that closed it, or the end of the pictures.
    package mutating func push(_ part: EncodedPart, at now: Instant) -> [SegmenterOutput] {
        var output: [SegmenterOutput] = []
        watermark.begin(at: part.start)
        if lastPart == nil { timeline.append(.begin(part.start, firstShot: part.shotIndex)) }
        if case .candidate(var candidate)? = timeline.last, candidate.partIndex == part.index - 1 {
            candidate.next = .init(transition: part.entry, shotIndex: part.shotIndex)
            timeline[timeline.count - 1] = .candidate(candidate)
        }
        if part.isLastOfShot || options.intraShot {
            unscored.append(ScoreJob(partIndex: part.index, isLastOfShot: part.isLastOfShot, at: part.end))
            timeline.append(
                .candidate(
                    Candidate(
                        partIndex: part.index, at: part.end, shotIndex: part.shotIndex,
                        isLastOfShot: part.isLastOfShot)))
        }
        lastPart = (part.index, part.shotIndex, part.end)
        openShotParts = part.isLastOfShot ? 0 : openShotParts + 1
        if let window = ring.push(part) {
            score(window, rightParts: ring.neighborCount, isComplete: true, into: &output)
        }
        resolve(now: now, into: &output)
        if options.isProvisional { tellProvisional(now: now, into: &output) }
        return output
    }

    /// Time goes on: called once for each picture, after the parts it closed were pushed.
    ///
    /// - Parameters:
    ///   - now: the picture.
    ///   - horizon: PTS before which no further cut can appear.
    ///   - openPart: gives the open shot's provisional embedding; called at most once, and only when a
    ///     deadline is due.
    /// - Returns: nothing, without allocation, when nothing is due.
    package mutating func advance(
        to now: Instant, horizon: Int64, openPart: () -> EncodedPart?
    ) -> [SegmenterOutput] {
        var output: [SegmenterOutput] = []
        watermark.note(now, horizon: horizon)
        if let due = nextDeadline, due <= now.pts {
            decideDue(now: now, provisional: openPart(), into: &output)
        }
        if let mark = watermark.next(limit: undecidedLimit, horizon: horizon, step: splitAfter) {
            output.append(.watermark(mark))
        }
        return output
    }

    /// The pictures are over and a gap follows; all parts before it were pushed.
    ///
    /// A gap of tau or more flushes the ring and resolves everything before it. A shorter one keeps the ring:
    /// what is undecided waits for the parts behind the gap.
    package mutating func gap(_ gap: Gap) -> [SegmenterOutput] {
        var output: [SegmenterOutput] = []
        endStretch(
            reason: .gap, isFlushed: gap.end.pts - gap.start.pts >= splitAfter, at: gap.start, into: &output)
        watermark.pause(at: gap.start)
        return output
    }

    /// The stream is over at `end`; all parts were pushed. Gives everything that is left.
    package mutating func finish(at end: Instant) -> [SegmenterOutput] {
        var output: [SegmenterOutput] = []
        endStretch(reason: .end, isFlushed: true, at: end, into: &output)
        if let mark = watermark.last(at: end) { output.append(.watermark(mark)) }
        return output
    }

    private mutating func endStretch(
        reason: SceneEnd, isFlushed: Bool, at now: Instant, into output: inout [SegmenterOutput]
    ) {
        if let lastPart {
            // What ends a stream or stands before a gap makes no boundary; its score is still given.
            if case .candidate(let candidate)? = timeline.last, candidate.partIndex == lastPart.index {
                timeline.removeLast()
            }
            timeline.append(.end(lastPart.end, reason, lastShot: lastPart.shotIndex))
            self.lastPart = nil
        }
        if isFlushed {
            let last = ring.nextIndex ?? 0
            for window in ring.finish() {
                score(window, rightParts: last - 1 - window.center.index, isComplete: true, into: &output)
            }
        }
        resolve(now: now, into: &output)
    }

    // MARK: - Scores

    /// Scores the window's center, unless its score is not wanted or was given at a deadline.
    mutating func score(
        _ window: ContextWindow, rightParts: Int, isComplete: Bool, into output: inout [SegmenterOutput]
    ) {
        let index = window.center.index
        guard let job = unscored.first, job.partIndex == index else { return }
        unscored.removeFirst()
        if options.givesReasons, let reasons = scorer.reasons(window) { output.append(.reasons(reasons)) }
        let score = probability(window)
        output.append(
            .score(
                partIndex: index, isLastOfShot: job.isLastOfShot, at: job.at, rightParts: rightParts, score))
        for position in timeline.indices {
            guard case .candidate(var candidate) = timeline[position], candidate.partIndex == index else {
                continue
            }
            candidate.answer = .init(score: score, rightParts: rightParts, isComplete: isComplete)
            timeline[position] = .candidate(candidate)
        }
    }

    mutating func probability(_ window: ContextWindow) -> Score { Score(Double(scorer.score(window))) }

    // MARK: - Decisions

    /// Decides what can be decided, in order of time.
    mutating func resolve(now: Instant, into output: inout [SegmenterOutput]) {
        while let entry = timeline.first {
            switch entry {
            case .begin(let start, let firstShot):
                scene = (start, firstShot)
                decider.begin(at: start.pts)
                timeline.removeFirst()
            case .end(let end, let reason, let lastShot):
                decider.pause(at: end.pts)
                endScene(at: end, reason: reason, score: nil, lastShot: lastShot, into: &output)
                timeline.removeFirst()
            case .candidate(let candidate):
                guard let answer = candidate.answer, let next = candidate.next else { return }
                var nextScore: Score?
                if options.decision.awaitedScores > 0, let follower = follower(of: candidate) {
                    guard let answer = follower.answer else { return }
                    nextScore = answer.score
                }
                timeline.removeFirst()
                decide(candidate, answer, next, nextScore: nextScore, now: now, into: &output)
            }
        }
    }

    /// The candidate one part behind the first entry, if there is one.
    func follower(of candidate: Candidate) -> Candidate? {
        guard timeline.count > 1, case .candidate(let next) = timeline[1] else { return nil }
        return next.partIndex == candidate.partIndex + 1 ? next : nil
    }

    /// Takes the final decision on a candidate.
    mutating func decide(
        _ candidate: Candidate, _ answer: Candidate.Answer, _ next: Candidate.Next?, nextScore: Score?,
        now: Instant, into output: inout [SegmenterOutput]
    ) {
        let verdict = decider.decide(
            partIndex: candidate.partIndex, at: candidate.at.pts, score: answer.score, next: nextScore)
        let boundary = candidate.boundary(
            verdict.isBoundary ? .final : .retracted, answer, next, threshold: verdict.threshold, now: now)
        if verdict.isBoundary || candidate.told != nil { output.append(.boundary(boundary)) }
        guard verdict.isBoundary else { return }
        endScene(
            at: candidate.at, reason: .boundary, score: answer.score, lastShot: candidate.shotIndex,
            into: &output)
        scene = (candidate.at, boundary.rightShot)
    }

    private mutating func endScene(
        at end: Instant, reason: SceneEnd, score: Score?, lastShot: Int, into output: inout [SegmenterOutput]
    ) {
        guard let begun = scene else { return }
        // A scene whose boundary was decided at a deadline may have lost all that stood behind it.
        guard begun.start < end else {
            scene = nil
            return
        }
        output.append(
            .scene(
                Scene(
                    index: sceneCount, start: begun.start, end: end, endReason: reason, score: score,
                    firstShot: begun.firstShot, lastShot: lastShot)))
        sceneCount += 1
        scene = nil
    }

    /// Nothing may be called settled from here on: the first undecided candidate, or, if the end of the next
    /// part may be one before the horizon, that of the last closed part. nil if only the horizon limits.
    private var undecidedLimit: Instant? {
        if case .candidate(let candidate)? = timeline.first { return candidate.at }
        let isEndNear = openShotParts >= PartAssembler.partsBeforeLastRun(.thirds)
        return options.intraShot || isEndNear ? lastPart?.end ?? watermark.stretchStart : nil
    }
}
