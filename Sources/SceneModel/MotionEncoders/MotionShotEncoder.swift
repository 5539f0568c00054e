internal import NeuralNet
package import SceneSegmentation
package import TensorKernels
package import Timeline

/// Embeds a part by a network of clips: the vector of one clip around its middle.
///
/// Where a part is shorter than a clip its first and last pictures are repeated (`EncoderInput.Sampling`),
/// as PySlowFast repeats the last frame of a short video. A reference, because its network keeps large
/// buffers: one user at a time.
package final class MotionShotEncoder: ShotEncoder {
    package let name: String
    package let input: EncoderInput
    package let blankRule: BlankRule
    private let network: MotionNetwork
    private let plan: ImagePlan
    /// Network's input for each byte of each channel, 3 x 256.
    private let values: [Float]

    /// `threadCount` changes the time, never the result.
    package init(_ network: MotionNetwork, name: String, blankRule: BlankRule, threadCount: Int) {
        self.name = name
        self.network = network
        self.blankRule = blankRule
        let preparation = PicturePreparation.motion(side: network.side)
        input = EncoderInput(network.clip.sampling, view: preparation.geometry)
        values = preparation.valueTable()
        plan = network.makePlan(threadCount: threadCount)
    }

    package var dimension: Int { plan.output.channels }

    package func encode(_ part: Part) -> [Float] {
        guard blankRule == .embed || !part.isBlank else { return [Float](repeating: 0, count: dimension) }
        let crops = part.keyFrames.compactMap { picture in
            input.views.first.flatMap { picture.views[$0] }
        }
        return vector(clip: crops)
    }

    /// The vector of a clip of as many frames as the network sees, cut out as `input` says.
    package func vector(clip: [RGBPicture]) -> [Float] {
        precondition(clip.count == network.clip.frames, "a clip of the network's length")
        for (frame, crop) in clip.enumerated() {
            precondition(crop.width == network.side && crop.height == network.side, "a crop of its size")
            show(crop.bytes, at: frame)
        }
        plan.plan.run()
        return plan.output.pixel(image: 0)
    }

    /// Puts a frame into the channels of all images that see it. What images see beyond a clip's ends stays
    /// 0.
    private func show(_ bytes: [UInt8], at frame: Int) {
        let (side, table) = (network.side, values)
        for tap in 0..<network.stemFrames {
            let (image, rest) = (frame + network.stemFrames / 2 - tap)
                .quotientAndRemainder(dividingBy: network.stemStride)
            guard rest == 0, 0..<network.imageCount ~= image else { continue }
            for row in 0..<side {
                plan.input.withRow(image: image, row: row) { target in
                    mapBytesInto(
                        &target, stride: 3 * network.stemFrames, offset: 3 * tap,
                        bytes.span.extracting(3 * side * row..<3 * side * (row + 1)), table.span)
                }
            }
        }
    }
}

extension MotionShotEncoder {
    /// The network of clips of a model file; nil if it has none. `precision`: nil is the file's, or float32
    /// where the processor lacks that; for another than the file's all layers are packed anew.
    package convenience init?(
        _ file: SafetensorsFile, precision: Precision? = nil, threadCount: Int
    ) throws(ModelFileError) {
        guard let outline = try EncoderOutline(file), outline.family == .motion else { return nil }
        let metadata = try ModelMetadata(file.metadata, path: file.path)
        let stored = metadata.precision.orAvailable
        let precision = precision ?? stored
        self.init(
            try MotionNetwork(
                file, layers: precision == stored ? nil : PackedLayers(), precision: precision),
            name: metadata.encoder ?? outline.name, blankRule: metadata.blankRule ?? .usual(of: file),
            threadCount: threadCount)
    }
}
