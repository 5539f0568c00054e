/// Do two pictures show the same thing? Judged on the half-size planes, blind to brightness, contrast and
/// small shifts.
enum Likeness {
    /// How far the window may be shifted each way, in half-size pixels: 2 is 6 % of the width, what a shaken
    /// camera moves between two pictures.
    static let reach = 2

    /// The best correlation of the two lumas over all shifts up to `reach`, -1...1. Two flat pictures are
    /// alike (1); a flat and a textured one are not (0).
    ///
    /// Complexity: (2 reach + 1)^2 windows of 28 x 14; about 2 us.
    static func shifted(_ a: PictureSignature, _ b: PictureSignature, reach: Int = reach) -> Float {
        let width = PictureSignature.lumaWidth
        let columns = width - 2 * Self.reach
        let rows = PictureSignature.lumaHeight - 2 * Self.reach
        let count = Float(columns * rows)
        let x = a.small.span
        let y = b.small.span
        var best: Float = -1
        var sumX: Int32 = 0
        var squaresX: Int32 = 0
        for row in 0..<rows {
            let start = (row + Self.reach) * width + Self.reach
            let (sum, squares) = ByteSums.sumAndSquares(x, start..<(start + columns))
            sumX &+= sum
            squaresX &+= squares
        }
        let meanX = Float(sumX) / count
        let varianceX = Float(squaresX) / count - meanX * meanX
        for down in -reach...reach {
            for right in -reach...reach {
                var sumY: Int32 = 0
                var squaresY: Int32 = 0
                var products: Int32 = 0
                for row in 0..<rows {
                    let startX = (row + Self.reach) * width + Self.reach
                    let startY = startX + down * width + right
                    let lineX = x.extracting(startX..<(startX + columns))
                    let lineY = y.extracting(startY..<(startY + columns))
                    for column in 0..<columns {
                        // Through 16 bits: the compiler then multiplies and adds in pairs.
                        let p = Int32(Int16(lineX[column]))
                        let q = Int32(Int16(lineY[column]))
                        sumY &+= q
                        squaresY &+= q &* q
                        products &+= p &* q
                    }
                }
                let meanY = Float(sumY) / count
                let varianceY = Float(squaresY) / count - meanY * meanY
                let covariance = Float(products) / count - meanX * meanY
                best = max(best, correlation(covariance, varianceX, varianceY))
            }
        }
        return best
    }

    /// Variance, in squared 8-bit steps, below which a picture counts as flat: noise and rounding, no
    /// texture.
    private static let flatVariance: Float = 4

    private static func correlation(_ covariance: Float, _ varianceA: Float, _ varianceB: Float) -> Float {
        if varianceA < flatVariance && varianceB < flatVariance { return 1 }
        // The added variance keeps noise on nearly flat pictures from correlating by chance.
        return covariance / ((varianceA + flatVariance) * (varianceB + flatVariance)).squareRoot()
    }

    /// Share of 8 x 6 blocks that hardly differ between the two lumas, unmoved, 0...1.
    static func unchanged(_ a: PictureSignature, _ b: PictureSignature) -> Float {
        let width = PictureSignature.lumaWidth
        var count = 0
        for blockRow in 0..<6 {
            for blockColumn in 0..<8 {
                var sum: Int32 = 0
                for row in 0..<3 {
                    let start = (blockRow * 3 + row) * width + blockColumn * 4
                    sum &+= ByteSums.absoluteDifference(a.small.span, b.small.span, start..<(start + 4))
                }
                if sum < unchangedSum { count += 1 }
            }
        }
        return Float(count) / 48
    }

    /// 6 steps for each of a block's 12 values.
    private static let unchangedSum: Int32 = 72

    /// Mean absolute chroma difference of the half-size planes, in 8-bit steps.
    static func chromaDistance(_ a: PictureSignature, _ b: PictureSignature) -> Float {
        let range = PictureSignature.lumaCount..<PictureSignature.count
        return Float(ByteSums.absoluteDifference(a.small.span, b.small.span, range)) / Float(range.count)
    }

    /// Mean absolute luma difference of the half-size planes, in 8-bit steps.
    static func lumaDistance(_ a: PictureSignature, _ b: PictureSignature) -> Float {
        let range = 0..<PictureSignature.lumaCount
        return Float(ByteSums.absoluteDifference(a.small.span, b.small.span, range)) / Float(range.count)
    }
}
