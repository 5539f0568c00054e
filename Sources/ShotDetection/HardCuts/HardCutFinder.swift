/// Finds pictures that may be the first of a shot: peaks of the difference to the picture before.
///
/// Generous on purpose; `HardCutFeatures` and the network decide.
struct HardCutFinder: Sendable {
    let tuning: ShotDetectorTuning

    /// Whether picture `index` is a candidate. The two pictures after it must be there, or never come, or
    /// come too late to be its neighbors.
    func isCandidate(_ index: Int, in history: SignatureHistory) -> Bool {
        guard index > history.firstIndex else { return false }
        let strength = history[index].difference
        guard strength >= tuning.hardDifferenceFloor else { return false }
        // The greatest of its direct neighbors; of equals the first.
        let nearby = history.neighbors(of: index)
        if index - 1 > history.firstIndex, index > nearby.lowerBound,
            history[index - 1].difference >= strength
        {
            return false
        }
        if index < nearby.upperBound, history[index + 1].difference > strength { return false }
        let first = max(
            history.index(before: index, seconds: tuning.hardNeighborhood), history.firstIndex + 1)
        let last = history.index(after: index, seconds: tuning.hardNeighborhood)
        var before: [Float] = []
        var after: [Float] = []
        if first <= last {
            for other in first...last where other != index {
                let difference = history[other].difference
                guard difference > HardCutFeatures.duplicate else { continue }
                if other < index { before.append(difference) } else { after.append(difference) }
            }
        }
        let others = before + after
        guard !others.isEmpty else { return true }
        if strength >= tuning.hardDifferenceRatio * Self.median(others) { return true }
        // Between a restless shot and a quiet one the quiet side counts, and a side that stands still counts
        // as quiet.
        let calm = min(before.isEmpty ? 0 : Self.median(before), after.isEmpty ? 0 : Self.median(after))
        return strength >= tuning.hardDifferenceCalmRatio * calm
    }

    private static func median(_ values: [Float]) -> Float { values.sorted()[values.count / 2] }
}
