/// How masked spans are learned (Xiao et al., CVPR 2022, section 3.3; ids H-6 to H-8 are its equation 1 and
/// table 2).
package struct SpanOptions: Hashable, Sendable {
    /// What is asked of a prediction.
    package enum Loss: String, Hashable, Sendable, CaseIterable {
        /// To be nearer to the true embedding than to those of a queue (InfoNCE).
        case contrast
        /// To lie near the true one: mean squared distance of unit vectors, 2 - 2 cos.
        case squared
    }

    /// Which parts of a sequence are hidden.
    package enum Sampling: String, Hashable, Sendable, CaseIterable {
        /// A span of random length and place.
        case uniform
        /// The one part whose prediction changes most when it is hidden; costs N + 1 more passes.
        case discrepancy
    }

    /// a: a span hides at most this share of a sequence.
    package var share = 0.6
    package var loss = Loss.contrast
    package var sampling = Sampling.uniform
    /// T of the contrastive loss.
    package var temperature: Float = 0.1
    /// K: embeddings in the queue. The paper has 65,536.
    package var queueLength = 4096
    /// Seconds before and after a part within which parts of its recording are no negatives of it: they are
    /// often the same shot.
    package var nearSeconds = 30.0

    package init() {}
}
