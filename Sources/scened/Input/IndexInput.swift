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

    /// The scene encoder that made an index's vectors. Throws `CommandFailure` where this program lacks it.
    static func encoder(
        of manifest: IndexManifest, directory: String
    ) throws(CommandFailure) -> any SceneEncoder {
        do throws(IndexError) {
            return try RecallOptions.encoder(of: manifest, directory: directory)
        } catch {
            throw CommandFailure(error)
        }
    }

    /// The one for an index that may not be there yet.
    static func encoder(ofIndexAt directory: String) throws(CommandFailure) -> any SceneEncoder {
        guard let index = try? SceneIndex(directory: directory, files: PosixFiles()) else {
            return SceneEncoders.all[0]
        }
        return try encoder(of: index.manifest, directory: directory)
    }
}
