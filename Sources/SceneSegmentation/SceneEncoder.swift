package import Timeline

/// What is known of one part of a scene: its embedding or its pictures, and how much of it lies in the scene.
package struct ScenePart: Hashable, Sendable {
    /// As a `ShotEncoder` made it; zeros where the part shows nothing.
    package var embedding: [Float]
    /// Seconds that lie in the scene, above 0.
    package var seconds: Double
    /// For encoders that look at pictures, as `SceneEncoder.pictures` asks for them; else none.
    package var pictures: [RGBPicture]

    package init(embedding: [Float], seconds: Double, pictures: [RGBPicture] = []) {
        self.embedding = embedding
        self.seconds = seconds
        self.pictures = pictures
    }
}

/// The parts of a scene in, one vector out: by its vector a scene is found again.
package protocol SceneEncoder: Sendable {
    /// Name and version: only vectors of equal names and digests are compared.
    var name: String { get }

    /// SHA-256 of its weights, hexadecimal; nil where it has none.
    var digest: String? { get }

    /// The pictures that it looks at; nil for one that takes embeddings. `encode` then wants parts with
    /// pictures, and their embeddings do not count.
    var pictures: ScenePictures? { get }

    /// Why it cannot take embeddings of an encoder, whose weights have `digest`, of so many numbers; nil
    /// where it can. `encode` takes no others.
    func refusal(encoder: String, digest: String?, width: Int) -> String?

    /// Width of its vectors where embeddings have a width.
    func dimension(embeddings width: Int) -> Int

    /// The vector of a scene: of length 1, or of length 0 where the scene shows nothing. `parts`: in order of
    /// time, all embeddings equally wide. The same parts give the same bits on the same machine.
    func encode(_ parts: [ScenePart], width: Int) -> [Float]
}

extension SceneEncoder {
    /// It has no weights.
    package var digest: String? { nil }

    /// It takes embeddings.
    package var pictures: ScenePictures? { nil }

    /// It takes any.
    package func refusal(encoder: String, digest: String?, width: Int) -> String? { nil }
}
