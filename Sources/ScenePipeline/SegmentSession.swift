package import SceneSegmentation
package import ShotDetection
package import Timeline

/// One stream from pictures to events: joins detector, assembler, encoder and segmenter.
///
/// A value without I/O, clock or threads: the same pictures give the same events (contract 15). What it costs per
/// picture is the detector; an encoder runs once per part, a scorer once per decided part.
package struct SegmentSession {
    private var detector: any ShotDetector
    private var assembler: PartAssembler
    private var encoder: any ShotEncoder
    private var segmenter: SceneSegmenter<AnyBoundaryScorer>

    /// What has been found so far.
    package private(set) var counts = Counts()
    /// End of the last picture; nil before the first.
    private var end: Instant?

    /// Totals for `stream_end` and the progress line.
    package struct Counts: Sendable {
        package var pictures = 0
        package var damagedPictures = 0
        package var shots = 0
        package var parts = 0
        package var boundaries = 0
        package var scenes = 0
        package var gaps = 0
    }

    package init(
        detector: any ShotDetector, encoder: any ShotEncoder, scorer: any BoundaryScorer,
        options: SegmentOptions,
        clock: MediaClock
    ) {
        self.detector = detector
        self.encoder = encoder
        assembler = PartAssembler(
            timeBase: clock.timeBase, rule: options.split, splitAfter: options.splitAfter,
            minimumShotLength: detector.minimumShotLength, keyFrameCount: encoder.keyFrameCount)
        segmenter = SceneSegmenter(
            scorer: AnyBoundaryScorer(scorer), timeBase: clock.timeBase, options: options.segmentation)
    }

    /// Takes the next picture in display order; returns the events that it made certain, in order.
    package mutating func push(_ picture: Picture) -> [Event] {
        counts.pictures += 1
        if picture.isDamaged { counts.damagedPictures += 1 }
        end = picture.end
        let detection = detector.push(picture)
        var events: [Event] = []
        for output in assembler.push(picture, cuts: detection.cuts, horizon: detection.horizon) {
            take(output, at: picture.at, into: &events)
        }
        let outputs = segmenter.advance(to: picture.at, horizon: detection.horizon) {
            assembler.openPart().map { part in EncodedPart(part, embedding: encoder.encode(part)) }
        }
        take(outputs, into: &events)
        return events
    }

    /// Pictures are missing between the last one and the next.
    package mutating func push(_ gap: Gap) -> [Event] {
        var events = closeShots(at: gap.start)
        take(segmenter.gap(gap), into: &events)
        counts.gaps += 1
        events.append(.gap(gap))
        return events
    }

    /// The stream is over: returns the events that were waiting for more.
    package mutating func finish() -> [Event] {
        guard let end else { return [] }
        var events = closeShots(at: end)
        take(segmenter.finish(at: end), into: &events)
        return events
    }

    /// Where the stream stands: the end of the last picture.
    package var position: Instant? { end }

    private mutating func closeShots(at end: Instant) -> [Event] {
        var events: [Event] = []
        let detection = detector.finish(at: end)
        for output in assembler.finish(at: end, cuts: detection.cuts, horizon: detection.horizon) {
            take(output, at: end, into: &events)
        }
        return events
    }

    private mutating func take(_ output: PartAssembler.Output, at now: Instant, into events: inout [Event]) {
        switch output {
        case .part(let part):
            counts.parts += 1
            take(segmenter.push(EncodedPart(part, embedding: encoder.encode(part)), at: now), into: &events)
        case .shot(let shot):
            counts.shots += 1
            events.append(.shot(shot))
        }
    }

    private mutating func take(_ outputs: [SegmenterOutput], into events: inout [Event]) {
        for output in outputs {
            switch output {
            case .score: break
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
