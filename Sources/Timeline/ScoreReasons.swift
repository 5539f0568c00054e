/// What moved a score: evidence in logits, whose sum is the score's own, and the two parts across the cut
/// that are most alike.
package struct ScoreReasons: Hashable, Sendable {
    /// One kind of evidence; above 0 it speaks for a boundary.
    package struct Evidence: Hashable, Sendable {
        package enum Kind: String, Hashable, Sendable, CaseIterable {
            /// How much better the window falls into two scenes here than it stays one.
            case segmentation
            /// The lengths of the two shots that meet.
            case lengths
            /// The usual length of shots around.
            case tempo
            /// A dissolve, a fade or black between them.
            case transition
        }

        package var kind: Kind
        package var logit: Double

        package init(_ kind: Kind, _ logit: Double) {
            self.kind = kind
            self.logit = logit
        }
    }

    /// Two parts on both sides of the cut.
    package struct Pair: Hashable, Sendable {
        /// Positions in the stream's sequence of parts.
        package var leftPart: Int
        package var rightPart: Int
        /// Cosine distance of their embeddings, 0...2; with several similarity cues, by the first that knows
        /// both.
        package var distance: Double

        package init(leftPart: Int, rightPart: Int, distance: Double) {
            self.leftPart = leftPart
            self.rightPart = rightPart
            self.distance = distance
        }
    }

    /// In the order of `Kind`; empty where a network gives no reasons.
    package var evidence: [Evidence]
    /// nil where nothing with a picture stands on one side.
    package var alike: Pair?

    package init(evidence: [Evidence], alike: Pair?) {
        self.evidence = evidence
        self.alike = alike
    }
}
