package import MediaInput
package import SceneEvents
package import ShotDetection
package import Timeline

/// One input from its first byte to its last shot: as `SceneReader`, without parts, scores and scenes.
package final class ShotReader {
    /// The input as it may be shown: without secrets.
    package let displayName: String
    /// What `stream_start` says of the media.
    package let media: MediaSummary
    /// h, seconds.
    package let detectorLag: Double
    package let decoderDelay: Int
    package let options: SegmentOptions

    private let announcesCuts: Bool
    private let reader: MediaReader
    private var session: ShotSession
    private var kinds: PictureKindFinder
    private var isFinished = false

    /// Opens `source`; blocks until the first picture is decoded. Of `options` the detector, m and the decode plan count.
    /// With `announcesCuts`, hard cuts are also told before they are certain; a list of cuts announces nothing.
    package init(
        _ source: MediaSource, mediaOptions: MediaOptions, options: SegmentOptions, recordsStatistics: Bool,
        announcesCuts: Bool, stop: StopFlag
    ) throws(MediaError) {
        var mediaOptions = mediaOptions
        mediaOptions.plan = options.speed
        let reader = try MediaReader(source, options: mediaOptions, stop: stop)
        let detector = options.detector.make(
            timeBase: reader.summary.clock.timeBase, minimumShot: options.minimumShot,
            recordsStatistics: recordsStatistics, announcesCuts: announcesCuts)
        self.announcesCuts = announcesCuts
        self.reader = reader
        self.options = options
        displayName = source.displayName
        media = reader.summary
        kinds = PictureKindFinder(reader.summary)
        decoderDelay = reader.decoderDelay
        detectorLag = detector.lag
        session = ShotSession(detector: detector)
    }

    /// What `stream_start` says was chosen.
    package func optionLiterals(threads: Int) -> [StreamStart.Option] {
        options.shotLiterals(threads: threads) + (announcesCuts ? [("provisional", "true")] : [])
    }

    package var counts: StreamCounts { session.counts }

    /// Seconds of media read so far.
    package var position: Double { session.position.map { media.clock.seconds(at: $0.pts) } ?? 0 }

    /// The shots and gaps that the next picture or gap made certain, often none; nil at the end, for good. Blocks while
    /// the input does.
    package func next() -> [ShotSession.Output]? {
        guard !isFinished else { return nil }
        switch reader.next() {
        case .picture(let picture):
            let change = kinds.push(picture).map { [ShotSession.Output.change($0)] } ?? []
            return change + session.push(picture)
        case .gap(let gap): return session.push(gap)
        case nil:
            isFinished = true
            return session.finish()
        }
    }

    /// What was measured of each picture, in order, since the last call; nothing unless it was asked for.
    package func takeStatistics() -> [PictureStatistics] { session.takeStatistics() }

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
