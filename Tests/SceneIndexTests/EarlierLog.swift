import Platform
import Synchronization

/// The machine's file system, except that an index's log is first what it was earlier: as where a writer goes
/// on between two calls of a reader.
final class EarlierLog: ForwardingFiles {
    let base = PosixFiles()
    private let earlier: Mutex<[UInt8]?>

    init(_ log: [UInt8]) { earlier = Mutex(log) }

    func read(_ path: String, from offset: Int64, count: Int) throws(DurableFileError) -> [UInt8] {
        if path.hasSuffix("/recordings.log") {
            let log: [UInt8]? = earlier.withLock { log in
                defer { log = nil }
                return log
            }
            if let log { return log }
        }
        return try base.read(path, from: offset, count: count)
    }
}
