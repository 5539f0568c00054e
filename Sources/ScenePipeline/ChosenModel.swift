package import SceneModel
package import SceneSegmentation
package import Timeline

/// The encoder and the scorer of a run, and how `stream_start` names them.
package struct ChosenModel {
    package let encoder: any ShotEncoder
    package let scorer: any BoundaryScorer
    package let summary: ModelSummary
    /// The decision threshold that the model brings; nil leaves the default.
    package let threshold: Double?

    /// What needs no weights: the descriptor encoder and the coherence of both sides.
    package init(neighborCount: Int) {
        let encoder = DescriptorEncoder()
        let scorer = CoherenceScorer(
            neighborCount: neighborCount, typicalDistance: DescriptorEncoder.typicalDistance)
        self.encoder = encoder
        self.scorer = scorer
        threshold = nil
        summary = ModelSummary(scorer: scorer.name, encoder: encoder.name, neighborCount: neighborCount)
    }

    /// A context network from a file, over the descriptor encoder.
    package init(path: String) throws(ModelFileError) {
        let encoder = DescriptorEncoder()
        let file = try ModelFile(path: path)
        let scorer = try file.makeScorer(encoder: encoder.name, dimension: encoder.dimension)
        self.encoder = encoder
        self.scorer = scorer
        threshold = file.metadata.threshold
        summary = ModelSummary(
            scorer: scorer.name, encoder: encoder.name, neighborCount: scorer.neighborCount,
            file: file.fileName,
            digest: file.digest)
    }
}
