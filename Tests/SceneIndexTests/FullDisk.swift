import Glibc
import Platform
import Synchronization

/// The machine's file system, with room for so many bytes: the write that does not fit leaves a part, as on
/// a full disk.
final class FullDisk: PatchableFiles {
    private let disk = PosixFiles()
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
        try disk.append(Array(bytes[..<taken]), to: handle)
        if taken < bytes.count { throw full("write", "file") }
    }

    func sync(_ handle: DurableFileHandle) throws(DurableFileError) {
        if failsToSync, room.withLock({ $0 }) == 0 { throw full("sync", "file") }
        try disk.sync(handle)
    }

    func patch(_ path: String, at offset: Int64, with bytes: [UInt8]) throws(DurableFileError) {
        try disk.patch(path, at: offset, with: bytes)
    }

    func replace(_ path: String, with bytes: [UInt8]) throws(DurableFileError) {
        if take(bytes.count) < bytes.count { throw full("write", path) }
        try disk.replace(path, with: bytes)
    }

    func createDirectory(_ path: String) throws(DurableFileError) { try disk.createDirectory(path) }
    func names(in directory: String) throws(DurableFileError) -> [String] { try disk.names(in: directory) }
    func facts(of path: String) throws(DurableFileError) -> DurableFileFacts? { try disk.facts(of: path) }
    func read(_ path: String, from offset: Int64, count: Int) throws(DurableFileError) -> [UInt8] {
        try disk.read(path, from: offset, count: count)
    }
    func lock(_ path: String) throws(DurableFileError) -> DurableFileHandle { try disk.lock(path) }
    func unlock(_ handle: DurableFileHandle) { disk.unlock(handle) }
    func openForAppending(_ path: String) throws(DurableFileError) -> DurableFileHandle {
        try disk.openForAppending(path)
    }
    func truncate(_ handle: DurableFileHandle, to length: Int64) throws(DurableFileError) {
        try disk.truncate(handle, to: length)
    }
    func close(_ handle: DurableFileHandle) { disk.close(handle) }
    func isOpen(_ handle: DurableFileHandle, at path: String) -> Bool { disk.isOpen(handle, at: path) }
    func syncDirectory(_ path: String) throws(DurableFileError) { try disk.syncDirectory(path) }
    func overwrite(_ path: String, with bytes: [UInt8]) throws(DurableFileError) {
        try disk.overwrite(path, with: bytes)
    }
    func rename(_ path: String, to target: String) throws(DurableFileError) {
        try disk.rename(path, to: target)
    }
    func remove(_ path: String) throws(DurableFileError) { try disk.remove(path) }
    func removeDirectory(_ path: String) throws(DurableFileError) { try disk.removeDirectory(path) }
}
