import Platform
import Synchronization
import Testing

/// A file system that stands in front of another one hands on what it does not state.
@Suite struct ForwardingFilesTests {
    /// Notes each call, with all that it was given, and answers with what nothing else would.
    private final class Notes: PatchableFiles {
        let calls = Mutex<[String]>([])

        private func note(_ call: String) { calls.withLock { $0.append(call) } }

        func createDirectory(_ path: String) { note("createDirectory \(path)") }
        func names(in directory: String) -> [String] {
            note("names \(directory)")
            return ["a", "b"]
        }
        func facts(of path: String) -> DurableFileFacts? {
            note("facts \(path)")
            return DurableFileFacts(size: 7, modified: 8)
        }
        func read(_ path: String, from offset: Int64, count: Int) -> [UInt8] {
            note("read \(path) \(offset) \(count)")
            return [9]
        }
        func lock(_ path: String) -> DurableFileHandle {
            note("lock \(path)")
            return DurableFileHandle(number: 10)
        }
        func unlock(_ handle: DurableFileHandle) { note("unlock \(handle.number)") }
        func openForAppending(_ path: String) -> DurableFileHandle {
            note("open \(path)")
            return DurableFileHandle(number: 11)
        }
        func append(_ bytes: [UInt8], to handle: DurableFileHandle) {
            note("append \(bytes) \(handle.number)")
        }
        func sync(_ handle: DurableFileHandle) { note("sync \(handle.number)") }
        func truncate(_ handle: DurableFileHandle, to length: Int64) {
            note("truncate \(handle.number) \(length)")
        }
        func close(_ handle: DurableFileHandle) { note("close \(handle.number)") }
        func isOpen(_ handle: DurableFileHandle, at path: String) -> Bool {
            note("isOpen \(handle.number) \(path)")
            return true
        }
        func syncDirectory(_ path: String) { note("syncDirectory \(path)") }
        func replace(_ path: String, with bytes: [UInt8]) { note("replace \(path) \(bytes)") }
        func overwrite(_ path: String, with bytes: [UInt8]) { note("overwrite \(path) \(bytes)") }
        func rename(_ path: String, to target: String) { note("rename \(path) \(target)") }
        func remove(_ path: String) { note("remove \(path)") }
        func removeDirectory(_ path: String) { note("removeDirectory \(path)") }
        func patch(_ path: String, at offset: Int64, with bytes: [UInt8]) {
            note("patch \(path) \(offset) \(bytes)")
        }
    }

    /// States nothing.
    private struct Front: ForwardingFiles, PatchableFiles {
        let base = Notes()
    }

    /// States one call.
    private struct Refusing: ForwardingFiles {
        let base = Notes()

        func remove(_ path: String) throws(DurableFileError) {
            throw DurableFileError(operation: "remove", path: path, code: 1, reason: "refused")
        }
    }

    @Test func everyCallIsHandedOn() throws {
        let front = Front()
        let files: any PatchableFiles = front
        let handle = DurableFileHandle(number: 3)
        try files.createDirectory("/d")
        #expect(try files.names(in: "/n") == ["a", "b"])
        #expect(try files.facts(of: "/f") == DurableFileFacts(size: 7, modified: 8))
        #expect(try files.read("/r", from: 4, count: 5) == [9])
        #expect(try files.lock("/l") == DurableFileHandle(number: 10))
        files.unlock(handle)
        #expect(try files.openForAppending("/o") == DurableFileHandle(number: 11))
        try files.append([1, 2], to: handle)
        try files.sync(handle)
        try files.truncate(handle, to: 6)
        files.close(handle)
        #expect(files.isOpen(handle, at: "/i"))
        try files.syncDirectory("/s")
        try files.replace("/p", with: [1])
        try files.overwrite("/w", with: [2])
        try files.rename("/a", to: "/b")
        try files.remove("/m")
        try files.removeDirectory("/e")
        try files.patch("/c", at: 7, with: [3])
        #expect(
            front.base.calls.withLock { $0 } == [
                "createDirectory /d", "names /n", "facts /f", "read /r 4 5", "lock /l", "unlock 3", "open /o",
                "append [1, 2] 3", "sync 3", "truncate 3 6", "close 3", "isOpen 3 /i", "syncDirectory /s",
                "replace /p [1]", "overwrite /w [2]", "rename /a /b", "remove /m", "removeDirectory /e",
                "patch /c 7 [3]",
            ])
    }

    @Test func whatIsStatedCounts() throws {
        let front = Refusing()
        let files: any DurableFiles = front
        #expect(throws: DurableFileError.self) { try files.remove("/m") }
        try files.rename("/a", to: "/b")
        #expect(front.base.calls.withLock { $0 } == ["rename /a /b"])
    }
}
