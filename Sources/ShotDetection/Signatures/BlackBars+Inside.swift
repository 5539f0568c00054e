import Timeline

/// What lies between black bars is what the detector looks at: bars never change, so with them every measure
/// of change would be as much smaller as they are large, and every measure of likeness greater.
extension BlackBars {
    /// At most these many are taken for bars: a film 4 times as wide as high, a telephone's upright picture
    /// in a wide one.
    private static let most = BlackBars(rows: 10, columns: 24)
    /// Fewer change too little to be worth it.
    private static let fewest = 2

    /// What is cut off where pictures have these bars: with the row that is black in part, and nothing that
    /// is no bar.
    var cut: BlackBars {
        func cut(_ depth: Int, _ most: Int) -> Int {
            depth < Self.fewest || depth > most ? 0 : min(depth + 1, most)
        }
        return BlackBars(rows: cut(rows, Self.most.rows), columns: cut(columns, Self.most.columns))
    }

    /// What lies between these bars, as large as the whole, between pixels by a line. The same picture
    /// without bars.
    func inside(_ picture: AnalysisPicture) -> AnalysisPicture {
        if self == .none { return picture }
        let planes = picture.planes.span
        return AnalysisPicture(
            planes: [UInt8](capacity: AnalysisPicture.byteCount) { output in
                stretch(
                    planes, from: 0, width: AnalysisPicture.width, height: AnalysisPicture.height, halves: 2,
                    into: &output)
                for plane in 0..<2 {
                    stretch(
                        planes, from: AnalysisPicture.lumaCount + plane * AnalysisPicture.chromaCount,
                        width: AnalysisPicture.chromaWidth, height: AnalysisPicture.chromaHeight, halves: 1,
                        into: &output)
                }
            })
    }

    /// `halves`: 2 where a row of the plane is a row of luma, 1 where it is two.
    private func stretch(
        _ planes: Span<UInt8>, from offset: Int, width: Int, height: Int, halves: Int,
        into output: inout OutputSpan<UInt8>
    ) {
        let across = Self.places(of: width, without: columns * halves)
        let down = Self.places(of: height, without: rows * halves)
        for vertical in down {
            let upper = offset + vertical.first * width
            let lower = offset + vertical.second * width
            for place in across {
                let above =
                    Int32(planes[upper + place.first]) &* (256 &- place.share)
                    &+ Int32(planes[upper + place.second]) &* place.share
                let below =
                    Int32(planes[lower + place.first]) &* (256 &- place.share)
                    &+ Int32(planes[lower + place.second]) &* place.share
                let sum = above &* (256 &- vertical.share) &+ below &* vertical.share
                output.append(UInt8(truncatingIfNeeded: (sum &+ 32768) >> 16))
            }
        }
    }

    private struct Place {
        var first: Int
        var second: Int
        /// 256ths of `second`.
        var share: Int32
    }

    /// Between which two of `count` pixels each of as many lies when `halfBars` half pixels are gone on
    /// either side.
    private static func places(of count: Int, without halfBars: Int) -> [Place] {
        // In units of 1 / (4 count) of a pixel.
        let unit = 4 * count
        let (low, high) = ((halfBars + 1) / 2, count - 1 - (halfBars + 1) / 2)
        return (0..<count).map { index in
            let middle = halfBars * unit / 2 + (2 * index + 1) * (2 * count - 2 * halfBars) - unit / 2
            let first = min(max(middle >= 0 ? middle / unit : -1, low), high)
            let share = min(max(middle - first * unit, 0), unit)
            return Place(first: first, second: min(first + 1, high), share: Int32(share * 256 / unit))
        }
    }
}
