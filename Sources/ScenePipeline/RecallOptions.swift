package import SceneIndex
internal import SceneModel
package import SceneSegmentation

/// How scenes that were on before are recognized.
package struct RecallOptions: Sendable {
    /// Cosine from which a scene counts as one that was on before, where nobody says otherwise.
    package static let standardThreshold = 0.98

    /// Scenes of past recordings; nil: there are none.
    package var index: SceneIndex?
    /// Cosine from which two scenes count as alike, 0 to 1.
    package var threshold = Self.standardThreshold
    /// The run's own scenes are known, too, as soon as they were told.
    package var repeats = false
    /// Scenes tell their vectors.
    package var tellsVectors = false
    /// Of the run's embeddings.
    package var maker = EmbeddingMaker(name: "", width: 1, digest: nil)
    /// Makes the vectors; that of the index where there is one.
    package var encoder: any SceneEncoder = SceneEncoders.all[0]

    /// Tags scenes; nil: nobody does.
    package var probe: RunProbe?
    /// Tag scenes; nil: there are none.
    package var sentences: RunSentences?

    package init() {}

    /// Somebody asked what was on before.
    package var looksBack: Bool { index != nil || repeats }
}

extension RecallOptions {
    /// Equal answers are given to equal scenes. An index that was opened anew counts as another.
    package static func isSame(_ left: RecallOptions?, _ right: RecallOptions?) -> Bool {
        left?.index?.identity == right?.index?.identity && left?.threshold == right?.threshold
            && left?.repeats == right?.repeats && left?.tellsVectors == right?.tellsVectors
            && left?.encoder.name == right?.encoder.name && left?.encoder.digest == right?.encoder.digest
            && left?.probe?.digest == right?.probe?.digest
            && left?.sentences?.literal == right?.sentences?.literal
    }
}
