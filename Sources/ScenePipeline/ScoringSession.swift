package import SceneSegmentation
package import Timeline

/// From encoded parts to events: the segmenter, and what it finds turned into events.
///
/// A value without I/O, clock or threads. A scorer runs once per decided part.
package struct ScoringSession: PartSink {
    package var counts = StreamCounts()

    private var segmenter: SceneSegmenter<AnyBoundaryScorer>
    /// Shots whose last part has been scored. Scores come in order and every shot gets one, so this is the index of the
    /// shot that the next score belongs to.
    private var scoredShots = 0

    package init(scorer: any BoundaryScorer, options: SegmentOptions, timeBase: TimeBase) {
        segmenter = SceneSegmenter(
            scorer: AnyBoundaryScorer(scorer), timeBase: timeBase, options: options.segmentation)
    }

    package mutating func push(_ part: EncodedPart, at now: Instant, into events: inout [Event]) {
        counts.parts += 1
        take(segmenter.push(part, at: now), into: &events)
    }

    package mutating func push(_ shot: Shot, into events: inout [Event]) {
        counts.shots += 1
        events.append(.shot(shot))
    }

    package mutating func advance(
        to now: Instant, horizon: Int64, openPart: () -> EncodedPart?, into events: inout [Event]
    ) {
        take(segmenter.advance(to: now, horizon: horizon, openPart: openPart), into: &events)
    }

    package mutating func push(_ gap: Gap, into events: inout [Event]) {
        take(segmenter.gap(gap), into: &events)
        counts.gaps += 1
        events.append(.gap(gap))
    }

    package mutating func finish(at end: Instant, into events: inout [Event]) {
        take(segmenter.finish(at: end), into: &events)
    }

    private mutating func take(_ outputs: [SegmenterOutput], into events: inout [Event]) {
        for output in outputs {
            switch output {
            case .score(let partIndex, let isLastOfShot, let at, let score):
                events.append(
                    .score(
                        PartScore(
                            partIndex: partIndex, shotIndex: scoredShots, at: at,
                            kind: isLastOfShot ? .cut : .intraShot, score: score)))
                if isLastOfShot { scoredShots += 1 }
            case .boundary(let boundary):
                counts.boundaries += 1
                events.append(.boundary(boundary))
            case .scene(let scene):
                counts.scenes += 1
                events.append(.scene(scene))
            case .watermark(let instant): events.append(.watermark(instant))
            }
        }
    }
}
