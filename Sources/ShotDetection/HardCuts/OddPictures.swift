import Timeline

/// A few pictures at a hard cut that belong to neither shot: fields of both, a blend of both, a flash.
///
/// They make two steps where a cut makes one, each the other's rival. Without them it is a hard cut like any
/// other, and a flash within a shot is nothing at all.
struct OddPictures: Sendable {
    /// From the first odd picture to the first of the new shot behind them.
    let range: Range<Int>
    /// The first picture of the new shot: the first odd one that does not show the old shot rather.
    let cut: Int

    /// The pictures at `step`, one of the two steps, without which the change stands out most.
    ///
    /// - Returns: nil where nothing stands out without them.
    /// - Complexity: one comparison of pictures for each two steps around, about 0.01 ms; for candidates
    ///   only.
    init?(at step: Int, in history: SignatureHistory, tuning: ShotDetectorTuning) {
        let steps = Self.steps(around: step, in: history, tuning: tuning)
        var best: (range: Range<Int>, prominence: Float)?
        for first in steps where first <= step {
            for next in steps where next >= step && next > first {
                guard history.seconds(from: first, to: next) <= tuning.oddSeconds else { continue }
                let ends = min(history[first].difference, history[next].difference)
                // Odd pictures are all alike, or blends one after the other, as telecine leaves them: any
                // other ramp of steps is a fade or a movement.
                guard
                    (first + 1..<next).allSatisfy({ history[$0].difference <= tuning.oddShare * ends })
                        || Self.areBlends(first..<next, in: history)
                else { continue }
                let change = history[first - 1].difference(to: history[next])
                guard change >= tuning.hardDifferenceFloor else { continue }
                let rest = Self.restlessness(around: first...next, in: history, tuning: tuning)
                // Movement swells and fades: its first and last steps are much like those around.
                let prominence = min(change, ends) / (rest + Self.calm)
                if prominence > best?.prominence ?? tuning.oddRatio { best = (first..<next, prominence) }
            }
        }
        guard let best else { return nil }
        range = best.range
        cut = Self.cut(behind: best.range, in: history)
    }

    /// The first step that odd pictures at `step` may begin with.
    static func first(before step: Int, in history: SignatureHistory, tuning: ShotDetectorTuning) -> Int {
        min(step, steps(around: step, in: history, tuning: tuning).first ?? step)
    }

    /// Pictures around `step` that differ from the one before about as much as it does, itself among them.
    private static func steps(
        around step: Int, in history: SignatureHistory, tuning: ShotDetectorTuning
    ) -> [Int] {
        let least = max(tuning.hardDifferenceFloor, tuning.oddShare * history[step].difference)
        let first = max(history.index(before: step, seconds: tuning.oddSeconds), history.firstIndex + 1)
        let last = history.index(after: step, seconds: tuning.oddSeconds)
        return (first...last).filter { history[$0].difference >= least }
    }

    /// The greatest difference between neighbors just before and just after `steps`.
    private static func restlessness(
        around steps: ClosedRange<Int>, in history: SignatureHistory, tuning: ShotDetectorTuning
    ) -> Float {
        let first = max(
            history.index(before: steps.lowerBound, seconds: tuning.oddSeconds), history.firstIndex + 1)
        let last = history.index(after: steps.upperBound, seconds: tuning.oddSeconds)
        var most: Float = 0
        for index in first...last where !steps.contains(index) { most = max(most, history[index].difference) }
        return most
    }

    /// 8-bit steps: what counts as calm.
    private static let calm: Float = 0.5

    private static func cut(behind range: Range<Int>, in history: SignatureHistory) -> Int {
        let near = history[range.lowerBound - 1]
        let far = history[range.upperBound]
        return range.first { showsNew(history[$0], near: near, far: far) } ?? range.upperBound
    }

    /// Whether an odd picture shows the new shot at least as much as the old one, or neither.
    private static func showsNew(
        _ picture: PictureSignature, near: PictureSignature, far: PictureSignature
    ) -> Bool {
        guard picture.contrast >= flat else { return true }
        let all = 0..<PictureSignature.count
        let whole = GradualProfile.energy(near, far)
        let position = ByteSums.position(picture.small.span, from: near.small.span, to: far.small.span, all)
        let progress = Float(position.along) / whole
        if Float(position.moved) / whole - progress * progress < blendResidual { return progress >= halfway }
        return Likeness.shifted(picture, near) - Likeness.shifted(picture, far) < clearlyOld
    }

    /// Whether each picture of `range` is a blend of what surrounds them, with more of the new one than the
    /// one before has.
    private static func areBlends(_ range: Range<Int>, in history: SignatureHistory) -> Bool {
        let near = history[range.lowerBound - 1]
        let far = history[range.upperBound]
        let whole = GradualProfile.energy(near, far)
        var least = Self.least
        for index in range {
            let position = ByteSums.position(
                history[index].small.span, from: near.small.span, to: far.small.span,
                0..<PictureSignature.count)
            let progress = Float(position.along) / whole
            guard Float(position.moved) / whole - progress * progress < blendResidual,
                progress >= least, progress <= 1 - Self.least
            else { return false }
            least = progress
        }
        return true
    }

    /// Share of either side that a blend holds at least.
    private static let least: Float = 0.1

    /// 8-bit steps of contrast below which a picture shows nothing.
    private static let flat: Float = 2
    /// Share of the squared difference of both sides that a blend of them leaves unexplained at most.
    private static let blendResidual: Float = 0.1
    /// Progress from which a blend counts as new; half, less noise.
    private static let halfway: Float = 0.45
    /// By how much likeness with the old shot must surpass that with the new one.
    private static let clearlyOld: Float = 0.3
}
