import TestSupport
import EventJournal
import Platform
import Foundation
import Testing

/// One process at a time writes to a state directory.
@Suite struct StateLockTests {
    /// The journal's writer as a process of its own; its first line.
    private func start(_ state: String) throws -> (process: Process, said: String) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().appendingPathComponent("JournalProbe")
        process.arguments = [state, "1"]
        process.standardOutput = pipe
        try process.start()
        var said = ""
        while !said.contains("\n") {
            let bytes = pipe.fileHandleForReading.availableData
            if bytes.isEmpty { break }
            said += String(decoding: bytes, as: UTF8.self)
        }
        // What comes later is not read: the writer is killed, or waits for room in the pipe.
        return (process, said.split(separator: "\n").first.map(String.init) ?? "")
    }

    /// The second is refused with one line that names the first; a kill of the first frees the folder at
    /// once.
    @Test func twoProcessesDoNotShareAFolder() throws {
        let folder = try TemporaryFolder()
        let first = try start(folder.path)
        #expect(first.said.hasPrefix("run "))
        let second = try start(folder.path)
        second.process.waitUntilExit()
        #expect(
            second.said
                == "refused cannot lock '\(folder.path)/lock': process \(first.process.processIdentifier) "
                + "uses this state directory; stop it, or give each its own state directory")
        #expect(second.process.terminationStatus == 73)
        kill(first.process.processIdentifier, SIGKILL)
        first.process.waitUntilExit()
        let third = try start(folder.path)
        #expect(third.said.hasPrefix("run "))
        kill(third.process.processIdentifier, SIGKILL)
        third.process.waitUntilExit()
        // A kill may have torn the last line, and nothing else.
        let findings = try JournalInspection(directory: folder.path, files: PosixFiles()).findings
        #expect(findings.allSatisfy { if case .tornEnd = $0.kind { true } else { false } }, "\(findings)")
    }

    /// A process that is being started holds copies of all descriptors for a moment.
    @Test func aCopyOfTheDescriptorDoesNotKeepTheRight() throws {
        let folder = try TemporaryFolder()
        let files = PosixFiles()
        let path = folder.path + "/lock"
        let handle = try files.lock(path)
        let copy = dup(handle.number)
        defer { close(copy) }
        #expect(throws: DurableFileError.self) { try files.lock(path) }
        files.unlock(handle)
        files.unlock(try files.lock(path))
    }

    /// Without the right nothing is written, not even what was torn is cut off; with it, all that waited.
    @Test func aJournalWritesOnlyWithTheLock() throws {
        let folder = try TemporaryFolder()
        let files = PosixFiles()
        let layout = JournalLayout(state: folder.path, feed: "f")
        let mine = StateLock(state: folder.path, files: files)
        try mine.take()
        do {
            var journal = FeedJournal(layout, limits: JournalLimits(), lock: mine, files: files) {
                JournalRig.run(1)
            }
            journal.enqueue(JournalRig.line(1))
            try journal.flush(now: 0)
        }
        let path = layout.path(JournalSegment(run: JournalRig.run(1), first: 1))
        let torn = JournalRig.line(1) + Array("{\"v\":1,".utf8)
        try Data(torn).write(to: URL(fileURLWithPath: path))
        let other = StateLock(state: folder.path, files: files)
        var journal = FeedJournal(layout, limits: JournalLimits(), lock: other, files: files) {
            JournalRig.run(2)
        }
        journal.enqueue(JournalRig.line(2))
        var refusal: DurableFileError?
        do { try journal.flush(now: 0) } catch { refusal = error }
        #expect(refusal?.isTaken == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data(torn))
        mine.release()
        try journal.flush(now: 0)
        #expect(
            try Data(contentsOf: URL(fileURLWithPath: path)) == Data(JournalRig.line(1) + JournalRig.line(2)))
    }

    /// A lock on a file that is gone is none: it is taken anew, or another has it.
    @Test func aRemovedFolderIsTakenAnew() throws {
        let folder = try TemporaryFolder()
        let state = "\(folder.path)/state"
        let (mine, other) = (
            StateLock(state: state, files: PosixFiles()), StateLock(state: state, files: PosixFiles())
        )
        try mine.take()
        try FileManager.default.removeItem(atPath: state)
        try mine.take()
        #expect(FileManager.default.fileExists(atPath: "\(state)/lock"))
        #expect(throws: DurableFileError.self) { try other.take() }
        try FileManager.default.removeItem(atPath: state)
        try other.take()
        #expect(throws: DurableFileError.self) { try mine.take() }
    }

    @Test func repairNeedsTheLock() throws {
        let files = FaultyFiles()
        var journal = try JournalRig.open(files)
        try JournalRig.write(1...2, to: &journal)
        let path = JournalRig.layout.path(JournalSegment(run: JournalRig.run(1), first: 1))
        files.with { $0.files[path]?.bytes += Array("nonsense\n".utf8) }
        let before = files.with { $0.files }
        var inspection = try JournalInspection(directory: "/s", files: files)
        #expect(inspection.findings.count == 1)
        #expect(throws: DurableFileError.self) {
            try inspection.repair(StateLock(state: "/s", files: files))
        }
        #expect(files.with { $0.files } == before)
        #expect(JournalRig.layout.state == "/s")
        #expect(JournalLayout(directory: "/copy/f").state == nil)
        try JournalRig.write(3...3, to: &journal)
    }
}
