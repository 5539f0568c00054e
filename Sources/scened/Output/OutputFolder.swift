internal import Platform
import Glibc

/// A folder that files are written into.
enum OutputFolder {
    /// Makes it where it is missing; the folder above it must be there. Throws `CommandFailure`.
    static func make(_ path: String) throws(CommandFailure) {
        var status = stat()
        if FileName.withBytes(path, { stat($0, &status) }) == 0 {
            guard status.st_mode & S_IFMT == S_IFDIR else {
                throw CommandFailure(
                    status: .cannotWrite,
                    message: "--output '\(path)' is a file; give the name of a folder")
            }
            guard FileName.withBytes(path, { access($0, W_OK | X_OK) }) == 0 else { throw failure(path) }
            return
        }
        guard FileName.withBytes(path, { mkdir($0, 0o777) }) == 0 else { throw failure(path) }
    }

    private static func failure(_ path: String) -> CommandFailure {
        CommandFailure(
            status: .cannotWrite, message: CommandFailure.message("write into", "'\(path)'", errno))
    }

    /// Throws where something has the name already.
    static func refuseExisting(_ path: String, force: Bool) throws(CommandFailure) {
        var status = stat()
        guard !force, FileName.withBytes(path, { lstat($0, &status) }) == 0 else { return }
        throw CommandFailure(
            status: .cannotWrite,
            message: "'\(path)' exists already; give another folder, or --force to replace it")
    }
}
