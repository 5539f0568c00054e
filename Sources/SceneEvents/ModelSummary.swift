/// Who gives the scores.
package struct ModelSummary: Hashable, Sendable {
    /// The scorer's name, e.g. `coherence` or `crn`; `none` where only shots are found.
    package var scorer: String
    package var encoder: String
    /// K: parts seen behind a possible boundary.
    package var neighborCount: Int
    /// File name without folders; nil for what is built in. Volatile, as `input`.
    package var file: String?
    /// SHA-256 of the weights, hexadecimal; nil where there are none.
    package var digest: String?
    /// Names of the encoders whose embeddings the scorer compares side by side, in order; empty where
    /// `encoder` is the only one.
    package var similarity: [String] = []

    package init(
        scorer: String, encoder: String, neighborCount: Int, file: String? = nil, digest: String? = nil
    ) {
        self.scorer = scorer
        self.encoder = encoder
        self.neighborCount = neighborCount
        self.file = file
        self.digest = digest
    }

    /// Of a run that finds shots and nothing more.
    package static let shotsAlone = ModelSummary(scorer: "none", encoder: "none", neighborCount: 0)
}
