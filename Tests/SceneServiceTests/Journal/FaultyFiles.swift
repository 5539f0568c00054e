import Platform
import Synchronization

/// A file system in memory that refuses writes on demand, in the middle of a line if need be, and that can
/// lose power.
final class FaultyFiles: DurableFiles {
    struct File: Hashable {
        var bytes: [UInt8] = []
        /// What a loss of power leaves.
        var synced: [UInt8] = []
        var modified = 0.0
    }

    struct State {
        var files: [String: File] = [:]
        var folders: Set<String> = []
        var open: [Int32: String] = [:]
        /// Paths that are locked, by the handle that holds them.
        var locks: [String: Int32] = [:]
        var nextHandle: Int32 = 100
        /// Bytes that can still be written; nil: no limit.
        var room: Int?
        /// Operations by name that fail from now on.
        var failing: Set<String> = []
        /// Called with the path before it is synced: a disk that takes its time.
        var beforeSync: (@Sendable (String) -> Void)?
        var now = 0.0
        var writes = 0
        var syncs = 0
    }

    let state = Mutex(State())

    func with<Result>(_ change: (inout State) -> Result) -> Result {
        state.withLock { state in
            var copy = state
            let result = change(&copy)
            state = copy
            return result
        }
    }

    /// All that was not synced is gone.
    func losePower() {
        with { state in
            state.files = state.files.mapValues {
                File(bytes: $0.synced, synced: $0.synced, modified: $0.modified)
            }
            state.open = [:]
            state.locks = [:]
        }
    }

    private func failure(_ operation: String, _ path: String, _ code: Int32 = 28) -> DurableFileError {
        DurableFileError(operation: operation, path: path, code: code, reason: "refused by the test")
    }

    private func check(_ operation: String, _ path: String) throws(DurableFileError) {
        if with({ $0.failing.contains(operation) }) { throw failure(operation, path) }
    }

    func createDirectory(_ path: String) throws(DurableFileError) {
        try check("create", path)
        with { _ = $0.folders.insert(path) }
    }

    func names(in directory: String) throws(DurableFileError) -> [String] {
        try check("list", directory)
        return with { state in
            let all = Array(state.files.keys) + state.folders
            return Array(
                Set(
                    all.compactMap { path in
                        guard path.hasPrefix(directory + "/") else { return nil }
                        return String(path.dropFirst(directory.count + 1).prefix { $0 != "/" })
                    }))
        }
    }

    func facts(of path: String) throws(DurableFileError) -> DurableFileFacts? {
        with { state in
            state.files[path].map { DurableFileFacts(size: Int64($0.bytes.count), modified: $0.modified) }
        }
    }

    func read(_ path: String, from offset: Int64, count: Int) throws(DurableFileError) -> [UInt8] {
        try check("read", path)
        guard let file = with({ $0.files[path] }) else { throw failure("read", path, 2) }
        return Array(file.bytes.dropFirst(Int(offset)).prefix(count))
    }

    func lock(_ path: String) throws(DurableFileError) -> DurableFileHandle {
        try check("lock", path)
        let handle = with { state -> DurableFileHandle? in
            guard state.locks[path] == nil else { return nil }
            if state.files[path] == nil { state.files[path] = File() }
            state.nextHandle += 1
            state.open[state.nextHandle] = path
            state.locks[path] = state.nextHandle
            return DurableFileHandle(number: state.nextHandle)
        }
        guard let handle else { throw failure("lock", path, 11) }
        return handle
    }

    func openForAppending(_ path: String) throws(DurableFileError) -> DurableFileHandle {
        try check("open", path)
        return with { state in
            if state.files[path] == nil { state.files[path] = File() }
            state.nextHandle += 1
            state.open[state.nextHandle] = path
            return DurableFileHandle(number: state.nextHandle)
        }
    }

    func append(_ bytes: [UInt8], to handle: DurableFileHandle) throws(DurableFileError) {
        let (path, taken) = with { state in
            let path = state.open[handle.number] ?? ""
            let taken = min(bytes.count, state.room ?? bytes.count)
            state.room = state.room.map { $0 - taken }
            state.files[path]?.bytes += bytes.prefix(taken)
            state.files[path]?.modified = state.now
            state.writes += 1
            return (path, taken)
        }
        if taken < bytes.count { throw failure("write", path) }
        try check("write", path)
    }

    func sync(_ handle: DurableFileHandle) throws(DurableFileError) {
        let path = with { $0.open[handle.number] ?? "" }
        with(\.beforeSync)?(path)
        try check("sync", path)
        with { state in
            let bytes = state.files[path]?.bytes ?? []
            state.files[path]?.synced = bytes
            state.syncs += 1
        }
    }

    func truncate(_ handle: DurableFileHandle, to length: Int64) throws(DurableFileError) {
        let path = with { $0.open[handle.number] ?? "" }
        try check("truncate", path)
        with { state in
            guard let count = state.files[path]?.bytes.count, count > Int(length) else { return }
            state.files[path]?.bytes.removeLast(count - Int(length))
        }
    }

    func unlock(_ handle: DurableFileHandle) { close(handle) }
    func close(_ handle: DurableFileHandle) {
        with { state in
            state.open[handle.number] = nil
            state.locks = state.locks.filter { $0.value != handle.number }
        }
    }

    func isOpen(_ handle: DurableFileHandle, at path: String) -> Bool {
        with { $0.open[handle.number] == path && $0.files[path] != nil }
    }

    func syncDirectory(_ path: String) throws(DurableFileError) { try check("syncDirectory", path) }

    func replace(_ path: String, with bytes: [UInt8]) throws(DurableFileError) {
        try check("replace", path)
        with { $0.files[path] = File(bytes: bytes, synced: bytes, modified: $0.now) }
    }

    func overwrite(_ path: String, with bytes: [UInt8]) throws(DurableFileError) {
        try check("overwrite", path)
        with { $0.files[path] = File(bytes: bytes, synced: [], modified: $0.now) }
    }

    func rename(_ path: String, to target: String) throws(DurableFileError) {
        with { state in
            state.files[target] = state.files.removeValue(forKey: path)
        }
    }

    func remove(_ path: String) throws(DurableFileError) {
        try check("remove", path)
        removeAll { $0 == path }
    }

    /// Removes files from under whoever has them open.
    func removeAll(where isMeant: (String) -> Bool) {
        with { state in
            state.files = state.files.filter { !isMeant($0.key) }
            // What is open stays open, and is not the file that is put in its place.
            state.open = state.open.mapValues { isMeant($0) ? "" : $0 }
            state.locks = state.locks.filter { !isMeant($0.key) }
        }
    }

    func removeDirectory(_ path: String) throws(DurableFileError) { with { _ = $0.folders.remove(path) } }
}
