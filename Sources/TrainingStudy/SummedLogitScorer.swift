import Foundation
import SceneModel
import SceneSegmentation

/// Coherence and a relational network together: the sum of the first's logit and of a share of the second's.
struct SummedLogitScorer: BoundaryScorer {
    let name = "sum of logits"
    private var coherence: CoherenceScorer
    private var network: RelationalScorer
    private let share: Float
    /// Logit of the network's threshold, which counts as 0.
    private let zero: Float

    /// `threshold`: that the network ships with.
    init(_ coherence: CoherenceScorer, _ network: RelationalScorer, share: Float, threshold: Float) {
        (self.coherence, self.network, self.share) = (coherence, network, share)
        zero = Self.logit(threshold)
    }

    var neighborCount: Int { coherence.neighborCount }
    var leftCount: Int { coherence.leftCount }

    mutating func score(_ window: ContextWindow) -> Float {
        let first = coherence.score(window)
        guard first > 0 else { return 0 }
        // The network looks back at fewer parts.
        let rest = window.leftCount - network.neighborCount
        let narrow = ContextWindow(
            parts: Array(window.parts[rest...]), repeatedLeft: max(0, window.repeatedLeft - rest),
            repeatedRight: window.repeatedRight)
        return 1 / (1 + exp(-(Self.logit(first) + share * (Self.logit(network.score(narrow)) - zero))))
    }

    private static func logit(_ score: Float) -> Float {
        let score = min(max(score, 1e-6), 1 - 1e-6)
        return log(score / (1 - score))
    }
}
