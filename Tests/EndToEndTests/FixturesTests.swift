import Dispatch
import Foundation
import Synchronization
import TestSupport
import Testing

/// The halves of `scripts/test` are processes that begin at once, and both need the clips.
struct FixturesTests {
    @Test("Who asks at once gets what one of them made")
    func clipsAreMadeOnce() throws {
        let folder = try Files.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let script = folder.appending(path: "generate")
        let made = folder.appending(path: "made")
        try Data("#!/bin/sh\necho >>'\(made.path)'; mkdir \"$1\"; cp \"$0\" \"$1/made_by\"\n".utf8)
            .write(to: script)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script.path)
        let clips = folder.appending(path: "clips")
        let failures = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            do {
                _ = try Fixtures.made(in: clips, by: script)
            } catch {
                failures.withLock { $0.append("\(error)") }
            }
        }
        #expect(failures.withLock { $0 } == [])
        #expect(try Data(contentsOf: made).count == 1)
    }
}
