package import MediaInput
package import SceneEvents
internal import SceneModel
internal import SceneSegmentation
internal import ShotDetection
internal import Timeline

/// One input, read once, and what several sets of options make of it.
package final class FanReader: SessionReader<SegmentSession<PartFan<ScoringSession>>> {
    /// Opens `source`; blocks until the first picture is decoded.
    ///
    /// - Parameters:
    ///   - source: what to read.
    ///   - mediaOptions: how.
    ///   - options: how shots are found, split and decoded, for all.
    ///   - variants: what decides the answers of each, as `options` otherwise; at least one.
    ///   - model: encodes and scores for all.
    ///   - stop: ends the reading when raised.
    /// - Throws: why there is no first picture.
    package init(
        _ source: MediaSource, mediaOptions: MediaOptions, options: SegmentOptions,
        variants: [SegmentOptions], model: ChosenModel, stop: StopFlag
    ) throws(MediaError) {
        var mediaOptions = mediaOptions
        mediaOptions.views.formUnion(model.encoder.input.views)
        try super.init(source, mediaOptions: mediaOptions, options: options, stop: stop) {
            detector, reader, options in
            let timeBase = reader.summary.clock.timeBase
            let sinks = variants.map { variant in
                // Networks have buffers of their own for each user.
                ScoringSession(
                    scorer: model.scorer.separate() ?? model.scorer, options: variant, timeBase: timeBase)
            }
            return SegmentSession(
                detector: detector, encoder: model.encoder, further: model.further, sink: PartFan(sinks),
                options: options, timeBase: timeBase)
        }
    }

    /// The events of each variant since the last call; call it after `next`.
    package func takeEvents() -> [[Event]] { session.takeEvents() }

    /// The last event of each variant; valid once `next` has returned nil. `wall`: RFC 3339.
    package func streamEnds(wall: String) -> [Event] {
        let end = end ?? Instant(pts: media.clock.startPTS, frame: 0)
        return session.sink.allCounts.map {
            .streamEnd($0.streamEnd(at: end, reason: ending.reason, wall: wall))
        }
    }
}

extension SegmentSession where Sink == PartFan<ScoringSession> {
    mutating func takeEvents() -> [[Event]] { sink.takeEvents() }
}
