internal import NeuralNet
package import SceneSegmentation
internal import TensorKernels
package import Timeline

/// Embeds a part by an image network: the mean of the vectors of three key frames, as BaSSL has it.
///
/// The key frames of a part run as one batch of fixed shape (contract 15). A copy shares the network and its buffers, so
/// only one may be in use.
package struct ImageShotEncoder: ShotEncoder {
    package let name: String
    package let keyFrameCount = 3
    private let images: any ImageEncoder
    /// Makes an encoder of the same network for one picture at a time; nil: there is none.
    private let makeSingle: (@Sendable () -> any ImageEncoder)?
    /// Made when first needed: it has buffers of its own.
    private var single: (any ImageEncoder)?

    /// - Parameters:
    ///   - name: what `stream_start` and other model files call it.
    ///   - images: for three pictures at a time.
    ///   - makeSingle: makes one for a single picture.
    package init(
        name: String, images: any ImageEncoder, makeSingle: (@Sendable () -> any ImageEncoder)? = nil
    ) {
        self.name = name
        self.images = images
        self.makeSingle = makeSingle
    }

    package var dimension: Int { images.dimension }
    package var pictureGeometry: PictureGeometry? { images.preparation.geometry }

    package mutating func encode(_ part: Part) -> [Float] {
        let crops = part.keyFrames.compactMap(\.crop)
        precondition(crops.count == keyFrameCount, "key frames with crops for the encoder")
        return mean(crops: crops)
    }

    package mutating func encodeMiddle(_ part: Part) -> [Float] {
        guard let makeSingle else { return encode(part) }
        let encoder = single ?? makeSingle()
        single = encoder
        let crops = part.keyFrames.compactMap(\.crop)
        precondition(crops.count == keyFrameCount, "key frames with crops for the encoder")
        return encoder.encode(crops: [crops[keyFrameCount / 2]])[0]
    }

    /// The mean of the vectors of some key frames, cut out as `pictureGeometry` says: a shot's embedding.
    package func mean(crops: [RGBPicture]) -> [Float] {
        precondition(!crops.isEmpty, "a key frame")
        var mean = [Float](repeating: 0, count: dimension)
        for vector in images.encode(crops: crops) {
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
    package init?(_ file: SafetensorsFile, threadCount: Int) throws(ModelFileError) {
        guard let outline = try EncoderOutline(file) else { return nil }
        let metadata = try ModelMetadata(file.metadata, path: file.path)
        let make: @Sendable (_ batch: Int) -> any ImageEncoder
        switch outline.family {
        case .resNet:
            let network = try ResNet(file, precision: metadata.precision.orAvailable)
            make = { network.makeEncoder(batch: $0, threadCount: threadCount) }
        case .clip:
            let network = try VisionTransformer(
                clip: file, activation: metadata.activation ?? .quickGELU,
                precision: metadata.precision.orAvailable)
            make = { network.makeEncoder(batch: $0, threadCount: threadCount) }
        }
        self.init(name: metadata.encoder ?? outline.name, images: make(3), makeSingle: { make(1) })
    }
}
