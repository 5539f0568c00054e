package import SceneEvents
package import SceneSegmentation
package import ShotDetection
package import Timeline

/// One stream from pictures to encoded parts, and on to a sink that decides on them or keeps them: joins
/// detector, assembler and encoder.
///
/// A value without I/O, clock or threads: the same pictures give the same events (contract 15). What it costs
/// per picture is the detector; an encoder runs once per part.
package struct SegmentSession<Sink: PartSink>: StreamSession {
    package internal(set) var sink: Sink
    private var finder: PartFinder
    private var encoder: any ShotEncoder
    /// `ChosenModel.further`.
    private var further: [any ShotEncoder]
    private var thumbnails: KeyFrameThumbnails?
    /// nil where nobody asked for blocks.
    private var blocks: BlockFinder?
    /// nil where nobody asked what was on before.
    private var recall: SceneRecall?

    /// `further`: `ChosenModel.further`. `thumbnail`: the view that `takeThumbnails` gives; every picture has
    /// it.
    package init(
        detector: any ShotDetector, encoder: any ShotEncoder, further: [any ShotEncoder] = [], sink: Sink,
        options: SegmentOptions, timeBase: TimeBase, thumbnail: Picture.View? = nil
    ) {
        self.encoder = encoder
        self.further = further
        thumbnails = thumbnail.map(KeyFrameThumbnails.init)
        self.sink = sink
        blocks = options.blocks.map { BlockFinder(timeBase: timeBase, options: $0) }
        recall = options.recall.map {
            SceneRecall(timeBase: timeBase, options: $0, width: encoder.dimension)
        }
        finder = PartFinder(
            detector: detector, sampling: encoder.input.sampling, options: options, timeBase: timeBase)
    }

    /// What has been found so far.
    package var counts: StreamCounts { sink.counts }

    /// Takes the next picture in display order; returns the events that it made certain, in order.
    package mutating func push(_ picture: Picture) -> [Event] {
        sink.counts.pictures += 1
        if picture.isDamaged { sink.counts.damagedPictures += 1 }
        blocks?.note(picture.at)
        let step = finder.push(picture)
        var events: [Event] = []
        for output in step.outputs { take(output, at: picture.at, into: &events) }
        sink.advance(
            to: picture.at, horizon: step.horizon,
            openPart: {
                finder.openPart().map { part in
                    var encoded = EncodedPart(part, embedding: encoder.encode(part))
                    encoded.furtherEmbeddings = further.encode(part)
                    return encoded
                }
            },
            into: &events)
        name(&events)
        return events
    }

    /// Takes the next message of the stream.
    package mutating func push(_ cue: Cue) -> [Event] {
        var events = [Event.cue(cue)]
        blocks?.push(cue, into: &events)
        return events
    }

    /// Takes the next frame of sound.
    package mutating func push(_ sound: SoundFrame) { finder.push(sound) }

    /// Pictures are missing between the last one and the next.
    package mutating func push(_ gap: Gap) -> [Event] {
        var events = closeShots(at: gap.start)
        blocks?.push(gap, into: &events)
        sink.push(gap, into: &events)
        name(&events)
        return events
    }

    /// The stream is over: returns the events that were waiting for more.
    package mutating func finish() -> [Event] {
        guard let end = finder.end else { return [] }
        var events = closeShots(at: end)
        blocks?.finish(at: end, into: &events)
        sink.finish(at: end, into: &events)
        name(&events)
        return events
    }

    /// Where the stream stands: the end of the last picture.
    package var position: Instant? { finder.end }

    package static func output(of change: StreamChange) -> Event { .streamChange(change) }

    /// Thumbnails of the first and last key frame of each shot that was closed since the last call; none
    /// where nobody asked for them.
    package mutating func takeThumbnails() -> [Thumbnail] { thumbnails?.take() ?? [] }

    /// Says of new scenes in which blocks they lie, and whether they were on before.
    private mutating func name(_ events: inout [Event]) {
        blocks?.name(&events)
        recall?.name(&events)
    }

    private mutating func closeShots(at end: Instant) -> [Event] {
        var events: [Event] = []
        for output in finder.close(at: end) { take(output, at: end, into: &events) }
        return events
    }

    private mutating func take(_ output: PartAssembler.Output, at now: Instant, into events: inout [Event]) {
        switch output {
        case .part(let part):
            thumbnails?.push(part)
            blocks?.push(part, at: now, into: &events)
            var encoded = EncodedPart(part, encoder.read(part))
            encoded.furtherEmbeddings = further.encode(part)
            recall?.push(encoded)
            sink.push(encoded, at: now, into: &events)
            name(&events)
        case .shot(let shot): sink.push(shot, into: &events)
        }
    }
}
