import FeedRuntime
import SceneEvents
import SceneModel
import ScenePipeline
import SceneSegmentation
import Timeline

/// A model that compares parts by two cues: the light in a corner, and the built-in descriptor.
enum TwoCueModel {
    /// A feed that has told nothing. `further`: what compares beside the light.
    static func session(
        _ options: SegmentOptions, further: [any ShotEncoder] = [DescriptorEncoder()]
    ) -> FeedSession {
        let encoder = CornerEncoder()
        return FeedSession(
            options: options,
            model: SharedModel(
                ChosenModel(
                    encoder: encoder, further: further,
                    scorer: CoherenceScorer(
                        neighborCount: options.neighborCount,
                        cues: ComparedCues(
                            typicalDistances: [nil, DescriptorEncoder.typicalDistance])),
                    summary: ModelSummary(
                        scorer: "coherence", encoder: encoder.name, neighborCount: options.neighborCount),
                    threshold: nil)
            ).forOneFeed())
    }

    /// The light in a corner of the middle picture.
    private struct CornerEncoder: ShotEncoder {
        let name = "corner"
        let dimension = 2
        let input = EncoderInput(.keyFrames(3))

        mutating func encode(_ part: Part) -> [Float] {
            [1, Float(part.keyFrames[1].analysis.planes[0]) / 64]
        }
    }
}
