import Foundation
import Platform

/// A program of the tests that is killed at no particular point of what it does.
package struct KilledProbe {
    /// What it had printed, line by line; the last one may be cut off.
    package let lines: [String]
    /// False where it ended by itself.
    package let wasKilled: Bool

    /// Starts `name`, which stands beside the tests' program, and kills it (SIGKILL) once it has printed a
    /// random number of bytes within `bytes`, and some microseconds within `pause` later.
    package init(
        _ name: String, _ arguments: [String], bytes: ClosedRange<Int>, pause: ClosedRange<UInt32> = 0...0,
        using random: inout some RandomNumberGenerator
    ) throws {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().appending(path: name)
        process.arguments = arguments
        process.standardOutput = pipe
        try process.start()
        var received = Data()
        let wanted = Int.random(in: bytes, using: &random)
        while received.count < wanted {
            let bytes = pipe.fileHandleForReading.availableData
            if bytes.isEmpty { break }
            received += bytes
        }
        usleep(UInt32.random(in: pause, using: &random))
        kill(process.processIdentifier, SIGKILL)
        received += pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        wasKilled = process.terminationReason == .uncaughtSignal
        lines = String(decoding: received, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
