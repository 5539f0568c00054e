internal import SceneModel
internal import SceneSegmentation
internal import ShotDetection
package import Timeline

extension SegmentSession where Sink == ScoringSession {
    /// One stream from pictures to events, with the detector that `options` ask for.
    package init(options: SegmentOptions, model: ChosenModel, timeBase: TimeBase) {
        self.init(
            detector: options.detector.make(timeBase: timeBase, minimumShot: options.minimumShot),
            encoder: model.encoder, further: model.further,
            sink: ScoringSession(scorer: model.scorer, options: options, timeBase: timeBase),
            options: options, timeBase: timeBase)
    }
}
