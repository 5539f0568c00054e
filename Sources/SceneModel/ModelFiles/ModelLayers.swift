internal import NeuralNet
internal import TensorKernels

/// All layers of a model file, packed anew from its tensors.
enum ModelLayers {
    /// Loads every network that the file holds.
    static func packed(_ file: SafetensorsFile) throws(ModelFileError) -> PackedLayers {
        let layers = PackedLayers()
        let metadata = try ModelMetadata(file.metadata, path: file.path)
        switch try EncoderOutline(file)?.family {
        case .resNet: _ = try ResNet(file, layers: layers, precision: metadata.precision.orAvailable)
        case .clip:
            _ = try VisionTransformer(
                clip: file, activation: metadata.activation ?? .quickGELU, layers: layers,
                precision: metadata.precision.orAvailable)
        case .motion:
            _ = try MotionNetwork(file, layers: layers, precision: metadata.precision.orAvailable)
        case nil: break
        }
        if file.hasTextEncoder {
            _ = try TextTransformer(
                clip: file, headCount: metadata.textHeadCount, activation: metadata.activation ?? .quickGELU,
                layers: layers)
        }
        if ModelFile.hasNetwork(file), ModelOutline.head(of: file, metadata) != .none {
            _ = try ModelFile.load(ModelTensorReader(file), layers: layers)
        }
        return layers
    }

    /// Whether its networks can be loaded, and what the file has packed for this processor is what its
    /// tensors give; a fault if not.
    static func verify(_ file: SafetensorsFile) throws(ModelFileError) {
        let expected = try packed(file)
        for (name, weights) in expected.layers {
            guard let stored = file.storedPackedFloats(name) else { continue }
            guard stored.values == weights.floats.values else {
                throw ModelFileError(
                    .unsuitableTensor, path: file.path,
                    detail:
                        "tensor \(ModelFileError.quoted(PackedLayers.prefix + name)) is not made of the others",
                    remedy: "import the model again")
            }
        }
    }
}
