/// How strongly a scene seems to end with a part (contract 6).
package struct PartScore: Hashable, Sendable {
    /// Position in the stream's sequence of parts, from 0.
    package var partIndex: Int
    package var shotIndex: Int
    /// The end of the part.
    package var at: Instant
    /// `cut` for the last part of a shot, also where a gap or the end of the stream follows it.
    package var kind: BoundaryKind
    package var score: Score
    /// What share of places like it are boundaries; nil without a calibration.
    package var probability: Score?
    /// What moved it; nil where nobody asked.
    package var reasons: ScoreReasons?

    package init(partIndex: Int, shotIndex: Int, at: Instant, kind: BoundaryKind, score: Score) {
        self.partIndex = partIndex
        self.shotIndex = shotIndex
        self.at = at
        self.kind = kind
        self.score = score
    }
}
