import Foundation
import Platform
import SceneIndex
import TestSupport
import Testing

/// SIGKILL at random instants leaves whole recordings only, and all that were promised. 40 times;
/// `SCENED_CRASHES=1000` for the long run.
@Suite struct SceneIndexCrashTests {
    @Test func killsLeaveWholeRecordings() throws {
        let count = ProcessInfo.processInfo.environment["SCENED_CRASHES"].flatMap { Int($0) } ?? 40
        let folder = try IndexFolder()
        let probe = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "IndexProbe")
        var random = SeededGenerator(seed: 8)
        var promised = 0
        for round in 0..<count {
            let process = Process()
            let pipe = Pipe()
            process.executableURL = probe
            process.arguments = [folder.path, "\(round)"]
            process.standardOutput = pipe
            try process.start()
            // Killed after some lines have come, at no particular point of the next ones.
            var received = Data()
            let wanted = Int.random(in: 1...100, using: &random)
            while received.count < wanted {
                let bytes = pipe.fileHandleForReading.availableData
                if bytes.isEmpty { break }
                received += bytes
            }
            usleep(UInt32.random(in: 0...1500, using: &random))
            kill(process.processIdentifier, SIGKILL)
            received += pipe.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            #expect(process.terminationReason == .uncaughtSignal, "round \(round)")
            promised =
                String(decoding: received, as: UTF8.self).split(separator: "\n").compactMap { Int($0) }
                .last ?? promised
            let index = try folder.index()
            try index.verify()
            #expect(index.book.entries.count >= promised)
            promised = index.book.entries.count
            for entry in index.book.live {
                #expect(index.scenes(of: entry).map(\.number) == Array(1...entry.count))
            }
        }
        let index = try folder.index()
        #expect(index.vectors.count > 2 && index.book.live.count < index.book.entries.count)
        print("crash loop: \(count) kills, \(promised) recordings, \(index.book.rowCount) rows")
    }
}
