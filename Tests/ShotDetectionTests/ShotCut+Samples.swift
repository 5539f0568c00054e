import ShotDetection
import Timeline

extension ShotCut {
    static func hard(_ pts: Int64, _ score: Double) -> ShotCut {
        ShotCut(at: Instant(pts: pts), transition: Transition(kind: .cut, score: Score(score)))
    }

    /// Stands in the middle of its mixed range, rounded up.
    static func gradual(_ kind: TransitionKind, _ mixed: ClosedRange<Int64>, _ score: Double) -> ShotCut {
        ShotCut(
            at: Instant(pts: (mixed.lowerBound + mixed.upperBound + 1) / 2),
            transition: Transition(
                kind: kind, mixed: Instant(pts: mixed.lowerBound)...Instant(pts: mixed.upperBound),
                score: Score(score)))
    }
}

extension DecisionQueue {
    /// A queue of shots of four ticks and more, to which `cuts` were added in turn.
    static func holding(_ cuts: [ShotCut]) -> DecisionQueue {
        var queue = DecisionQueue(spacing: 4)
        for cut in cuts { queue.add(cut) }
        return queue
    }

    /// All that it holds.
    var held: [ShotCut] {
        var copy = self
        return copy.take(before: .max)
    }
}
