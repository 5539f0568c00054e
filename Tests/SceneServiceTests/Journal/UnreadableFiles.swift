import Platform
import Synchronization

/// A file system in memory in which one file cannot be read.
final class UnreadableFiles: ForwardingFiles {
    let base = FaultyFiles()
    /// Its path, and why: errno.
    let refusal = Mutex<(path: String, code: Int32)?>(nil)

    func read(_ path: String, from offset: Int64, count: Int) throws(DurableFileError) -> [UInt8] {
        if let refused = refusal.withLock({ $0 }), refused.path == path {
            throw DurableFileError(operation: "read", path: path, code: refused.code, reason: "refused")
        }
        return try base.read(path, from: offset, count: count)
    }
}
