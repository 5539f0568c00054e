internal import NeuralNet
package import SceneSegmentation
internal import TensorKernels
package import Timeline

/// The scene encoder of Movies2Scenes (Chen et al. 2023, arXiv 2204.01840, section 3.3): CLIP's vision
/// transformer over the patches of all frames of a scene as one sequence, with interpolated positions and one
/// class token, whose projection is the scene's vector.
///
/// It looks at pictures, so that stored embeddings are of no use to it. Nothing tells it where a frame ends:
/// it sees one tall picture, as the paper has it.
package struct PatchSceneEncoder: SceneEncoder {
    package static let kind = "patches-1"

    package let layout: PatchLayout
    package let pictures: ScenePictures?
    /// Name of the network, and the digest of what decides its embeddings: what an index says of them.
    package let images: (name: String, digest: String)
    private let network: VisionTransformer
    private let weights: String
    /// What is left out where it is black.
    private let skipsBlank: Bool
    private let threadCount: Int
    /// Network's input for each byte of each channel, 3 x 256.
    private let values: [Float]

    package var name: String { Self.kind }
    package var digest: String? { weights }

    /// Reads and checks the scene encoder of a file. `threadCount` changes the time, never the result. Reads
    /// all weights, for their digest.
    package init(_ file: SafetensorsFile, threadCount: Int) throws(ModelFileError) {
        layout = try PatchLayout(file)
        guard let outline = try EncoderOutline(file), outline.family == .clip else {
            throw ModelFileError(
                .missingTensor, path: file.path, detail: "holds no vision transformer of CLIP",
                remedy: "make the file with scened model scene-encoder")
        }
        let metadata = try ModelMetadata(file.metadata, path: file.path)
        let stored = metadata.precision.orAvailable
        network = try VisionTransformer(
            clip: file, activation: metadata.activation ?? .quickGELU,
            layers: stored == metadata.precision ? nil : PackedLayers(), precision: stored)
        let preparation = PicturePreparation.clip(side: network.pictureSide)
        pictures = ScenePictures(
            geometry: preparation.geometry, mostParts: layout.shots, framesPerPart: layout.framesPerShot)
        values = preparation.valueTable()
        images = (metadata.encoder ?? outline.name, file.encoderDigest())
        weights = file.sceneEncoderDigest()
        skipsBlank = (metadata.blankRule ?? .skip) == .skip
        self.threadCount = threadCount
    }

    package func dimension(embeddings width: Int) -> Int { network.outputDimension }

    package func refusal(encoder: String, digest: String?, width: Int) -> String? {
        "it looks at pictures, and embeddings hold none"
    }

    /// Of F frames: products grow with F, attention with its square. Memory for the time of the call: about
    /// 40 MB for each 1000 tokens of a network 768 wide.
    package func encode(_ parts: [ScenePart], width: Int) -> [Float] {
        let frames = parts.flatMap(\.pictures).filter { !skipsBlank || !$0.isBlank }
        precondition(frames.count <= PatchLayout.mostFrames, "frames as the layout has them")
        guard !frames.isEmpty else { return [Float](repeating: 0, count: network.outputDimension) }
        // Scenes of other numbers of frames need other buffers; the weights are shared.
        let plan = network.makePlan(
            batch: 1, frames: frames.count, interpolation: layout.interpolation, threadCount: threadCount)
        let side = network.pictureSide
        for (place, frame) in frames.enumerated() {
            precondition(frame.width == side && frame.height == side, "crops of the network's size")
            for row in 0..<side {
                plan.input.withRow(image: 0, row: place * side + row) { target in
                    mapBytesInto(
                        &target, frame.bytes.span.extracting(3 * side * row..<3 * side * (row + 1)),
                        values.span)
                }
            }
        }
        plan.plan.run()
        let vector = plan.output.pixel(image: 0)
        let length = MeanSceneEncoder.length(vector.lazy.map(Double.init))
        guard length > 0, length.isFinite else { return [Float](repeating: 0, count: vector.count) }
        return vector.map { Float(Double($0) / length) }
    }
}

extension RGBPicture {
    /// Luma above which a pixel is lit: as parts have it.
    private static let lit = 32

    /// Whether it is black, or holds a few titles on black: less than a twentieth is lit.
    package var isBlank: Bool {
        var count = 0
        for pixel in stride(from: 0, to: bytes.count, by: 3) {
            // Rec. 601, in parts of 256.
            let luma = 77 * Int(bytes[pixel]) + 150 * Int(bytes[pixel + 1]) + 29 * Int(bytes[pixel + 2])
            if luma > Self.lit << 8 { count += 1 }
        }
        return count * 20 < width * height
    }
}
