package import Timeline

/// What happens to a picture before a network sees it: its short side is resized, the middle is cut out, and
/// each channel is shifted and scaled. Agrees with torchvision's `Resize`, `CenterCrop` and `Normalize` on
/// pictures of the Python Imaging Library: cropped bytes to the bit.
package struct PicturePreparation: Equatable, Sendable {
    package let geometry: PictureGeometry
    /// Subtracted from values of 0...1: red, green, blue.
    package let mean: [Float]
    /// What remains is divided by this.
    package let deviation: [Float]

    package init(shortSide: Int, cropSide: Int, mean: [Float], deviation: [Float]) {
        precondition(mean.count == 3 && deviation.count == 3, "three channels")
        precondition(deviation.allSatisfy { $0 > 0 }, "positive deviations")
        geometry = PictureGeometry(shortSide: shortSide, cropSide: cropSide)
        self.mean = mean
        self.deviation = deviation
    }

    /// As ResNets trained on ImageNet, and BaSSL, want it.
    package static let imageNet = PicturePreparation(
        shortSide: 256, cropSide: 224, mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225])

    /// As CLIP wants it (Radford et al. 2021, arXiv 2103.00020), for networks that see `side` x `side`
    /// pixels.
    package static func clip(side: Int = 224) -> PicturePreparation {
        PicturePreparation(
            shortSide: side, cropSide: side, mean: [0.481_454_66, 0.457_827_5, 0.408_210_73],
            deviation: [0.268_629_54, 0.261_302_58, 0.275_777_11])
    }

    /// Short side after resizing, in pixels.
    package var shortSide: Int { geometry.shortSide }
    /// Side of the square that is cut out; at most the short side.
    package var cropSide: Int { geometry.cropSide }

    /// For each channel, the network's input for each of the 256 bytes.
    package func valueTable() -> [Float] {
        (0..<3).flatMap { (channel: Int) -> [Float] in
            (0..<256).map { (Float($0) / 255 - mean[channel]) / deviation[channel] }
        }
    }
}
