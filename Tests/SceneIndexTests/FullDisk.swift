import Glibc
import Platform
import Synchronization

/// The machine's file system, with room for so many bytes: the write that does not fit leaves a part, as on
/// a full disk.
final class FullDisk: ForwardingFiles, PatchableFiles {
    let base = PosixFiles()
    private let room: Mutex<Int>
    /// Syncs fail, too, once the room is used up.
    private let failsToSync: Bool

    init(room: Int, failsToSync: Bool = false) {
        self.room = Mutex(room)
        self.failsToSync = failsToSync
    }

    private func full(_ operation: String, _ path: String) -> DurableFileError {
        DurableFileError(
            operation: operation, path: path, code: ENOSPC, reason: String(cString: strerror(ENOSPC)))
    }

    /// How many of so many bytes fit.
    private func take(_ count: Int) -> Int {
        room.withLock { room in
            let taken = min(room, count)
            room -= taken
            return taken
        }
    }

    func append(_ bytes: [UInt8], to handle: DurableFileHandle) throws(DurableFileError) {
        let taken = take(bytes.count)
        try base.append(Array(bytes[..<taken]), to: handle)
        if taken < bytes.count { throw full("write", "file") }
    }

    func sync(_ handle: DurableFileHandle) throws(DurableFileError) {
        if failsToSync, room.withLock({ $0 }) == 0 { throw full("sync", "file") }
        try base.sync(handle)
    }

    func replace(_ path: String, with bytes: [UInt8]) throws(DurableFileError) {
        if take(bytes.count) < bytes.count { throw full("write", path) }
        try base.replace(path, with: bytes)
    }
}
