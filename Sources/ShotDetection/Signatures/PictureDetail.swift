import Timeline

/// The fine structure of a picture: luma less its surroundings, evened out over the picture. Blind to
/// brightness, contrast and fades, which change what surrounds a pixel as much as the pixel.
///
/// Owner of 3.3 kB. Complexity: a few passes over 64 x 36 bytes, about 10 us; for candidates only.
struct PictureDetail: Sendable {
    /// How far `BlockMatch` may look beyond a block, in pixels: a tenth of the width and of the height.
    static let reachAcross = 6
    static let reachDown = 4
    /// Bytes of a row: the picture with a margin of `reachAcross` on both sides.
    static let stride = AnalysisPicture.width + 2 * reachAcross

    /// 36 rows and a margin of `reachDown` above and below; 128 where a pixel is like its surroundings.
    let values: [UInt8]

    init(of picture: AnalysisPicture) {
        let width = AnalysisPicture.width
        let height = AnalysisPicture.height
        let luma = picture.planes.span
        var differences = [Int32](repeating: 0, count: width * height)
        var squares: Int64 = 0
        var columns = [Int32](repeating: 0, count: width)
        for row in 0..<height {
            for column in 0..<width {
                var sum: Int32 = 0
                for line in (row - Self.radiusDown)...(row + Self.radiusDown) {
                    sum &+= Int32(luma[min(max(line, 0), height - 1) * width + column])
                }
                columns[column] = sum
            }
            var window: Int32 = 0
            for column in -Self.radiusAcross...Self.radiusAcross { window &+= columns[max(column, 0)] }
            for column in 0..<width {
                let difference = Int32(luma[row * width + column]) &* Self.area &- window
                differences[row * width + column] = difference
                squares &+= Int64(difference) &* Int64(difference)
                window &+= columns[min(column + Self.radiusAcross + 1, width - 1)]
                window &-= columns[max(column - Self.radiusAcross, 0)]
            }
        }
        let area = Float(Self.area)
        let strength = (Float(squares) / Float(width * height)).squareRoot() / area
        let scale = Self.level / ((strength + Self.noise) * area)
        var values = [UInt8](repeating: 128, count: Self.stride * (height + 2 * Self.reachDown))
        for row in 0..<height {
            let line = (row + Self.reachDown) * Self.stride + Self.reachAcross
            for column in 0..<width {
                let value = 128.5 + scale * Float(differences[row * width + column])
                values[line + column] = UInt8(min(max(value, 0), 255))
            }
        }
        self.values = values
    }

    /// The surroundings of a pixel: 7 x 5.
    private static let radiusAcross = 3
    private static let radiusDown = 2
    private static let area: Int32 = 35
    /// Root mean square of `values` about 128, of a picture that has structure.
    private static let level: Float = 24
    /// 8-bit steps of structure that count as noise.
    private static let noise: Float = 1
}
