package import MediaInput
package import SceneEvents
internal import SceneModel
internal import SceneSegmentation
internal import ShotDetection
package import Timeline

/// One input from its first byte to its last event: the media reader pulls, the session decides.
///
/// One thread drives it and blocks while the input does; FFmpeg decodes behind it. Nothing here looks at a clock.
package final class SceneReader {
    /// The input as it may be shown: without secrets.
    package let displayName: String
    /// What `stream_start` says of the media.
    package let media: MediaSummary
    package let model: ModelSummary
    /// h, seconds.
    package let detectorLag: Double
    /// Bound on the delay of every final answer, in seconds; nil if unbounded (contract 9).
    package let delayBound: Double?
    package let decoderDelay: Int
    package let options: SegmentOptions

    private let reader: MediaReader
    private var session: SegmentSession<ScoringSession>
    private var kinds: PictureKindFinder
    private var isFinished = false

    /// Opens `source` and readies every step; blocks until the first picture is decoded. The decode plan is that of
    /// `options`.
    package init(
        _ source: MediaSource, mediaOptions: MediaOptions, options requested: SegmentOptions,
        model: ChosenModel,
        stop: StopFlag
    ) throws(MediaError) {
        var mediaOptions = mediaOptions
        mediaOptions.plan = requested.speed
        mediaOptions.crop = model.encoder.pictureGeometry
        let reader = try MediaReader(source, options: mediaOptions, stop: stop)
        let detector = requested.detector.make(
            timeBase: reader.summary.clock.timeBase, minimumShot: requested.minimumShot)
        self.reader = reader
        displayName = source.displayName
        media = reader.summary
        kinds = PictureKindFinder(reader.summary)
        decoderDelay = reader.decoderDelay
        self.model = model.summary
        detectorLag = detector.lag
        options = requested
        delayBound = requested.delayBound
        session = SegmentSession(
            detector: detector, encoder: model.encoder,
            sink: ScoringSession(
                scorer: model.scorer, options: requested, timeBase: reader.summary.clock.timeBase),
            options: requested, timeBase: reader.summary.clock.timeBase)
    }

    package var counts: StreamCounts { session.counts }
    package var statistics: MediaStatistics { reader.statistics }

    /// Seconds of media read so far.
    package var position: Double {
        session.position.map { media.clock.seconds(at: $0.pts) } ?? 0
    }

    /// The events that the next picture or gap made certain, often none; nil at the end, for good. Blocks while the
    /// input does.
    package func next() -> [Event]? {
        guard !isFinished else { return nil }
        switch reader.next() {
        case .picture(let picture):
            let change = kinds.push(picture).map { [Event.streamChange($0)] } ?? []
            return change + session.push(picture)
        case .gap(let gap): return session.push(gap)
        case nil:
            isFinished = true
            return session.finish()
        }
    }

    /// How the input ended; valid once `next` has returned nil.
    package var ending: MediaEnding { reader.ending ?? .end }

    /// Where a list of cuts does not fit the input; valid once `next` has returned nil.
    package var misfit: CutList.Misfit? {
        options.detector.list?.misfit(pictures: Int64(counts.pictures), seconds: position)
    }

    /// The last event of the stream; valid once `next` has returned nil. `wall`: RFC 3339.
    package func streamEnd(wall: String) -> Event {
        .streamEnd(
            StreamEnd(
                at: session.position ?? Instant(pts: media.clock.startPTS, frame: 0), reason: ending.reason,
                counts: session.counts, wall: wall))
    }
}
