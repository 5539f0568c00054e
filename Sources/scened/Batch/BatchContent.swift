import Digests
import Glibc
import Platform
import SceneModel

/// What a file or a folder that all films are given holds, as a digest.
enum BatchContent {
    /// SHA-256 of a file; of a folder, of the names, lengths and times of what stands in it. A built-in
    /// model goes by its name. Throws `CommandFailure` (cannot be opened).
    static func digest(of path: String) throws(CommandFailure) -> String {
        guard !path.hasPrefix(SafetensorsFile.builtinPrefix) else { return path }
        var facts = stat()
        guard FileName.withBytes(path, { stat($0, &facts) }) == 0, facts.st_mode & S_IFMT == S_IFDIR else {
            let bytes = try InputFile.bytes(path)
            return SHA256.digest(of: bytes.span)
        }
        let files = PosixFiles()
        do throws(DurableFileError) {
            var lines: [String] = []
            for name in try files.names(in: absolutePath(path)).sorted() where name != "lock" {
                guard let facts = try files.facts(of: "\(absolutePath(path))/\(name)") else { continue }
                lines.append("\(name) \(facts.size) \(facts.modified)")
            }
            return BatchSettings.digest(lines)
        } catch {
            throw CommandFailure(status: .cannotOpen, message: error.description)
        }
    }
}
