package import SceneModel
package import SceneSegmentation
package import Timeline

/// Who gives the scores where embeddings are there already.
package struct ChosenScorer {
    package let scorer: any BoundaryScorer
    package let summary: ModelSummary
    /// The decision threshold that the model brings; nil leaves the default.
    package let threshold: Double?

    /// Coherence of both sides, for embeddings of any width.
    package init(neighborCount: Int, encoder: String) {
        let scorer = CoherenceScorer(
            neighborCount: neighborCount, typicalDistance: DescriptorEncoder.typicalDistance)
        self.scorer = scorer
        threshold = nil
        summary = ModelSummary(scorer: scorer.name, encoder: encoder, neighborCount: neighborCount)
    }

    /// A context network from a file. `encoder` made the embeddings, `dimension` wide; nil if nobody says, then only the
    /// width must fit.
    package init(path: String, encoder: String?, dimension: Int) throws(ModelFileError) {
        let file = try ModelFile(path: path)
        let scorer = try file.makeScorer(
            encoder: encoder ?? file.metadata.encoder ?? Self.unnamedEncoder, dimension: dimension)
        self.scorer = scorer
        threshold = file.metadata.threshold
        summary = ModelSummary(
            scorer: scorer.name, encoder: encoder ?? Self.unnamedEncoder, neighborCount: scorer.neighborCount,
            file: file.fileName, digest: file.digest)
    }

    /// How `stream_start` names what made embeddings of which nothing is said.
    package static let unnamedEncoder = "embeddings"
}
