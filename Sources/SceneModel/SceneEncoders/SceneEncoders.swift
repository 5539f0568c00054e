package import SceneSegmentation

/// The scene encoders that there are. An index names the one that made its vectors.
package enum SceneEncoders {
    /// The first is the one that a new index takes.
    package static let all: [any SceneEncoder] = [MeanSceneEncoder()]

    /// nil for a name that nobody has.
    package static func named(_ name: String) -> (any SceneEncoder)? { all.first { $0.name == name } }
}
