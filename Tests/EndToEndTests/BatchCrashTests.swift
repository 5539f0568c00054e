import Foundation
import Platform
import TestSupport
import Testing

/// A batch that is stopped or killed leaves whole films, and no program behind. 20 kills;
/// `SCENED_CRASHES=200` for the long run.
@Suite struct BatchCrashTests {
    private static let clips = [
        "cuts.mp4", "dissolve.mp4", "vfr.mkv", "ntsc.mp4", "restart.ts", "offset.mkv",
    ]

    private static func list() throws -> URL {
        let list = try Scratch.file("list.txt")
        let lines = (0..<18).map { "\(Fixtures.path(clips[$0 % clips.count]))\tfilm\($0)" }
        try lines.joined(separator: "\n").write(to: list, atomically: true, encoding: .utf8)
        return list
    }

    /// What is there of each film that is done.
    private static func results(_ output: URL) throws -> [String: [String]] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: output.path)) ?? []
        return try names.reduce(into: [:]) { results, name in
            let folder = output.appending(path: name)
            guard let note = try? String(contentsOf: folder.appending(path: "done.json"), encoding: .utf8)
            else {
                return
            }
            let done = try #require(Event(note.trimmingCharacters(in: .whitespacesAndNewlines)))
            for file in try #require(done.fields["files"] as? [String]) {
                #expect(
                    FileManager.default.fileExists(atPath: folder.appending(path: file).path),
                    "\(name) \(file)")
            }
            let events = try String(contentsOf: folder.appending(path: "events.jsonl"), encoding: .utf8)
            results[name] = Events.stable(events.split(separator: "\n").map(String.init))
            #expect(results[name]?.last?.contains("stream_end") == true, "\(name)")
            _ = try Data(contentsOf: folder.appending(path: "embeddings.npz"))
        }
    }

    @Test func killsLeaveWholeFilms() throws {
        let kills = ProcessInfo.processInfo.environment["SCENED_CRASHES"].flatMap { Int($0) } ?? 20
        let list = try Self.list()
        let whole = Scratch.path("whole")
        #expect(try Program.run(["batch", list.path, "-o", whole.path, "--jobs", "1"]).status == 0)
        let wanted = try Self.results(whole)
        #expect(wanted.count == 18)
        var random = SeededGenerator(seed: 22)
        var output = Scratch.path("killed")
        var rounds = 0
        for round in 0..<kills {
            let probe = try KilledProbe(
                "scened", ["batch", list.path, "-o", output.path, "--jobs", "2"], bytes: 1...1200,
                pause: 0...400_000,
                using: &random)
            let there = try Self.results(output)
            let differing = there.filter { $0.value != wanted[$0.key] }.keys.sorted()
            #expect(differing.isEmpty, "\(round)")
            // What was told is there.
            for event in probe.lines.compactMap(Event.init) where event.type == "batch_film" {
                #expect(there[event.id] != nil, "\(round) \(event.id)")
            }
            if !probe.wasKilled || there.count == wanted.count {
                // All done: from the beginning.
                rounds += 1
                output = Scratch.path("killed")
            }
        }
        let last = try Program.run(["batch", list.path, "-o", output.path])
        #expect(last.status == 0, "\(last)")
        #expect(try Self.results(output) == wanted)
        let left = try FileManager.default.contentsOfDirectory(atPath: output.path)
        #expect(!left.contains { $0.hasPrefix(".") }, "\(left)")
        print("crash loop of batches: \(kills) kills, \(rounds) batches ended")
    }

    /// SIGTERM ends at once, SIGUSR1 behind what is begun; both leave what the next run goes on with.
    @Test(arguments: [(SIGTERM, Int32(143)), (SIGINT, Int32(130)), (SIGUSR1, Int32(75))])
    func signals(number: Int32, status: Int32) throws {
        let folder = try Scratch.emptyFolder()
        let list = folder.appending(path: "list.txt")
        let film = try Films.scenes().path
        try (0..<40).map { "\(film)\tfilm\($0)" }.joined(separator: "\n")
            .write(to: list, atomically: true, encoding: .utf8)
        let output = folder.appending(path: "results")
        let process = Process()
        process.executableURL = Program.scened
        process.arguments = [
            "batch", list.path, "-o", output.path, "--jobs", "2", "--", "--threshold", "0.3",
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.start()
        // The first film is told of: others are being read.
        var said = pipe.fileHandleForReading.availableData
        var programs: [Int32] = []
        for _ in 0..<200 where programs.isEmpty {
            programs = Processes.children(of: process.processIdentifier)
            poll(nil, 0, 5)
        }
        #expect(!programs.isEmpty)
        kill(process.processIdentifier, number)
        said += pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == status && process.terminationReason == .exit)
        for program in programs { #expect(Processes.hasEnded(program, within: 5)) }
        let there = try Self.results(output)
        let told = String(decoding: said, as: UTF8.self).split(separator: "\n").compactMap {
            Event(String($0))
        }
        #expect(Set(told.filter { $0.type == "batch_film" }.map(\.id)) == Set(there.keys))
        #expect(told.last?.type == "batch_end" && told.last?.fields["status"] as? Int == Int(status))
        #expect(told.last?.fields["left"] as? Int == 40 - there.count && there.count < 40)
        let names = try FileManager.default.contentsOfDirectory(atPath: output.path)
        #expect(!names.contains { $0.hasPrefix(".") } && names.count == there.count, "\(names)")
    }

    /// A batch that is killed takes its programs with it.
    @Test func programsEndWithTheirBatch() throws {
        let list = try Scratch.file("list.txt")
        // A source that gives nothing: its program waits.
        let fifo = Scratch.path("fifo.ts").path
        #expect(mkfifo(fifo, 0o600) == 0)
        try "\(fifo)\n".write(to: list, atomically: true, encoding: .utf8)
        let process = Process()
        process.executableURL = Program.scened
        process.arguments = ["batch", list.path, "-o", Scratch.path("results").path, "--quiet"]
        try process.start()
        // The other end can be opened once the program reads: it has done all that a start needs. It stays
        // open, so that the program would wait for ever.
        var end: Int32 = -1
        for _ in 0..<500 where end < 0 {
            end = open(fifo, O_WRONLY | O_NONBLOCK)
            if end < 0 { poll(nil, 0, 20) }
        }
        defer { close(end) }
        let programs = Processes.children(of: process.processIdentifier)
        let program = try #require(programs.first)
        kill(process.processIdentifier, SIGKILL)
        #expect(Processes.hasEnded(program, within: 10))
        // A program that is left would be waited for, too.
        kill(program, SIGKILL)
        process.waitUntilExit()
    }
}
