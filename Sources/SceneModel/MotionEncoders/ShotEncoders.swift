package import SceneSegmentation

/// The shot encoders that model files hold.
package enum ShotEncoders {
    /// The shot encoder of a file; nil if it has none. `threadCount` changes the time, never the result.
    package static func read(
        _ file: SafetensorsFile, threadCount: Int
    ) throws(ModelFileError) -> (any ShotEncoder)? {
        if let encoder = try MotionShotEncoder(file, threadCount: threadCount) { return encoder }
        return try ImageShotEncoder(file, threadCount: threadCount)
    }
}
