package import NeuralNet

/// Where two clips of a take begin, in frames of the take.
package struct ClipPair: Hashable, Sendable {
    package var first: Int
    package var second: Int

    /// Two clips of `frames` frames from `count` frames: their distance t has a chance in proportion to
    /// T - t, T being one more than the greatest possible (CVRL, arXiv 2008.03800, section 3.2: linear), so
    /// that near ones are more likely; either may come first. Where the take is no longer than a clip both
    /// begin with it.
    package init(count: Int, frames: Int, using random: inout RandomStream) {
        let most = max(0, count - frames)
        let distance = random.position(weights: (0...most).map { Double(most + 1 - $0) })
        let start = random.position(below: most + 1 - distance)
        let isSwapped = random.fraction() < 0.5
        first = isSwapped ? start + distance : start
        second = isSwapped ? start : start + distance
    }
}
