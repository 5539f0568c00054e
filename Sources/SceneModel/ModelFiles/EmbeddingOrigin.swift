/// Whose embeddings a network was trained on, as its file says.
package struct EmbeddingOrigin: Hashable, Sendable {
    static let encoderKey = "scened.encoder"
    static let digestKey = "scened.encoder_sha256"

    package var encoder: String
    /// Of the encoder's weights; nil where it has none, or the films did not say.
    package var digest: String?

    package init(encoder: String, digest: String?) { (self.encoder, self.digest) = (encoder, digest) }

    /// nil if the file does not say.
    init?(_ file: SafetensorsFile) {
        guard let encoder = file.metadata[Self.encoderKey] else { return nil }
        self.init(encoder: encoder, digest: file.metadata[Self.digestKey])
    }
}

extension EmbeddingOrigin? {
    /// Why embeddings of an encoder, `width` wide, do not suit a network that was trained on these and takes
    /// `expected` numbers, for a message; nil if they do. Who does not know what it was trained on takes all
    /// that have the width.
    func refusal(encoder: String, digest: String?, width: Int, expected: Int) -> String? {
        if let self, self.encoder != encoder {
            return "it was trained on embeddings of \(self.encoder), these are of \(encoder)"
        }
        if let trained = self?.digest, trained != digest {
            return "it was trained on embeddings of other weights of \(encoder)"
        }
        guard width == expected else {
            return "it takes embeddings of \(expected) numbers, these have \(width)"
        }
        return nil
    }
}
