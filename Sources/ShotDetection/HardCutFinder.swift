/// Finds pictures that may be the first of a shot: peaks of the difference to the picture before.
///
/// Generous on purpose; `HardCutFeatures` and the network decide.
struct HardCutFinder: Sendable {
    let tuning: ShotDetectorTuning

    /// Whether picture `index` is a candidate. The two pictures after it must be there, or never come.
    func isCandidate(_ index: Int, in history: SignatureHistory) -> Bool {
        guard index > history.firstIndex else { return false }
        let strength = history[index].difference
        guard strength >= tuning.hardDifferenceFloor else { return false }
        // The greatest of its direct neighbours; of equals the first.
        if index - 1 > history.firstIndex, history[index - 1].difference >= strength { return false }
        if index + 1 < history.endIndex, history[index + 1].difference > strength { return false }
        let first = max(
            history.index(before: index, seconds: tuning.hardNeighbourhood), history.firstIndex + 1)
        let last = history.index(after: index, seconds: tuning.hardNeighbourhood)
        var others: [Float] = []
        if first <= last {
            for other in first...last where other != index {
                let difference = history[other].difference
                if difference > HardCutFeatures.duplicate { others.append(difference) }
            }
        }
        guard !others.isEmpty else { return true }
        others.sort()
        return strength >= tuning.hardDifferenceRatio * others[others.count / 2]
    }
}
