internal import JSONText
package import SceneEvents
package import SceneIndex
internal import SceneSegmentation

extension StreamStart {
    /// The option that says what makes the vectors of a run's scenes.
    static let vectorOption = "vectors"

    /// What an index must say of itself to hold the run's scenes; nil where they have no vectors.
    package var vectorManifest: IndexManifest? {
        guard let literal = options.first(where: { $0.name == Self.vectorOption })?.literal,
            let members = JSONValue(parsing: Array(literal.utf8)[...])?.members
        else { return nil }
        let fields = Dictionary(members.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        guard let encoder = fields["encoder"]?.string, let sceneEncoder = fields["scene_encoder"]?.string,
            let dimension = fields["dimension"]?.integer, 1...1 << 20 ~= dimension
        else { return nil }
        return IndexManifest(
            encoder: encoder, digest: fields["digest"]?.string, sceneEncoder: sceneEncoder,
            sceneDigest: fields["scene_encoder_digest"]?.string, dimension: Int(dimension))
    }
}

extension EmbeddingMaker {
    /// As an option of `stream_start`: a JSON object.
    func literal(_ encoder: any SceneEncoder) -> String {
        var line = JSONLine()
        line.field("encoder", name)
        line.field("digest", digest)
        line.field("scene_encoder", encoder.name)
        if let digest = encoder.digest { line.field("scene_encoder_digest", digest) }
        line.field("dimension", encoder.dimension(embeddings: width))
        return line.object
    }
}
