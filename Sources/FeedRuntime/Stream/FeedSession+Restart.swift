package import EventJournal
internal import ScenePipeline
internal import SceneSegmentation
internal import Timeline
package import SceneEvents

extension FeedSession {
    /// Goes on with a run that a process before this one left open. Call once, before the first message.
    ///
    /// What that process knew and had not told is lost: the pictures of its open shot, and the scores of the
    /// last K + p parts; provisional boundaries among them are retracted. The shot and the scene that were
    /// open end where pictures are known to have come; behind that begins a gap with reason `restart`, which
    /// ends with the first picture of this process. The ring begins anew.
    ///
    /// - Parameters:
    ///   - record: of the run; it has begun and not ended.
    ///   - now: seconds on a clock that never steps.
    ///   - unixMilliseconds: the wall clock.
    /// - Returns: the events that close what was open.
    package mutating func resume(
        _ record: RunRecord, now: Double, unixMilliseconds: Int64
    ) -> [Event] {
        guard let clock = record.clock, let start = record.start else { return [] }
        let end = Instant(pts: record.reached)
        var events: [Event] = []
        var counts = StreamCounts(record)
        if record.shotEnd < end.pts {
            let start = Instant(pts: record.shotEnd)
            events.append(
                .shot(
                    Shot(
                        index: counts.shots, start: start, end: end,
                        transition: Transition(kind: record.shots == 0 ? .start : .cut, score: Score(1)),
                        parts: [PartSummary(index: counts.parts, start: start, end: end, keyFrames: [])])))
            counts.shots += 1
            counts.parts += 1
        }
        events += record.openAnswers.map { answer in
            var boundary = Boundary(retracting: answer, now: end)
            boundary.probability = options.calibration?.probability(
                of: boundary.score, rightParts: boundary.rightParts)
            return .boundary(boundary)
        }
        if record.isDegraded { events.append(.recovered(Relief(at: end, leftOut: .nothing))) }
        var (sceneStart, firstShot) = (record.sceneEnd, record.firstShot)
        func endScene(at pts: Int64, _ reason: SceneEnd, score: Score? = nil, lastShot: Int) {
            guard sceneStart < pts else { return }
            events.append(
                .scene(
                    Scene(
                        index: counts.scenes, start: Instant(pts: sceneStart), end: Instant(pts: pts),
                        endReason: reason, score: score, firstShot: firstShot, lastShot: lastShot)))
            counts.scenes += 1
        }
        if let boundary = record.openBoundary, boundary.at > sceneStart {
            endScene(at: boundary.at, .boundary, score: Score(boundary.score), lastShot: boundary.leftShot)
            (sceneStart, firstShot) = (boundary.at, boundary.rightShot)
        }
        for gap in record.openGaps {
            endScene(at: gap.start, .gap, lastShot: gap.shots - 1)
            (sceneStart, firstShot) = (gap.end, gap.shots)
        }
        endScene(at: end.pts, .gap, lastShot: counts.shots - 1)
        endBlock(of: record, at: end, clock: clock, into: &events)
        beginRecall(clock)
        name(&events)
        takeUp(noticesOf: record)
        continueRun(
            clock: clock, container: start.container, timeline: record.timeline, at: end, counts: counts,
            lastArrival: now - record.missing(at: unixMilliseconds, timeBase: clock.timeBase))
        return events
    }

    /// The block that a process before this one left open ends at `end`. What that process had learned is
    /// lost; blocks begin anew behind the gap.
    mutating func endBlock(
        of record: RunRecord, at end: Instant, clock: MediaClock, into events: inout [Event]
    ) {
        guard options.blocks != nil, let start = record.blockEnd else { return }
        if start < end.pts {
            let kind = record.nextBlock.flatMap(Block.Kind.init) ?? .program
            events.append(
                .block(Block(start: Instant(pts: start), end: end, kind: kind, probability: nil)))
        }
        beginBlocks(clock)
    }

    /// Stands at `end`, behind which a gap has begun whose beginning is decided.
    private mutating func continueRun(
        clock: MediaClock, container: String, timeline: Int, at end: Instant, counts: StreamCounts,
        lastArrival: Double
    ) {
        self.clock = clock
        self.container = container
        self.timeline = timeline
        (position, settled) = (end, end)
        (nextPart, nextShot) = (counts.parts, counts.shots)
        sink = ScoringSession(
            scorer: model.scorer, options: options, timeBase: clock.timeBase, following: counts)
        pause = Pause(start: end, reason: .restart, isDecided: true)
        self.lastArrival = lastArrival
    }
}

extension Boundary {
    /// Takes back what can no longer be decided: what stood to its right is lost. How its shot begins is not
    /// known any more.
    fileprivate init(retracting answer: RunRecord.OpenAnswer, now: Instant) {
        self.init(
            at: Instant(pts: answer.at), kind: BoundaryKind(rawValue: answer.kind) ?? .cut, state: .retracted,
            revision: answer.revision + 1, score: Score(answer.score), threshold: Score(answer.threshold),
            transition: nil, leftShot: answer.leftShot, rightShot: answer.rightShot,
            rightParts: answer.rightParts, isComplete: false, delay: now.pts - answer.at)
    }
}

extension StreamCounts {
    /// What a run held when it was last written.
    init(_ record: RunRecord) {
        self.init()
        pictures = record.pictures
        shots = record.shots
        parts = record.parts
        boundaries = record.boundaries
        scenes = record.scenes
        gaps = record.gaps
    }
}
