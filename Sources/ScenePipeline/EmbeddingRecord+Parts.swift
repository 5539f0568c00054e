package import SceneSegmentation

extension EmbeddingRecord {
    /// All parts, in order: one row of the file each.
    package var encodedParts: [EncodedPart] { parts.map(\.part) }
}
