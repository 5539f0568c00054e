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
        var random = SeededGenerator(seed: 5)
        var promised: Int64 = 0
        for round in 0..<count {
            let lines = try KilledProbe(
                "JournalProbe", [state.path, "\(round)"], bytes: 1...400, using: &random
            ).lines
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
