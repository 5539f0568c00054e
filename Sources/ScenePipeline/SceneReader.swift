package import MediaInput
package import SceneEvents
internal import SceneModel
internal import SceneSegmentation
internal import ShotDetection
internal import Timeline

/// One input from its first byte to its last event.
package final class SceneReader: SessionReader<SegmentSession<RecordedSession>> {
    package let model: ModelSummary
    /// Bound on the delay of every final answer, in seconds; nil if unbounded (contract 9).
    package var delayBound: Double? { options.delayBound }

    /// Opens `source` and readies every step; blocks until the first picture is decoded. The decode plan is
    /// that of `options`. `thumbnails`: the longest side of what `takeThumbnails` gives. `keepsEmbeddings`:
    /// `record` is wanted.
    package init(
        _ source: MediaSource, mediaOptions: MediaOptions, options: SegmentOptions, model: ChosenModel,
        thumbnails: Int? = nil, keepsEmbeddings: Bool = false, stop: StopFlag
    ) throws(MediaError) {
        self.model = model.summary
        let thumbnail = thumbnails.map { Picture.View.thumbnail(longestSide: $0) }
        var mediaOptions = mediaOptions
        mediaOptions.cues = options.cues
        if let thumbnail { mediaOptions.views.insert(thumbnail) }
        mediaOptions.views.formUnion(model.encoder.input.views)
        let threads = mediaOptions.threads
        try super.init(source, mediaOptions: mediaOptions, options: options, stop: stop) {
            detector, reader, options in
            let timeBase = reader.summary.clock.timeBase
            let scoring = ScoringSession(scorer: model.scorer, options: options, timeBase: timeBase)
            let recorder =
                keepsEmbeddings
                ? EmbeddingRecorder(
                    model.encoder, digest: model.encoderDigest, further: model.further, detector: detector,
                    reader, options: options, threads: threads) : nil
            return SegmentSession(
                detector: detector, encoder: model.encoder, further: model.further,
                sink: RecordedSession(scoring, recorder: recorder), options: options, timeBase: timeBase,
                thumbnail: thumbnail)
        }
    }

    /// What decisions need without the pictures; valid once `next` has returned nil. nil where it was not
    /// wanted.
    package var record: EmbeddingRecord? { session.sink.record(reason: ending.reason) }

    /// Small pictures of the shots that were closed since the last call: of the first and the last key frame
    /// of each.
    package func takeThumbnails() -> [Thumbnail] { session.takeThumbnails() }
}
