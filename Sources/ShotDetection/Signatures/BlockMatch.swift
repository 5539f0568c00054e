import Timeline

/// How much of a picture can be found again in another one, when each part of it may have moved by itself.
///
/// Likeness of whole pictures is often high between two shots that are dark on the same side; their details differ.
enum BlockMatch {
    /// Blocks of 8 x 9 pixels: 8 across, 4 down.
    private static let blockWidth = 8
    private static let blockHeight = 9
    private static let blocksAcross = AnalysisPicture.width / blockWidth
    private static let blocksDown = AnalysisPicture.height / blockHeight
    /// Steps of `PictureDetail` per pixel that count as noise.
    private static let noise: Float = 3

    /// The share of the details of `picture` that its blocks find in `source`, moved by up to a tenth of the picture:
    /// near 1 for the same thing in motion, about 0.4 by chance; -1...1.
    ///
    /// Complexity: 117 shifts of 64 x 36; about 25 us.
    static func share(of picture: PictureDetail, in source: PictureDetail) -> Float {
        let stride = PictureDetail.stride
        let width = AnalysisPicture.width
        let x = picture.values.span
        let y = source.values.span
        var unexplained: Int32 = 0
        var structure: Int32 = 0
        var sums = [UInt16](repeating: 0, count: width)
        var least = [Int32](repeating: 0, count: blocksAcross)
        for blockRow in 0..<blocksDown {
            let top = blockRow * blockHeight + PictureDetail.reachDown
            for block in 0..<blocksAcross { least[block] = .max }
            for down in -PictureDetail.reachDown...PictureDetail.reachDown {
                for across in -PictureDetail.reachAcross...PictureDetail.reachAcross {
                    var output = sums.mutableSpan
                    for column in 0..<width { output[column] = 0 }
                    for row in top..<(top + blockHeight) {
                        let start = row * stride + PictureDetail.reachAcross
                        let other = start + down * stride + across
                        let line = x.extracting(start..<(start + width))
                        let moved = y.extracting(other..<(other + width))
                        for column in 0..<width {
                            let p = line[column]
                            let q = moved[column]
                            output[column] &+= UInt16(max(p, q) &- min(p, q))
                        }
                    }
                    for block in 0..<blocksAcross {
                        var sum: Int32 = 0
                        for column in (block * blockWidth)..<((block + 1) * blockWidth) {
                            sum &+= Int32(output[column])
                        }
                        least[block] = min(least[block], sum)
                    }
                }
            }
            for block in 0..<blocksAcross { unexplained &+= least[block] }
            for row in top..<(top + blockHeight) {
                let start = row * stride + PictureDetail.reachAcross
                let line = x.extracting(start..<(start + width))
                for column in 0..<width {
                    structure &+= abs(Int32(line[column]) &- 128)
                }
            }
        }
        let floor = noise * Float(width * AnalysisPicture.height)
        return max(-1, 1 - Float(unexplained) / (Float(structure) + floor))
    }
}
