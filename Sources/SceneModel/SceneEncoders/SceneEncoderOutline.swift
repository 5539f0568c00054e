internal import NeuralNet

/// The scene encoder of a model file, for people.
package struct SceneEncoderOutline: Sendable {
    package var name: String
    /// Its digest, hexadecimal.
    package var weights: String
    /// Sizes, in words.
    package var summary: String

    /// nil if the file has none; throws if it cannot be used.
    package init?(_ file: SafetensorsFile, encoder: EncoderOutline?) throws(ModelFileError) {
        guard let kind = file.metadata[SceneEncoderKey.kind] else { return nil }
        guard kind == PatchSceneEncoder.kind else {
            let scenes = try TrainedSceneEncoder(file)
            let network = scenes.network
            (name, weights) = (scenes.name, scenes.weights)
            summary =
                "\(network.embeddingWidth) to \(network.embeddingWidth), \(network.width) wide, "
                + "\(network.layers.count) layers, \(network.headCount) heads"
            return
        }
        let layout = try PatchLayout(file)
        guard let encoder, encoder.family == .clip else {
            throw ModelFileError(
                .missingTensor, path: file.path, detail: "holds no vision transformer of CLIP",
                remedy: "make the file with scened model scene-encoder")
        }
        (name, weights) = (kind, file.sceneEncoderDigest())
        let frames = layout.framesPerShot == 1 ? "1 frame" : "\(layout.framesPerShot) frames"
        summary =
            "patches of \(layout.shots) shots, \(frames) of each, to \(encoder.dimension), "
            + "positions \(layout.interpolation.rawValue)"
    }
}
