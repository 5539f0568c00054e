/// What a model file says about itself: the `scened.*` entries of a safetensors file's metadata. All are optional, so
/// that the published weights of others load as they are.
package struct ModelMetadata: Equatable, Sendable {
    /// Name of the encoder that the model was trained with (`scened.encoder`).
    package var encoder: String?
    /// K (`scened.neighbors`).
    package var neighborCount: Int?
    /// Attention heads (`scened.heads`); 8 in BaSSL.
    package var headCount = 8
    /// Score from which a boundary counts (`scened.threshold`), in 0...1.
    package var threshold: Double?
    /// `scened.pooling`; `center` in BaSSL.
    package var pooling = Pooling.center

    package init() {}

    /// Reads the entries; a wrong one is a fault that names it.
    package init(_ entries: [String: String], path: String) throws(ModelFileError) {
        func wrong(_ key: String, _ expected: String) -> ModelFileError {
            ModelFileError(
                .unsuitableMetadata, path: path,
                detail:
                    "metadata \(key) is \(ModelFileError.quoted(entries[key] ?? "")), expected \(expected)",
                remedy: "correct or remove that entry")
        }
        func whole(_ key: String) throws(ModelFileError) -> Int? {
            guard let text = entries[key] else { return nil }
            guard let value = Int(text), value >= 1 else { throw wrong(key, "a whole number of at least 1") }
            return value
        }
        encoder = entries[Key.encoder]
        neighborCount = try whole(Key.neighbors)
        headCount = try whole(Key.heads) ?? 8
        if let text = entries[Key.threshold] {
            guard let value = Double(text), (0...1).contains(value) else {
                throw wrong(Key.threshold, "0 to 1")
            }
            threshold = value
        }
        if let text = entries[Key.pooling] {
            guard let value = Pooling(rawValue: text) else {
                throw wrong(Key.pooling, "one of \(Pooling.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            pooling = value
        }
    }

    /// The entries to write into a file; reading them gives an equal value.
    package var entries: [String: String] {
        var entries = [Key.heads: "\(headCount)", Key.pooling: pooling.rawValue]
        entries[Key.encoder] = encoder
        entries[Key.neighbors] = neighborCount.map { "\($0)" }
        entries[Key.threshold] = threshold.map { "\($0)" }
        return entries
    }

    private enum Key {
        static let encoder = "scened.encoder"
        static let neighbors = "scened.neighbors"
        static let heads = "scened.heads"
        static let threshold = "scened.threshold"
        static let pooling = "scened.pooling"
    }
}
