package import SceneIndex
package import SceneSegmentation

/// What makes embeddings: only those of equal makers are compared.
package struct EmbeddingMaker: Hashable, Sendable {
    /// As `embed` names it.
    package var name: String
    /// Of an embedding.
    package var width: Int
    /// SHA-256 of its weights; nil where it has none.
    package var digest: String?

    package init(name: String, width: Int, digest: String?) {
        (self.name, self.width, self.digest) = (name, width, digest)
    }

    /// What an index must say of itself to hold scenes of such embeddings.
    package func manifest(_ encoder: any SceneEncoder) -> IndexManifest {
        IndexManifest(
            encoder: name, digest: digest, sceneEncoder: encoder.name, sceneDigest: encoder.digest,
            dimension: encoder.dimension(embeddings: width))
    }
}

extension ChosenModel {
    /// What makes its embeddings.
    package var embeddings: EmbeddingMaker {
        EmbeddingMaker(name: encoder.name, width: encoder.dimension, digest: encoderDigest)
    }
}
