package import Timeline

/// The tones of a picture and how much of it each has: what a place keeps while the camera moves through it.
///
/// A histogram over luma and both chroma, eight steps each; a pixel counts in the steps next to it, by
/// nearness, so that a small change of light moves little.
package struct ToneSketch: Equatable, Sendable {
    /// Shares in units of 1 / `unit`, luma slowest, then Cb.
    private var shares: [Int32]

    private static let steps = 8
    /// Levels of luma and of chroma in a step. Chroma beyond 40 levels from neutral is in the outer steps.
    private static let width = (luma: 32, chroma: 10)
    private static let chromaReach = 40
    /// Weight of one pixel, sixteenths on each axis, and of all.
    private static let pixelWeight: Int32 = 1 << 12
    private static let unit = Float(pixelWeight) * Float(AnalysisPicture.chromaCount)

    package init(of picture: AnalysisPicture) {
        var sums = [Int32](repeating: 0, count: Self.steps * Self.steps * Self.steps)
        let planes = picture.planes.span
        let (wide, narrow) = (AnalysisPicture.width, AnalysisPicture.chromaWidth)
        for row in 0..<AnalysisPicture.chromaHeight {
            for column in 0..<narrow {
                let top = 2 * row * wide + 2 * column
                let luma =
                    (Int(planes[top]) + Int(planes[top + 1]) + Int(planes[top + wide])
                        + Int(planes[top + wide + 1])) / 4
                let at = AnalysisPicture.lumaCount + row * narrow + column
                let y = Self.place(luma, width: Self.width.luma)
                let u = Self.place(
                    Int(planes[at]) - 128 + Self.chromaReach, width: Self.width.chroma)
                let v = Self.place(
                    Int(planes[at + AnalysisPicture.chromaCount]) - 128 + Self.chromaReach,
                    width: Self.width.chroma)
                for corner in 0..<8 {
                    let (i, j, k) = (corner >> 2, corner >> 1 & 1, corner & 1)
                    let weight =
                        (i == 0 ? 16 - y.rest : y.rest) * (j == 0 ? 16 - u.rest : u.rest)
                        * (k == 0 ? 16 - v.rest : v.rest)
                    guard weight > 0 else { continue }
                    sums[((y.step + i) * Self.steps + u.step + j) * Self.steps + v.step + k] &+= Int32(weight)
                }
            }
        }
        shares = sums
    }

    /// The lower of the two steps that a level lies between, and how far it is from its middle, in
    /// sixteenths of a step.
    private static func place(_ level: Int, width: Int) -> (step: Int, rest: Int) {
        let sixteenths = (level * 16 + width / 2) / width - 8
        let bounded = max(0, min(sixteenths, 16 * (steps - 1)))
        let step = min(bounded / 16, steps - 2)
        return (step, bounded - 16 * step)
    }

    /// Share of the picture whose tones differ: 0 for equal histograms, 1 for disjoint ones.
    package func distance(to other: ToneSketch) -> Float {
        var sum: Int32 = 0
        for index in shares.indices { sum &+= abs(shares[index] &- other.shares[index]) }
        return Float(sum) / (2 * Self.unit)
    }
}
