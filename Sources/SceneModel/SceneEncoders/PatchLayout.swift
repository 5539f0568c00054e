package import NeuralNet

/// How the pictures of a scene become one picture for a vision transformer: kept in the metadata of its file.
package struct PatchLayout: Hashable, Sendable {
    /// Frames that one scene may have, whatever it is shown by: time grows with their square.
    package static let mostFrames = 16
    /// Key frames that parts have.
    package static let mostFramesPerShot = 3

    /// Shots, or parts of long ones, that a scene is shown by at most.
    package let shots: Int
    /// Key frames of each.
    package let framesPerShot: Int
    package let interpolation: PositionInterpolation

    /// nil beyond what is possible. The defaults are the paper's nine shots, with one frame each.
    package init?(
        shots: Int = 9, framesPerShot: Int = 1, interpolation: PositionInterpolation = .bicubic
    ) {
        guard shots > 0, 1...Self.mostFramesPerShot ~= framesPerShot,
            shots <= Self.mostFrames / framesPerShot
        else { return nil }
        (self.shots, self.framesPerShot, self.interpolation) = (shots, framesPerShot, interpolation)
    }

    private static let shotsKey = "scened.scene_shots"
    private static let framesKey = "scened.scene_frames_per_shot"
    private static let interpolationKey = "scened.scene_interpolation"

    /// Metadata that decide what the vectors are.
    static let digestKeys: Set<String> = [
        SceneEncoderKey.kind, shotsKey, framesKey, interpolationKey, ModelMetadata.activationKey,
        ModelMetadata.blankKey, ModelMetadata.precisionKey,
    ]

    /// As a file's metadata have them.
    var entries: [String: String] {
        [
            SceneEncoderKey.kind: PatchSceneEncoder.kind, Self.shotsKey: "\(shots)",
            Self.framesKey: "\(framesPerShot)", Self.interpolationKey: interpolation.rawValue,
        ]
    }

    /// That of a file; throws where its metadata say none that is possible.
    init(_ file: SafetensorsFile) throws(ModelFileError) {
        guard let shots = file.metadata[Self.shotsKey].flatMap({ Int($0) }),
            let frames = file.metadata[Self.framesKey].flatMap({ Int($0) }),
            let interpolation = file.metadata[Self.interpolationKey].flatMap(PositionInterpolation.init),
            let layout = PatchLayout(shots: shots, framesPerShot: frames, interpolation: interpolation)
        else {
            throw ModelFileError(
                .unsuitableMetadata, path: file.path,
                detail: "its metadata do not say which pictures of a scene its scene encoder sees",
                remedy: "make the file with scened model scene-encoder")
        }
        self = layout
    }
}
