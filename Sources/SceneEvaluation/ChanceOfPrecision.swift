/// Average precision without any knowledge, in the two senses that "chance" has in the field.
package enum ChanceOfPrecision: Hashable, Sendable, CaseIterable {
    /// Share of boundaries among the shots: the precision of calling every shot a boundary, and the average
    /// precision of equal scores for all.
    case prevalence
    /// Expected average precision of a random order of the shots, without ties. Above the prevalence, the
    /// more so the fewer shots there are.
    case randomOrder

    /// `positives` boundaries among `count` shots; nil without a boundary. O(count).
    ///
    /// Random order: rank k holds a boundary with probability m / n, and then 1 + (k - 1) q of the first k
    /// do, where q = (m - 1) / (n - 1). The mean over ranks is q + (1 - q) H(n) / n, with H(n) = 1 + 1/2 +
    /// ... + 1/n.
    package func value(positives: Int, of count: Int) -> Double? {
        guard positives > 0, count > 0 else { return nil }
        switch self {
        case .prevalence: return Double(positives) / Double(count)
        case .randomOrder:
            guard count > 1 else { return 1 }
            let others = Double(positives - 1) / Double(count - 1)
            var harmonic = 0.0
            for rank in stride(from: count, through: 1, by: -1) { harmonic += 1 / Double(rank) }
            return others + (1 - others) * harmonic / Double(count)
        }
    }
}
