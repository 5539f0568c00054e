import EventJournal
import Platform
import Foundation
import TestSupport
import Testing

/// SIGKILL at random points tears, doubles and loses no line (contract 16). 40 times;
/// `SCENED_CRASHES=1000` for the long run.
@Suite struct JournalCrashTests {
    @Test func killsLeaveNoHolesNoDoublesNoTornLines() throws {
        let count = ProcessInfo.processInfo.environment["SCENED_CRASHES"].flatMap { Int($0) } ?? 40
        let state = try TemporaryFolder()
        let probe = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent()
            .appendingPathComponent("JournalProbe")
        var random = SeededGenerator(seed: 5)
        var promised: Int64 = 0
        for round in 0..<count {
            let process = Process()
            let pipe = Pipe()
            process.executableURL = probe
            process.arguments = [state.path, "\(round)"]
            process.standardOutput = pipe
            try process.start()
            // Killed after some lines have come, at no particular point of the next ones.
            var received = Data()
            let wanted = Int.random(in: 1...400, using: &random)
            while received.count < wanted {
                let bytes = pipe.fileHandleForReading.availableData
                if bytes.isEmpty { break }
                received += bytes
            }
            kill(process.processIdentifier, SIGKILL)
            received += pipe.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            let lines = String(decoding: received, as: UTF8.self).split(separator: "\n")
            let first = try #require(lines.first?.split(separator: " "))
            #expect(first[1] == "01J00000000000000000000001")
            // What was promised before the last kill is there after it.
            #expect(Int64(first[2]) ?? -1 >= promised)
            promised = lines.dropFirst().compactMap { Int64($0) }.last ?? promised
        }
        let inspection = try JournalInspection(directory: state.path, files: PosixFiles())
        let torn = inspection.findings.filter { if case .tornEnd = $0.kind { false } else { true } }
        #expect(torn.isEmpty, "\(torn)")
        #expect(inspection.findings.count <= 1, "only the last kill can have torn a line")
        #expect(Int64(inspection.events) >= promised)
        var reader = JournalReader(
            JournalLayout(state: state.path, feed: "f"), after: nil, files: PosixFiles())
        var next: Int64 = 1
        while true {
            let piece = try reader.next()
            for line in piece.lines {
                let padding = String(repeating: "x", count: Int(next % 997))
                let text =
                    "{\"v\":1,\"type\":\"watermark\",\"seq\":\(next),\"id\":\"watermark/0/\(next)\(padding)\"}"
                try #require(line.bytes == Array(text.utf8))
                next += 1
            }
            if piece.isEnd { break }
        }
        #expect(next - 1 >= promised)
        print("crash loop: \(count) kills, \(next - 1) events, \(inspection.segments) segments")
    }
}
