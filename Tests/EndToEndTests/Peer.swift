import Foundation
import TestSupport

/// A program on the other side of a feed, ended with the test.
final class Peer {
    private let process = Process()

    /// Runs a shell line that is replaced by its program, in a fresh folder.
    init(_ line: String, limit: Double = 60) throws {
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", "exec \(line)"]
        process.currentDirectoryURL = Scratch.folder
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.start()
        let process = self.process
        DispatchQueue.global().asyncAfter(deadline: .now() + limit) {
            if process.isRunning { process.terminate() }
        }
    }

    deinit { end() }

    func send(signal number: Int32) { kill(process.processIdentifier, number) }

    /// Ends it, frozen or not, and waits until it is gone.
    func end() {
        guard process.isRunning else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
