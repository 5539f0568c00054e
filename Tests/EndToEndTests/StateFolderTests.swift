import Foundation
import TestSupport
import Testing

/// `scened run` and its state directory: one process at a time, and an exit status that says what was lost.
@Suite struct StateFolderTests {
    private static func film() throws -> String { try Films.scenes().path }

    /// The second process is refused with one line, writes nothing, and takes nothing over; `journal repair`
    /// is, too.
    @Test func twoServicesDoNotShareAFolder() throws {
        let source = FeedSource([[.send(try WatchTests.film(upTo: 0.4)), .hold]])
        let site = try RunSite([("one", "tcp://127.0.0.1:\(source.port)")])
        let state = "\(site.folder.path)/state"
        let first = try LiveRun(["run", "--config", site.file.path])
        _ = try first.next("one", "stream_start")
        let second = try Program.run(["run", "--config", site.file.path])
        #expect(second.status == 73, "\(second.errors)")
        #expect(second.errorLines.count == 1 && second.errors.contains("uses this state directory"))
        #expect(second.output.isEmpty)
        for folder in [state, "\(state)/journal/one", "\(state)/journal/../journal/one/"] {
            let repair = try Program.run(["journal", "repair", folder])
            #expect(repair.status == 73 && repair.errorLines.count == 1, "\(repair.errors)")
        }
        #expect([0, 65].contains(try Program.run(["journal", "verify", state]).status))
        _ = try first.next("one", "scene")
        first.send(signal: SIGTERM)
        #expect(try first.finish().status == 0)
        source.close()
        try Schema.check(lines: site.journal("one"))
        let sound = try Program.run(["journal", "verify", state])
        #expect(sound.status == 0 && sound.output.hasSuffix(", no faults\n"), "\(sound.output)")
        let repaired = try Program.run(["journal", "repair", state])
        #expect(repaired.status == 0 && repaired.output == "0 files repaired\n", "\(repaired.output)")
    }

    /// Nothing can be written at all: refused at once, by `check-config` as well.
    @Test func aFolderThatCannotBeWrittenIsRefused() throws {
        let site = try RunSite([("film", try Self.film())])
        let text = try String(contentsOf: site.file, encoding: .utf8)
        for state in ["/proc/nope", "\(site.file.path)", "\(site.file.path)/below"] {
            try text.replacing("state: \(site.folder.path)/state", with: "state: \(state)")
                .write(to: site.file, atomically: true, encoding: .utf8)
            let run = try Program.run(["run", "--config", site.file.path])
            #expect(run.status == 73, "\(run.errors)")
            #expect(
                run.errorLines.count == 1 && run.errors.contains("state: cannot write to"), "\(run.errors)")
            #expect(try Program.run(["check-config", site.file.path]).status == 78)
        }
    }

    /// A file sink in a folder that is missing: check-config says so; the run of a film does not end as if
    /// all were well, says once what is wrong and what helps, and delivers once that is done.
    @Test func whatASinkDidNotTakeIsSaid() throws {
        let site = try RunSite([("film", try Self.film())])
        let folder = "\(site.folder.path)/missing"
        let text = try String(contentsOf: site.file, encoding: .utf8)
        try text.replacing(
            "sinks:",
            with: "limits: {drain: 1}\nsinks:\n  - {to: file, name: log, path: '\(folder)/%f.jsonl'}"
        )
        .replacing("limits:\n  opens-per-second: 50\n", with: "")
        .write(to: site.file, atomically: true, encoding: .utf8)
        let check = try Program.run(["check-config", site.file.path])
        #expect(check.status == 78)
        #expect(
            check.errors.contains("sinks[0].path: the folder '\(folder)' does not exist; create it"),
            "\(check.errors)")
        let run = try Program.run(["run", "--config", site.file.path])
        #expect(run.status == 73, "\(run.errors)")
        #expect(run.errors.contains("the journal has the rest"))
        #expect(run.errorLines.count { $0.contains("sink takes nothing") } == 1, "\(run.errors)")
        #expect(run.errors.contains("create the folder") && !run.errors.contains("free space"))
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        #expect(try Program.run(["check-config", site.file.path]).status == 0)
        #expect(try Program.run(["run", "--config", site.file.path]).status == 0)
        let delivered = try String(contentsOfFile: "\(folder)/film.jsonl", encoding: .utf8)
        #expect(delivered.split(separator: "\n").map(String.init) == (try site.journal("film")))
    }

    /// The folder goes away for good while a feed runs: said in the log, and SIGTERM does not end with status
    /// 0.
    @Test func lostEventsAreSaid() throws {
        let source = FeedSource([[.send(try WatchTests.film(upTo: 0.4)), .hold]])
        let site = try RunSite([("one", "tcp://127.0.0.1:\(source.port)")])
        let run = try LiveRun(["run", "--config", site.file.path])
        _ = try run.next("one", "stream_start")
        let state = "\(site.folder.path)/state"
        try FileManager.default.moveItem(atPath: state, toPath: state + ".away")
        try Data().write(to: URL(fileURLWithPath: state))
        while !run.said.contains("the disk refuses") { poll(nil, 0, 20) }
        run.send(signal: SIGTERM)
        let outcome = try run.finish()
        source.close()
        #expect(outcome.status == 73, "\(outcome.errors)")
        #expect(outcome.errors.contains("events are lost"))
        #expect(!outcome.errors.contains("the journal has"))
        #expect(outcome.errors.split(separator: "\n").count { $0.contains("the disk refuses") } == 1)
    }

    /// One spoilt feed and one that is well: the second is served to its end.
    @Test func aSpoiltFeedKeepsNoOtherFromStarting() throws {
        let site = try RunSite([("bad", try Self.film()), ("good", try Self.film())])
        #expect(try Program.run(["run", "--config", site.file.path]).status == 0)
        let good = try site.journal("good")
        let segment = try #require(try site.segments("bad").first)
        try FileManager.default.moveItem(at: segment, to: segment.appendingPathExtension("away"))
        try FileManager.default.createDirectory(at: segment, withIntermediateDirectories: true)
        try FileManager.default.removeItem(atPath: "\(site.folder.path)/state/journal/good")
        let again = try Program.run(["run", "--config", site.file.path])
        #expect(again.status == 0, "\(again.errors)")
        #expect(again.errors.contains("feed=bad"), "\(again.errors)")
        let events = WatchTests.stable(try site.journal("good").compactMap(Event.init))
        #expect(events == WatchTests.stable(good.compactMap(Event.init)))
    }

    /// What `run` refuses, `check-config` refuses with the same line.
    @Test func bothCommandsRefuseTheSame() throws {
        let site = try RunSite([("one", "udp://127.0.0.1:5000")])
        let text = try String(contentsOf: site.file, encoding: .utf8)
        let wrong: [(from: String, to: String, says: String)] = [
            ("state: \(site.folder.path)/state", "", "state: is missing"),
            ("http: null", "http: {listen: '127.0.0.1:80:90'}", "http.listen: takes"),
            (
                "http: null", "http: {listen: 'unix:/nowhere/at/all.sock'}",
                "the folder '/nowhere/at' does not exist"
            ),
            ("http: null", "http: {listen: 'systemd:web'}", "no socket named 'web'"),
            ("http: null", "journal: {segment-size: 8388608 GiB}", "segment-size: takes a size"),
            ("http: null", "htpp: null", "did you mean 'http'?"),
            ("min-scene: 1", "min-scen: 1", "did you mean 'min-scene'?"),
            ("udp://127.0.0.1:5000", "udp://${credential:a/b}@127.0.0.1:5000", "cannot name a credential"),
        ]
        for (from, to, says) in wrong {
            #expect(text.contains(from))
            try text.replacing(from, with: to).write(to: site.file, atomically: true, encoding: .utf8)
            let check = try Program.run(["check-config", site.file.path])
            let run = try Program.run(["run", "--config", site.file.path])
            #expect(check.status == 78 && run.status == 78, "\(to): \(check.status) \(run.status)")
            #expect(
                check.errors == run.errors && check.errorLines.count == 1,
                "\(to)\n\(check.errors)\(run.errors)")
            #expect(check.errors.contains(says), "\(check.errors)")
        }
        try text.replacing("udp://127.0.0.1:5000", with: "/nowhere/film.ts")
            .write(to: site.file, atomically: true, encoding: .utf8)
        let missing = try Program.run(["check-config", site.file.path])
        #expect(
            missing.status == 78 && missing.errors.contains("feeds[0].input: cannot read '/nowhere/film.ts'"))
    }

    /// Neither a film nor endless zeros is a configuration.
    @Test func aFilmIsNoConfiguration() throws {
        for path in [try Self.film(), "/dev/zero"] {
            for command in [["run", "--config", path], ["check-config", path]] {
                let outcome = try Program.run(command)
                #expect(outcome.status == 78)
                #expect(outcome.errorLines.count == 1 && outcome.errors.contains("not a YAML configuration"))
            }
        }
    }

    /// Endless input without an end of line is refused by every reader of lines, in bounded memory.
    @Test func anEndlessLineIsRefused() throws {
        let commands = [
            ["export", "/dev/zero", "--to", "csv"], ["score", "/dev/zero"],
            ["segment", try Self.film(), "--shots", "/dev/zero"],
        ]
        for command in commands {
            let outcome = try Program.run(command)
            #expect(outcome.status == 65, "\(command) \(outcome.errors)")
            #expect(outcome.errorLines.count == 1, "\(outcome.errors)")
        }
    }

    @Test func aJournalThatIsNotThereIsNotAskedForSpace() throws {
        for command in ["verify", "repair"] {
            let outcome = try Program.run(["journal", command, "/nowhere/at/all"])
            #expect(outcome.status == 66)
            #expect(outcome.errors.contains("there is no such folder; check the path"), "\(outcome.errors)")
            #expect(!outcome.errors.contains("free space"))
        }
    }
}
