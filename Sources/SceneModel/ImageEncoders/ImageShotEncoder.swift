internal import NeuralNet
package import SceneSegmentation
package import TensorKernels
package import Timeline

/// Embeds a part by an image network: the mean of the vectors of three key frames, as BaSSL has it.
///
/// The key frames of a part run as one batch of fixed shape (contract 15). A copy shares the network and its buffers, so
/// only one may be in use.
package struct ImageShotEncoder: ShotEncoder {
    package let name: String
    package let keyFrameCount = 3
    private let images: any ImageEncoder

    /// `name`: what `stream_start` and other model files call it.
    package init(name: String, images: any ImageEncoder) {
        self.name = name
        self.images = images
    }

    package var dimension: Int { images.dimension }
    package var pictureGeometry: PictureGeometry? { images.preparation.geometry }

    package mutating func encode(_ part: Part) -> [Float] {
        let crops = part.keyFrames.compactMap(\.crop)
        precondition(crops.count == keyFrameCount, "key frames with crops for the encoder")
        return mean(crops: crops)
    }

    /// One vector per crop, in order.
    func vectors(crops: [RGBPicture]) -> [[Float]] { images.encode(crops: crops) }

    /// The mean of the vectors of some key frames, cut out as `pictureGeometry` says: a shot's embedding.
    package func mean(crops: [RGBPicture]) -> [Float] {
        precondition(!crops.isEmpty, "a key frame")
        var mean = [Float](repeating: 0, count: dimension)
        for vector in vectors(crops: crops) {
            for index in mean.indices { mean[index] += vector[index] }
        }
        for index in mean.indices { mean[index] /= Float(crops.count) }
        return mean
    }
}

extension ImageShotEncoder {
    /// The image encoder of a model file; nil if it has none.
    ///
    /// `threadCount` changes the time, never the result. Its name is the file's `scened.encoder`, or the network's own.
    /// `precision`: nil is the file's, or float32 where the processor lacks that; for another than the file's all layers are
    /// packed anew.
    package init?(
        _ file: SafetensorsFile, precision: Precision? = nil, threadCount: Int
    ) throws(ModelFileError) {
        guard let outline = try EncoderOutline(file) else { return nil }
        let metadata = try ModelMetadata(file.metadata, path: file.path)
        let stored = metadata.precision.orAvailable
        let precision = precision ?? stored
        let layers = precision == stored ? nil : PackedLayers()
        let images: any ImageEncoder =
            switch outline.family {
            case .resNet:
                try ResNet(file, layers: layers, precision: precision).makeEncoder(threadCount: threadCount)
            case .clip:
                try VisionTransformer(
                    clip: file, activation: metadata.activation ?? .quickGELU, layers: layers,
                    precision: precision
                ).makeEncoder(threadCount: threadCount)
            }
        self.init(name: metadata.encoder ?? outline.name, images: images)
    }
}
