import Glibc
import Platform

/// The real file system on a disk that takes its time for each sync. Syncs of several threads take theirs at
/// once, as disks with a queue do.
struct SlowDisk: DurableFiles {
    private let files = PosixFiles()
    /// Microseconds that a sync takes at least.
    let syncTime: UInt32

    func sync(_ handle: DurableFileHandle) throws(DurableFileError) {
        usleep(syncTime)
        try files.sync(handle)
    }

    func syncDirectory(_ path: String) throws(DurableFileError) { try files.syncDirectory(path) }
    func createDirectory(_ path: String) throws(DurableFileError) { try files.createDirectory(path) }
    func names(in directory: String) throws(DurableFileError) -> [String] { try files.names(in: directory) }
    func facts(of path: String) throws(DurableFileError) -> DurableFileFacts? { try files.facts(of: path) }
    func read(_ path: String, from offset: Int64, count: Int) throws(DurableFileError) -> [UInt8] {
        try files.read(path, from: offset, count: count)
    }
    func lock(_ path: String) throws(DurableFileError) -> DurableFileHandle { try files.lock(path) }
    func unlock(_ handle: DurableFileHandle) { files.unlock(handle) }
    func openForAppending(_ path: String) throws(DurableFileError) -> DurableFileHandle {
        try files.openForAppending(path)
    }
    func append(_ bytes: [UInt8], to handle: DurableFileHandle) throws(DurableFileError) {
        try files.append(bytes, to: handle)
    }
    func truncate(_ handle: DurableFileHandle, to length: Int64) throws(DurableFileError) {
        try files.truncate(handle, to: length)
    }
    func close(_ handle: DurableFileHandle) { files.close(handle) }
    func isOpen(_ handle: DurableFileHandle, at path: String) -> Bool { files.isOpen(handle, at: path) }
    func replace(_ path: String, with bytes: [UInt8]) throws(DurableFileError) {
        try files.replace(path, with: bytes)
    }
    func overwrite(_ path: String, with bytes: [UInt8]) throws(DurableFileError) {
        try files.overwrite(path, with: bytes)
    }
    func rename(_ path: String, to target: String) throws(DurableFileError) {
        try files.rename(path, to: target)
    }
    func remove(_ path: String) throws(DurableFileError) { try files.remove(path) }
    func removeDirectory(_ path: String) throws(DurableFileError) { try files.removeDirectory(path) }
}
