internal import Platform
import SceneIndex
import SceneModel
import ScenePipeline
import SceneSegmentation

/// Indexes, and the scene encoders that go with them.
enum IndexInput {
    /// Opens an index to search it. Throws `CommandFailure`.
    static func read(_ directory: String) throws(CommandFailure) -> SceneIndex {
        do throws(IndexError) {
            return try SceneIndex(directory: absolutePath(directory), files: PosixFiles())
        } catch {
            throw CommandFailure(error)
        }
    }

    /// The scene encoder that made an index's vectors: one that this program has, or that of the file which
    /// the index keeps. Throws `CommandFailure` where there is none.
    static func encoder(
        of manifest: IndexManifest, directory: String
    ) throws(CommandFailure) -> any SceneEncoder {
        do throws(IndexError) {
            return try RecallOptions.encoder(of: manifest, directory: directory)
        } catch {
            throw CommandFailure(error)
        }
    }

    /// The one for an index that may not be there yet: a new index takes the one of `model`, or the first.
    /// Throws `CommandFailure` also where the index was made with another than that of `model`.
    static func encoder(
        ofIndexAt directory: String, model: String?
    ) throws(CommandFailure) -> any SceneEncoder {
        let given = try model.map { path throws(CommandFailure) in try TrainedSceneEncoder(at: path) }
        guard let index = try? SceneIndex(directory: directory, files: PosixFiles()) else {
            return given ?? SceneEncoders.all[0]
        }
        let manifest = index.manifest
        guard let given, let model, manifest.sceneDigest != given.weights else {
            return try encoder(of: manifest, directory: directory)
        }
        let held = manifest.sceneDigest.map { "weights \($0.prefix(12))" } ?? manifest.sceneEncoder
        throw CommandFailure(
            status: .noVideo,
            message:
                "\(model): its weights are \(given.weights.prefix(12)), the index '\(directory)' was made with \(held); leave --scene-encoder out, or make another index"
        )
    }
}

extension TrainedSceneEncoder {
    /// The scene encoder of a file. Throws `CommandFailure`.
    init(at path: String) throws(CommandFailure) {
        do throws(ModelFileError) {
            try self.init(SafetensorsFile(path: path))
        } catch {
            throw CommandFailure(error)
        }
    }
}
