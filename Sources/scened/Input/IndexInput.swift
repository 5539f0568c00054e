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
        of manifest: IndexManifest, directory: String, threadCount: Int = 1
    ) throws(CommandFailure) -> any SceneEncoder {
        do throws(IndexError) {
            return try RecallOptions.encoder(
                of: manifest, directory: directory, threadCount: threadCount)
        } catch {
            throw CommandFailure(error)
        }
    }

    /// The one for an index that may not be there yet: a new index takes the one of `model`, or the first.
    /// Throws `CommandFailure` also where the index was made with another than that of `model`.
    static func encoder(
        ofIndexAt directory: String, model: String?, threadCount: Int = 1
    ) throws(CommandFailure) -> any SceneEncoder {
        let given = try model.map { path throws(CommandFailure) in try read(path, threadCount) }
        guard let manifest = SceneIndex.manifest(of: directory, PosixFiles()) else {
            return given ?? SceneEncoders.all[0]
        }
        guard let given, let model, let digest = given.digest, manifest.sceneDigest != digest else {
            return try encoder(of: manifest, directory: directory, threadCount: threadCount)
        }
        let held = manifest.sceneDigest.map { "weights \($0.prefix(12))" } ?? manifest.sceneEncoder
        throw CommandFailure(
            status: .noVideo,
            message:
                "\(model): its weights are \(digest.prefix(12)), the index '\(directory)' was made with \(held); leave --scene-encoder out, or make another index"
        )
    }

    /// The scene encoder of a file. Throws `CommandFailure`.
    private static func read(
        _ path: String, _ threadCount: Int
    ) throws(CommandFailure) -> any SceneEncoder {
        do throws(ModelFileError) {
            return try SceneEncoders.read(
                SafetensorsFile(path: path), threadCount: ChosenModel.threads(threadCount))
        } catch {
            throw CommandFailure(error)
        }
    }
}
