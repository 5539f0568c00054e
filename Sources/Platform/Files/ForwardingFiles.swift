/// A file system that stands in front of another and changes some of its calls: what it does not state
/// itself, `base` does. For disks that are slow, full or unreadable on demand, in tests and studies.
///
/// What `base` does inside a call it does by its own calls: `replace` of a front that states only `sync`
/// syncs as `base` does.
package protocol ForwardingFiles: DurableFiles {
    associatedtype Base: DurableFiles
    /// What does the calls that are handed on.
    var base: Base { get }
}

extension ForwardingFiles {
    package func createDirectory(_ path: String) throws(DurableFileError) { try base.createDirectory(path) }
    package func names(in directory: String) throws(DurableFileError) -> [String] {
        try base.names(in: directory)
    }
    package func facts(of path: String) throws(DurableFileError) -> DurableFileFacts? {
        try base.facts(of: path)
    }
    package func read(_ path: String, from offset: Int64, count: Int) throws(DurableFileError) -> [UInt8] {
        try base.read(path, from: offset, count: count)
    }
    package func lock(_ path: String) throws(DurableFileError) -> DurableFileHandle { try base.lock(path) }
    package func unlock(_ handle: DurableFileHandle) { base.unlock(handle) }
    package func openForAppending(_ path: String) throws(DurableFileError) -> DurableFileHandle {
        try base.openForAppending(path)
    }
    package func append(_ bytes: [UInt8], to handle: DurableFileHandle) throws(DurableFileError) {
        try base.append(bytes, to: handle)
    }
    package func sync(_ handle: DurableFileHandle) throws(DurableFileError) { try base.sync(handle) }
    package func truncate(_ handle: DurableFileHandle, to length: Int64) throws(DurableFileError) {
        try base.truncate(handle, to: length)
    }
    package func close(_ handle: DurableFileHandle) { base.close(handle) }
    package func isOpen(_ handle: DurableFileHandle, at path: String) -> Bool {
        base.isOpen(handle, at: path)
    }
    package func syncDirectory(_ path: String) throws(DurableFileError) { try base.syncDirectory(path) }
    package func replace(_ path: String, with bytes: [UInt8]) throws(DurableFileError) {
        try base.replace(path, with: bytes)
    }
    package func overwrite(_ path: String, with bytes: [UInt8]) throws(DurableFileError) {
        try base.overwrite(path, with: bytes)
    }
    package func rename(_ path: String, to target: String) throws(DurableFileError) {
        try base.rename(path, to: target)
    }
    package func remove(_ path: String) throws(DurableFileError) { try base.remove(path) }
    package func removeDirectory(_ path: String) throws(DurableFileError) { try base.removeDirectory(path) }
}

extension ForwardingFiles where Self: PatchableFiles, Base: PatchableFiles {
    package func patch(_ path: String, at offset: Int64, with bytes: [UInt8]) throws(DurableFileError) {
        try base.patch(path, at: offset, with: bytes)
    }
}
