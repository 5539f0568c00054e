import Timeline

/// How far the tones of two pictures lie apart, wherever in the picture they are: blind to motion, not to
/// light.
enum ToneDistance {
    private static let bins = 64
    private static let step: Float = 4

    /// Mean distance, in 8-bit steps, between the sorted values of two pictures: half-size luma, and the mean
    /// of Cb and Cr.
    ///
    /// Complexity: one pass over each picture's 864 bytes; about 2 us.
    static func between(_ a: PictureSignature, _ b: PictureSignature) -> (luma: Float, chroma: Float) {
        let luma = PictureSignature.lumaCount
        let chroma = PictureSignature.chromaCount
        let x = a.small.span
        let y = b.small.span
        let cb = distance(x, y, luma..<(luma + chroma))
        let cr = distance(x, y, (luma + chroma)..<(luma + 2 * chroma))
        return (distance(x, y, 0..<luma), 0.5 * (cb + cr))
    }

    private static func distance(_ x: Span<UInt8>, _ y: Span<UInt8>, _ range: Range<Int>) -> Float {
        var counts = [Int32](repeating: 0, count: bins)
        for index in range {
            counts[Int(x[index] >> 2)] &+= 1
            counts[Int(y[index] >> 2)] &-= 1
        }
        var height: Int32 = 0
        var sum: Int32 = 0
        for count in counts {
            height &+= count
            sum &+= abs(height)
        }
        return step * Float(sum) / Float(range.count)
    }
}
