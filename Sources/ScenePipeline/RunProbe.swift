package import SceneModel
package import SceneSegmentation
internal import Timeline

/// A probe that tags the scenes of a run.
package struct RunProbe: Sendable {
    package let probe: Probe
    /// SHA-256 of its file.
    package let digest: String
    /// Name of its file, without folders.
    package let name: String

    /// Reads a probe for a run.
    ///
    /// - Parameters:
    ///   - path: of its file.
    ///   - maker: of the run's embeddings.
    ///   - encoder: makes the vectors of the run's scenes.
    /// - Throws: where it cannot be used, was taught with other embeddings or vectors, or tags changes of
    ///   shot.
    package init(
        path: String, maker: EmbeddingMaker, encoder: any SceneEncoder
    ) throws(ModelFileError) {
        probe = try Probe(path: path)
        let file = try SafetensorsFile(path: path)
        (digest, name) = (file.digest(), file.fileName)
        let description = probe.description
        guard description.input == .scene else {
            throw ModelFileError(
                .encoderMismatch, path: path, detail: "it tags changes of shot, not scenes",
                remedy: "give it to scened probe apply")
        }
        guard description.sceneEncoder == encoder.name else {
            throw ModelFileError(
                .encoderMismatch, path: path,
                detail:
                    "it was taught with scene encoder \(description.sceneEncoder), and this run has \(encoder.name)",
                remedy: "teach another probe")
        }
        try description.require(
            encoder: maker.name, digest: maker.digest,
            dimension: encoder.dimension(embeddings: maker.width), of: "this run", path: path)
    }

    /// All labels, the most probable first; none where the scene shows nothing. O(weights).
    func tags(_ vector: [Float]?) -> [SceneTag] {
        guard let vector else { return [] }
        return probe.tags(probe.probabilities(vector)).map {
            SceneTag(label: $0.label, probability: Score($0.probability))
        }
    }
}
