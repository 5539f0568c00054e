import Timeline

/// What the detector keeps of one good picture, and what it measured when the picture came.
struct PictureSignature: Sendable {
    /// Luma at half the analysis size: 32 x 18 bytes, each the mean of 2 x 2.
    static let lumaWidth = AnalysisPicture.width / 2
    static let lumaHeight = AnalysisPicture.height / 2
    static let lumaCount = lumaWidth * lumaHeight
    /// Cb, then Cr, at half the analysis size: 16 x 9 bytes each.
    static let chromaWidth = AnalysisPicture.chromaWidth / 2
    static let chromaHeight = AnalysisPicture.chromaHeight / 2
    static let chromaCount = chromaWidth * chromaHeight
    /// Bytes of `small`.
    static let count = lumaCount + 2 * chromaCount

    let at: Instant
    /// The picture itself; its storage is shared with whoever else holds the picture.
    let whole: AnalysisPicture
    /// Its bars; nil if it is all black.
    let bars: BlackBars?
    /// What is looked at: the picture between the bars that the stream has.
    let picture: AnalysisPicture
    /// Half-size luma, Cb, Cr, tight rows.
    let small: [UInt8]
    /// Mean of the half-size luma, 0...255.
    let mean: Float
    /// Standard deviation of the half-size luma, in 8-bit steps.
    let contrast: Float
    /// The same of most of the picture: what a fade takes away though a channel's mark stays, or a border is
    /// half a bar. See `BodyContrast`.
    let bodyContrast: Float
    /// Mean absolute difference to the previous good picture, in 8-bit steps; 0 for the first picture.
    let lumaDifference: Float
    /// The same over both chroma planes.
    let chromaDifference: Float

    /// - Parameters:
    ///   - whole: the picture.
    ///   - bars: its own; nil if it is all black.
    ///   - cut: what is cut off of it, as of `previous`.
    ///   - at: when it is shown.
    ///   - previous: the good picture before it.
    /// - Complexity: one pass over the picture, one over the difference to `previous`; about 4 us, 10 more
    ///   where there is something to cut off.
    init(
        _ whole: AnalysisPicture, bars: BlackBars?, without cut: BlackBars, at: Instant,
        after previous: PictureSignature?
    ) {
        self.at = at
        self.whole = whole
        self.bars = bars
        let picture = cut.inside(whole)
        self.picture = picture
        let halved = Self.halved(picture.planes.span)
        small = halved
        let (sum, squares) = ByteSums.sumAndSquares(halved.span, 0..<Self.lumaCount)
        let count = Float(Self.lumaCount)
        mean = Float(sum) / count
        contrast = max(0, Float(squares) / count - mean * mean).squareRoot()
        bodyContrast = BodyContrast.of(halved.span.extracting(0..<Self.lumaCount))
        (lumaDifference, chromaDifference) =
            previous.map { Self.differences($0.picture, picture) } ?? (luma: 0, chroma: 0)
    }

    /// How much the picture differs from the one before it: luma, with chroma counted twice because it moves
    /// less.
    var difference: Float { lumaDifference + 2 * chromaDifference }

    /// How much the picture differs from any other that is cut alike, in the measure of `difference`.
    func difference(to other: PictureSignature) -> Float {
        let (luma, chroma) = Self.differences(picture, other.picture)
        return luma + 2 * chroma
    }

    private static func differences(
        _ old: AnalysisPicture, _ new: AnalysisPicture
    ) -> (luma: Float, chroma: Float) {
        let luma = 0..<AnalysisPicture.lumaCount
        let chroma = luma.upperBound..<AnalysisPicture.byteCount
        func mean(_ range: Range<Int>) -> Float {
            Float(ByteSums.absoluteDifference(old.planes.span, new.planes.span, range)) / Float(range.count)
        }
        return (mean(luma), mean(chroma))
    }

    private static func halved(_ planes: Span<UInt8>) -> [UInt8] {
        [UInt8](capacity: count) { output in
            halve(
                planes, from: 0, width: AnalysisPicture.width, height: AnalysisPicture.height, into: &output)
            let chroma = AnalysisPicture.chromaWidth
            for plane in 0..<2 {
                let offset = AnalysisPicture.lumaCount + plane * AnalysisPicture.chromaCount
                halve(
                    planes, from: offset, width: chroma, height: AnalysisPicture.chromaHeight, into: &output)
            }
        }
    }

    private static func halve(
        _ planes: Span<UInt8>, from offset: Int, width: Int, height: Int, into output: inout OutputSpan<UInt8>
    ) {
        for row in 0..<(height / 2) {
            let upper = offset + 2 * row * width
            let lower = upper + width
            for column in 0..<(width / 2) {
                let left = 2 * column
                let sum =
                    UInt16(planes[upper + left]) &+ UInt16(planes[upper + left + 1])
                    &+ UInt16(planes[lower + left]) &+ UInt16(planes[lower + left + 1])
                output.append(UInt8(truncatingIfNeeded: (sum &+ 2) >> 2))
            }
        }
    }
}
