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
        var random = SeededGenerator(seed: 8)
        var promised = 0
        for round in 0..<count {
            let probe = try KilledProbe(
                "IndexProbe", [folder.path, "\(round)"], bytes: 1...100, pause: 0...1500, using: &random)
            #expect(probe.wasKilled, "round \(round)")
            promised = probe.lines.compactMap { Int($0) }.last ?? promised
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
