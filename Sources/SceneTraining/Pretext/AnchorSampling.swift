package import NeuralNet

/// Which two shots of a window are the anchors of its pseudo-scenes (Genre and Duration, ICLR 2026).
package enum AnchorSampling: String, Hashable, Sendable, CaseIterable {
    /// Chance in proportion to 1 / duration: short shots are preferred (IDW).
    case inverseDuration
    /// Chance in proportion to the duration: long shots are preferred (DW).
    case duration
    /// The window's ends (Side).
    case side

    /// Two positions with at least two shots between them, so that a cut can be searched: a pair (l, r) has a
    /// chance in proportion to p_l p_r. O(S^2).
    package func draw(durations: [Double], using random: inout RandomStream) -> ClosedRange<Int> {
        let count = durations.count
        precondition(count >= 4, "two anchors and two shots between them")
        guard self != .side else { return 0...count - 1 }
        // At least one picture at 25 per second: a duration of 0 has no inverse.
        let weights = durations.map { max($0, 0.04) }.map { self == .duration ? $0 : 1 / $0 }
        var pairs: [ClosedRange<Int>] = []
        var chances: [Double] = []
        for left in 0..<count - 3 {
            for right in left + 3..<count {
                pairs.append(left...right)
                chances.append(weights[left] * weights[right])
            }
        }
        return pairs[random.position(weights: chances)]
    }
}
