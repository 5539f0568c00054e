package import MediaInput
package import SceneSegmentation
internal import SceneModel
internal import ShotDetection
internal import Timeline

/// One input from its first byte to its record: as `SceneReader`, with the decisions left for later.
package final class EmbeddingReader: SessionReader<SegmentSession<EmbeddingRecorder>> {
    /// Opens `source` and readies every step; blocks until the first picture is decoded. `encoderDigest`: of
    /// the encoder's weights, for the record. `further`: `ChosenModel.further`.
    package init(
        _ source: MediaSource, mediaOptions: MediaOptions, options: SegmentOptions, encoder: any ShotEncoder,
        encoderDigest: String? = nil, further: [any ShotEncoder] = [], stop: StopFlag
    ) throws(MediaError) {
        var mediaOptions = mediaOptions
        mediaOptions.views.formUnion(encoder.input.views)
        let threads = mediaOptions.threads
        try super.init(source, mediaOptions: mediaOptions, options: options, stop: stop) {
            detector, reader, options in
            let recorder = EmbeddingRecorder(
                encoder, digest: encoderDigest, further: further, detector: detector, reader,
                options: options, threads: threads)
            return SegmentSession(
                detector: detector, encoder: encoder, further: further, sink: recorder, options: options,
                timeBase: reader.summary.clock.timeBase)
        }
    }

    /// What was found; valid once `next` has returned nil.
    package var record: EmbeddingRecord { session.sink.finished(reason: ending.reason) }
}

extension EmbeddingRecorder {
    /// For a stream that was just opened. `digest`: of the encoder's weights; `further`:
    /// `ChosenModel.further`; `threads`: that decode it.
    init(
        _ encoder: any ShotEncoder, digest: String?, further: [any ShotEncoder], detector: any ShotDetector,
        _ reader: MediaReader,
        options: SegmentOptions, threads: Int
    ) {
        self.init(
            info: EmbeddingRecord.Info(
                encoder: encoder.name, digest: digest, genres: encoder.genres, dimension: encoder.dimension,
                further: further.isEmpty
                    ? nil : further.map { .init(encoder: $0.name, dimension: $0.dimension) },
                media: .init(reader.summary),
                options: .init(
                    split: options.split.rawValue, splitAfter: options.splitAfter,
                    minimumShot: options.minimumShot, deadline: options.deadline, detector: detector.name,
                    speed: options.speed.rawValue,
                    sound: further.contains { $0 is SoundDescriptorEncoder } ? options.sound.number : nil,
                    threads: threads),
                detectorLag: Int64((detector.lag * 1_000_000).rounded()), decoderDelay: reader.decoderDelay,
                ffmpeg: MediaLibrary.version))
    }
}
