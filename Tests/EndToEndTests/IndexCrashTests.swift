import Foundation
import TestSupport
import Testing

/// `index add`, killed at random instants: what is there is whole, and the same command goes on. Most of its
/// time goes into reading; `SceneIndexCrashTests` kills one that only writes.
@Suite struct IndexCrashTests {
    /// As many recordings of a few scenes, so that most of the time is spent writing.
    private static let recordings = 120

    @Test func killsLoseNothing() throws {
        let folder = try Scratch.emptyFolder().path
        let film = "\(folder)/0.npz"
        let embedded = try Program.run(
            ["embed", Fixtures.path("cuts.mp4"), "--quiet", "--output", film, "--split-after", "1"])
        try #require(embedded.status == 0)
        var paths: [String] = []
        for number in 0..<Self.recordings {
            paths.append("\(folder)/\(number).npz")
            if number > 0 {
                try FileManager.default.createSymbolicLink(atPath: paths[number], withDestinationPath: film)
            }
        }
        let events = "\(folder)/events.jsonl"
        _ = try Program.run([
            "score", film, "--min-scene", "0.5", "--threshold", "0.1", "--quiet", "--output", events,
        ])
        let common = paths + ["--events"] + paths.map { _ in events }
        let calm = "\(folder)/calm"
        let start = Date()
        let whole = try Program.run(["index", "add", calm] + common)
        let seconds = Date().timeIntervalSince(start)
        try #require(whole.status == 0, "\(whole.errors)")
        let scenes = try recordings(calm)
        try #require(scenes.count == Self.recordings && scenes.allSatisfy { $0.scenes > 1 })

        let index = "\(folder)/killed"
        var random = SmallRandom(state: 7)
        var kills = 0
        var known = 0
        for _ in 0..<60 where kills < 20 {
            let process = Process()
            process.executableURL = Program.scened
            process.arguments = ["index", "add", index] + common
            let printed = try Scratch.file("printed")
            process.standardOutput = try FileHandle(forWritingTo: printed)
            process.standardError = FileHandle.nullDevice
            process.standardInput = FileHandle.nullDevice
            try process.start()
            // The later ones find most of it there, and are quick.
            usleep(UInt32(seconds * 1e6 * (0.02 + 0.25 * random.fraction())))
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
            process.waitUntilExit()
            guard process.terminationReason == .uncaughtSignal else { break }
            kills += 1
            guard FileManager.default.fileExists(atPath: index + "/index.json") else { continue }
            let found = try recordings(index)
            #expect(found.allSatisfy { $0.scenes == scenes[0].scenes }, "whole recordings only")
            // A line that breaks off promises nothing.
            let promised = try String(contentsOf: printed, encoding: .utf8).count { $0 == "\n" }
            #expect(found.count >= max(known, promised), "what was there, or was printed, is there")
            known = found.count
        }
        #expect(kills >= 5)
        let last = try Program.run(["index", "add", index] + common)
        #expect(last.status == 0, "\(last.errors)")
        #expect(try recordings(index).map(\.name) == scenes.map(\.name))
        let question = ["similar", "--scene", "17#2", "--top", "200", "--index"]
        #expect(try Program.run(question + [index]).output == Program.run(question + [calm]).output)
    }

    /// Names and scenes of an index whose every row is as it was written.
    private func recordings(_ index: String) throws -> [(name: String, scenes: Int)] {
        let outcome = try Program.run(["index", "info", index, "--verify", "--recordings", "--json"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        return outcome.events.map {
            ($0.fields["recording"] as? String ?? "", $0.fields["scenes"] as? Int ?? 0)
        }
    }
}
