import TensorKernels
import Timeline

/// How much of a picture can be found again in another one, when each part of it may have moved by itself.
///
/// Likeness of whole pictures is often high between two shots that are dark on the same side; their details
/// differ.
enum BlockMatch {
    /// Rows of a block: four of them, one below the other, are a picture.
    private static let blockHeight = 9
    private static let blocksDown = AnalysisPicture.height / blockHeight
    /// Steps of `PictureDetail` per pixel that count as noise.
    private static let noise: Float = 3

    /// The share of the details of `picture` that its blocks find in `source`, moved by up to a tenth of the
    /// picture: near 1 for the same thing in motion, about 0.4 by chance; -1...1.
    ///
    /// Complexity: 117 shifts of 64 x 36; about 6 us.
    static func share(of picture: PictureDetail, in source: PictureDetail) -> Float {
        let stride = PictureDetail.stride
        let width = AnalysisPicture.width
        let values = picture.values.span
        var unexplained: Int32 = 0
        var structure: Int32 = 0
        for blockRow in 0..<blocksDown {
            let top = blockRow * blockHeight + PictureDetail.reachDown
            let least = BlockDifferences.least(
                of: values, in: source.values.span, at: top * stride + PictureDetail.reachAcross,
                stride: stride,
                rows: blockHeight, down: PictureDetail.reachDown, across: PictureDetail.reachAcross)
            for block in 0..<BlockDifferences.blocks { unexplained &+= Int32(least[block]) }
            for row in top..<(top + blockHeight) {
                let start = row * stride + PictureDetail.reachAcross
                let line = values.extracting(start..<(start + width))
                for column in 0..<width {
                    structure &+= abs(Int32(line[column]) &- 128)
                }
            }
        }
        let floor = noise * Float(width * AnalysisPicture.height)
        return max(-1, 1 - Float(unexplained) / (Float(structure) + floor))
    }
}
