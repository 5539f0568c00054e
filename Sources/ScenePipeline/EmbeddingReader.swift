package import MediaInput
internal import ShotDetection
package import SceneSegmentation
package import Timeline

/// One input from its first byte to its record: as `SceneReader`, with the decisions left for later.
package final class EmbeddingReader {
    /// The input as it may be shown: without secrets.
    package let displayName: String

    private let list: CutList?
    private let reader: MediaReader
    private var session: SegmentSession<EmbeddingRecorder>

    /// Opens `source` and readies every step; blocks until the first picture is decoded.
    package init(
        _ source: MediaSource, mediaOptions: MediaOptions, options: SegmentOptions, encoder: any ShotEncoder,
        stop: StopFlag
    ) throws(MediaError) {
        var mediaOptions = mediaOptions
        mediaOptions.crop = encoder.pictureGeometry
        mediaOptions.plan = options.speed
        let reader = try MediaReader(source, options: mediaOptions, stop: stop)
        let timeBase = reader.summary.clock.timeBase
        let detector = options.detector.make(timeBase: timeBase, minimumShot: options.minimumShot)
        let info = EmbeddingRecord.Info(
            encoder: encoder.name, dimension: encoder.dimension, media: .init(reader.summary),
            options: .init(
                split: options.split.rawValue, splitAfter: options.splitAfter,
                minimumShot: options.minimumShot,
                deadline: options.deadline, detector: detector.name, speed: options.speed.rawValue,
                threads: mediaOptions.threads),
            detectorLag: Int64((detector.lag * 1_000_000).rounded()), decoderDelay: reader.decoderDelay,
            ffmpeg: MediaLibrary.version)
        self.reader = reader
        list = options.detector.list
        displayName = source.displayName
        session = SegmentSession(
            detector: detector, encoder: encoder, sink: EmbeddingRecorder(info: info), options: options,
            timeBase: timeBase)
    }

    package var counts: StreamCounts { session.counts }
    /// How the input ended; valid once `step` has returned false.
    package var ending: MediaEnding { reader.ending ?? .end }

    /// Seconds of media read so far.
    package var position: Double {
        session.position.map { reader.summary.clock.seconds(at: $0.pts) } ?? 0
    }

    /// Takes the next picture or gap; false at the end, for good. Blocks while the input does.
    package func step() -> Bool {
        switch reader.next() {
        case .picture(let picture): _ = session.push(picture)
        case .gap(let gap): _ = session.push(gap)
        case nil:
            _ = session.finish()
            return false
        }
        return true
    }

    /// Where a list of cuts does not fit the input; valid once `step` has returned false.
    package var misfit: CutList.Misfit? {
        list?.misfit(pictures: Int64(counts.pictures), seconds: position)
    }

    /// What was found; valid once `step` has returned false.
    package var record: EmbeddingRecord { session.sink.finished(reason: ending.reason) }
}
