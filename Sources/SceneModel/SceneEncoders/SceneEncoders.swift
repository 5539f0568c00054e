package import SceneSegmentation

/// The scene encoders that there are. An index names the one that made its vectors.
package enum SceneEncoders {
    /// Those without weights. The first is the one that a new index takes.
    package static let all: [any SceneEncoder] = [MeanSceneEncoder()]

    /// nil for a name that nobody has.
    package static func named(_ name: String) -> (any SceneEncoder)? { all.first { $0.name == name } }

    /// That of a file: of embeddings, or of pictures. `threadCount` changes the time, never the result.
    package static func read(
        _ file: SafetensorsFile, threadCount: Int = 1
    ) throws(ModelFileError) -> any SceneEncoder {
        file.metadata[SceneEncoderKey.kind] == PatchSceneEncoder.kind
            ? try PatchSceneEncoder(file, threadCount: threadCount) : try TrainedSceneEncoder(file)
    }
}
