/// How a decoded picture is turned to stand upright: one of the eight symmetries of a rectangle.
struct Orientation: Hashable {
    /// Rows of the source become columns of the upright picture.
    var isTransposed = false
    /// After transposing: left and right change places.
    var flipsX = false
    /// After transposing: top and bottom change places.
    var flipsY = false

    static let upright = Orientation()

    init() {}

    /// The nearest symmetry to a display matrix: nine values, 16.16 and 2.30 fixed point, where (x, y) of the
    /// source is shown at (a x + c y, b x + d y) with [a, b, _, c, d ...] (ISO/IEC 14496-12, 8.3.2).
    init(displayMatrix m: UnsafePointer<Int32>) {
        let (a, b, c, d) = (Int64(m[0]), Int64(m[1]), Int64(m[3]), Int64(m[4]))
        isTransposed = b.magnitude + c.magnitude > a.magnitude + d.magnitude
        if isTransposed {
            flipsX = c < 0
            flipsY = b < 0
        } else {
            flipsX = a < 0
            flipsY = d < 0
        }
    }

    /// Turns `source`, of `width` x `height` values as shown (upright), read from the source's own layout.
    func turned(_ source: [Float], width: Int, height: Int) -> [Float] {
        if self == .upright { return source }
        var result = [Float](repeating: 0, count: width * height)
        for y in 0..<height {
            for x in 0..<width {
                let shownX = flipsX ? width - 1 - x : x
                let shownY = flipsY ? height - 1 - y : y
                result[y * width + x] =
                    isTransposed ? source[shownX * height + shownY] : source[shownY * width + shownX]
            }
        }
        return result
    }
}
