internal import NeuralNet
package import SceneSegmentation
package import TensorKernels
package import Timeline

/// Embeds a part by an image network: the mean of the vectors of three key frames, as BaSSL has it.
///
/// The key frames of a part run as one batch of fixed shape (contract 15). A reference, because its network
/// keeps large buffers: one user at a time.
package final class ImageShotEncoder: ShotEncoder {
    package let name: String
    package let input: EncoderInput
    package let blankRule: BlankRule
    private let images: any ImageEncoder
    /// Makes an encoder of the same network for one picture at a time; nil: there is none.
    private let makeSingle: (@Sendable () -> any ImageEncoder)?
    /// Made when first needed: it has buffers of its own.
    private var single: (any ImageEncoder)?

    /// - Parameters:
    ///   - name: what `stream_start` and other model files call it.
    ///   - images: for three pictures at a time.
    ///   - blankRule: what becomes of parts that show nothing.
    ///   - makeSingle: makes one for a single picture.
    package init(
        name: String, images: any ImageEncoder, blankRule: BlankRule = .skip,
        makeSingle: (@Sendable () -> any ImageEncoder)? = nil
    ) {
        self.name = name
        self.images = images
        self.blankRule = blankRule
        input = EncoderInput(.keyFrames(3), view: images.preparation.geometry)
        self.makeSingle = makeSingle
    }

    package var dimension: Int { images.dimension }

    package func encode(_ part: Part) -> [Float] { read(part).embedding }

    package func read(_ part: Part) -> ShotReading {
        guard !isLeftOut(part) else {
            return ShotReading(
                embedding: zero, genreShares: prior.map { [Float](repeating: 0, count: $0.names.count) })
        }
        return read(crops: crops(of: part))
    }

    /// The genres of its file; nil where it has none.
    package var prior: GenrePrior? { (images as? GenreImageEncoder)?.prior }

    package var genres: ShotGenres? { prior.map { ShotGenres(names: $0.names, digest: $0.digest) } }

    private func isLeftOut(_ part: Part) -> Bool { blankRule == .skip && part.isBlank }

    private var zero: [Float] { [Float](repeating: 0, count: dimension) }

    private func crops(of part: Part) -> [RGBPicture] {
        let view = Picture.View.crop(images.preparation.geometry)
        let crops = part.keyFrames.compactMap { $0.views[view] }
        precondition(crops.count == input.sampling.pictureCount, "key frames with crops for the encoder")
        return crops
    }

    /// One vector per crop, in order.
    func vectors(crops: [RGBPicture]) -> [[Float]] { images.encode(crops: crops) }

    package func encodeMiddle(_ part: Part) -> [Float] {
        guard let makeSingle, !isLeftOut(part) else { return encode(part) }
        let encoder = single ?? makeSingle()
        single = encoder
        let crops = crops(of: part)
        return encoder.encode(crops: [crops[crops.count / 2]])[0]
    }

    /// The mean of the vectors of some key frames, cut out as `input` says: a shot's embedding.
    package func mean(crops: [RGBPicture]) -> [Float] { read(crops: crops).embedding }

    /// The same, with the mean of the key frames' shares of genres.
    package func read(crops: [RGBPicture]) -> ShotReading {
        precondition(!crops.isEmpty, "a key frame")
        guard let genres = images as? GenreImageEncoder else {
            return ShotReading(embedding: Self.mean(vectors(crops: crops)), genreShares: nil)
        }
        let frames = genres.read(crops: crops)
        return ShotReading(
            embedding: Self.mean(frames.map(\.vector)), genreShares: Self.mean(frames.map(\.shares)))
    }

    private static func mean(_ vectors: [[Float]]) -> [Float] {
        var mean = [Float](repeating: 0, count: vectors[0].count)
        for vector in vectors { for index in mean.indices { mean[index] += vector[index] } }
        for index in mean.indices { mean[index] /= Float(vectors.count) }
        return mean
    }
}

extension ImageShotEncoder {
    /// The image encoder of a model file; nil if it has none, or one of clips.
    ///
    /// `threadCount` changes the time, never the result. Its name is the file's `scened.encoder`, or the
    /// network's own. `precision`: nil is the file's, or float32 where the processor lacks that; for another
    /// than the file's all layers are packed anew. `genres` take the place of the file's own, untrained.
    package convenience init?(
        _ file: SafetensorsFile, precision: Precision? = nil, genres: GenrePrior? = nil, threadCount: Int
    ) throws(ModelFileError) {
        guard let outline = try EncoderOutline(file), outline.family != .motion else { return nil }
        let metadata = try ModelMetadata(file.metadata, path: file.path)
        let stored = metadata.precision.orAvailable
        let precision = precision ?? stored
        let layers = precision == stored ? nil : PackedLayers()
        let found = genres == nil ? try GenrePrior.read(file) : nil
        let (prior, fusion) = (genres ?? found?.prior, found?.fusion)
        precondition(prior.map { $0.width == outline.dimension } ?? true, "genres of this encoder")
        let make: @Sendable (_ batch: Int) -> any ImageEncoder
        switch outline.family {
        case .resNet:
            let network = try ResNet(file, layers: layers, precision: precision)
            make = { network.makeEncoder(batch: $0, threadCount: threadCount) }
        case .motion: return nil
        case .clip:
            let network = try VisionTransformer(
                clip: file, activation: metadata.activation ?? .quickGELU, layers: layers,
                precision: precision)
            make = { batch in
                let images = network.makeEncoder(batch: batch, threadCount: threadCount)
                guard let prior else { return images }
                return GenreImageEncoder(images, prior: prior, fusion: fusion)
            }
        }
        self.init(
            name: metadata.encoder ?? outline.name, images: make(3),
            blankRule: metadata.blankRule ?? .usual(of: file), makeSingle: { make(1) })
    }
}

extension BlankRule {
    /// The rule of a file that states none: BaSSL's network was trained on the vectors of all shots.
    package static func usual(of file: SafetensorsFile) -> BlankRule {
        ModelFile.hasNetwork(file)
            && (file.metadata[ModelMetadata.contextKey] ?? ContextKind.crn.rawValue)
                == ContextKind.crn.rawValue
            ? .embed : .skip
    }
}
