package import SceneEvents
package import SceneSegmentation
package import Timeline

/// From encoded parts to events: the segmenter, and what it finds turned into events.
///
/// A value without I/O, clock or threads. A scorer runs once per decided part.
package struct ScoringSession: PartSink {
    package var counts: StreamCounts

    private let timeBase: TimeBase
    /// tau, seconds.
    private let splitAfter: Double
    private let calibration: ScoreCalibration?
    private var segmenter: SceneSegmenter
    /// Shots whose last part has been scored. Scores come in order and every shot gets one, so this is the
    /// index of the shot that the next score belongs to.
    private var scoredShots: Int
    private let genreNames: [String]?
    /// Shares of the parts whose shot was not told yet, by the parts' indices; only with names.
    private var genreShares: [Int: [Float]] = [:]
    /// nil where nobody asked how surprising parts are.
    package private(set) var surprise: SurpriseWatch?

    /// - Parameters:
    ///   - scorer: gives the probabilities; it fixes K, unless `options` have fewer neighbors.
    ///   - options: what decides the answers.
    ///   - timeBase: of the stream.
    ///   - counts: what the stream has held before, where it goes on behind a gap: numbers continue.
    package init(
        scorer: any BoundaryScorer, options: SegmentOptions, timeBase: TimeBase,
        following counts: StreamCounts = StreamCounts()
    ) {
        self.timeBase = timeBase
        self.counts = counts
        splitAfter = options.splitAfter
        calibration = options.calibration
        scoredShots = counts.shots
        genreNames = options.genreNames
        surprise = options.surprise.map { SurpriseWatch($0, timeBase: timeBase) }
        segmenter = SceneSegmenter(
            scorer: EarlyScorer.limiting(scorer, to: options.neighborCount), timeBase: timeBase,
            options: options.segmentation,
            firstScene: counts.scenes)
    }

    package mutating func push(_ part: EncodedPart, at now: Instant, into events: inout [Event]) {
        counts.parts += 1
        if genreNames != nil { genreShares[part.index] = part.genreShares }
        surprise?.push(part, into: &events)
        take(segmenter.push(part, at: now), into: &events)
    }

    package mutating func push(_ shot: Shot, into events: inout [Event]) {
        counts.shots += 1
        let told = shot.telling(genreNames, genreShares)
        events.append(.shot(surprise?.telling(told) ?? told))
        genreShares = [:]
    }

    package mutating func advance(
        to now: Instant, horizon: Int64, openPart: () -> EncodedPart?, into events: inout [Event]
    ) {
        take(segmenter.advance(to: now, horizon: horizon, openPart: openPart), into: &events)
    }

    package mutating func push(_ gap: Gap, into events: inout [Event]) {
        surprise?.noteGap()
        take(segmenter.gap(gap), into: &events)
        note(gap, into: &events)
    }

    /// Pictures have been missing since `start` for tau or longer, nobody knows yet for how long: decides
    /// what a long gap decides. `note` follows when the gap is over.
    package mutating func pause(at start: Instant, into events: inout [Event]) {
        surprise?.noteGap()
        let length = max(1, timeBase.ticks(seconds: splitAfter))
        let least = Gap(start: start, end: Instant(pts: start.pts + length), reason: .disconnect)
        take(segmenter.gap(least), into: &events)
    }

    /// The gap whose beginning `pause` told of is over.
    package mutating func note(_ gap: Gap, into events: inout [Event]) {
        counts.gaps += 1
        events.append(.gap(gap))
    }

    package mutating func finish(at end: Instant, into events: inout [Event]) {
        take(segmenter.finish(at: end), into: &events)
    }

    /// Writes everything that later answers depend on (contract 16).
    package func put(to writer: inout WireWriter) {
        for count in [
            counts.pictures, counts.damagedPictures, counts.shots, counts.parts, counts.boundaries,
            counts.scenes,
            counts.gaps, scoredShots,
        ] {
            writer.put(Int64(count))
        }
        segmenter.put(to: &writer)
        surprise?.put(to: &writer)
    }

    /// Goes on from what another session with the same options wrote.
    ///
    /// - Parameters:
    ///   - reader: stands where `put` began.
    ///   - dimensions: lengths of a part's embeddings, the encoder's first.
    ///   - nextPart: index of the part that will be pushed next.
    ///   - watermark: PTS of the last watermark that was told.
    /// - Throws: where the bytes cannot be those of such a session; this one is then of no use.
    package mutating func restore(
        from reader: inout WireReader, dimensions: [Int], nextPart: Int, watermark: Int64?
    ) throws(WireError) {
        counts.pictures = Int(try reader.count())
        counts.damagedPictures = Int(try reader.count())
        counts.shots = Int(try reader.count())
        counts.parts = Int(try reader.count())
        counts.boundaries = Int(try reader.count())
        counts.scenes = Int(try reader.count())
        counts.gaps = Int(try reader.count())
        scoredShots = Int(try reader.count())
        try segmenter.restore(from: &reader, dimensions: dimensions, nextPart: nextPart)
        try surprise?.restore(from: &reader, width: dimensions[0])
        if let watermark { segmenter.note(watermark: watermark) }
    }

    private mutating func take(_ outputs: [SegmenterOutput], into events: inout [Event]) {
        var reasons: ScoreReasons?
        for output in outputs {
            switch output {
            case .reasons(let next): reasons = next
            case .score(let partIndex, let isLastOfShot, let at, let rightParts, let value):
                var score = PartScore(
                    partIndex: partIndex, shotIndex: scoredShots, at: at,
                    kind: isLastOfShot ? .cut : .intraShot, score: value)
                score.probability = calibration?.probability(of: value, rightParts: rightParts)
                score.reasons = reasons
                reasons = nil
                events.append(.score(score))
                if isLastOfShot { scoredShots += 1 }
            case .boundary(var boundary):
                boundary.probability = calibration?.probability(
                    of: boundary.score, rightParts: boundary.rightParts)
                if boundary.state == .final { counts.boundaries += 1 }
                events.append(.boundary(boundary))
            case .scene(let scene):
                counts.scenes += 1
                events.append(.scene(scene))
            case .watermark(let instant): events.append(.watermark(instant))
            }
        }
    }
}

extension Shot {
    /// The shot with what each genre has of its parts.
    fileprivate func telling(_ names: [String]?, _ shares: [Int: [Float]]) -> Shot {
        guard let names else { return self }
        var shot = self
        for place in shot.parts.indices {
            shot.parts[place].genres = shares[shot.parts[place].index].map { own in
                zip(names, own).map { GenreShare(name: $0, share: Score(Double($1))) }
            }
        }
        return shot
    }
}
