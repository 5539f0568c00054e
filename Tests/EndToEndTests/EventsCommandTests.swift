import Foundation
import TestSupport
import Testing

/// `scened events check` and `scened events diff`, from outside.
@Suite struct EventsCommandTests {
    private func run(_ options: String...) throws -> String {
        let file = try Scratch.file("run.jsonl").path
        let outcome = try Program.run(
            ["segment", Fixtures.path("cuts.mp4"), "--min-scene", "1", "--quiet", "--output", file] + options)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return file
    }

    @Test func check() throws {
        let file = try run()
        let sound = try Program.run(["events", "check", file])
        #expect(sound.status == 0 && sound.output.hasSuffix(" events, no faults\n"), "\(sound.output)")
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let worse = try Scratch.file("worse.jsonl").path
        try text.replacing(#""rev":0"#, with: #""rev":1"#).write(
            toFile: worse, atomically: false, encoding: .utf8)
        let both = try Program.run(["events", "check", file, worse])
        #expect(
            both.status == 65 && both.output.contains("no faults")
                && both.output.contains("the first answer has rev 1"))
        let piped = try Program.shell("head -n 3 '\(file)' | '\(Program.scened.path)' events check -")
        #expect(piped.status == 65 && piped.output.contains("standard input: there is no stream_end"))
        let partial = try Program.shell(
            "head -n 3 '\(file)' | '\(Program.scened.path)' events check --partial")
        #expect(partial.status == 0, "\(partial.output)")
        #expect(try Program.run(["events", "check", file + ".nowhere"]).status == 66)
    }

    /// What was written with `--events` is checked with `--written`.
    @Test func aSelectionIsChecked() throws {
        let types = "stream_start,scene,stream_end"
        let file = try run("--events", types)
        let sound = try Program.run(["events", "check", file, "--written", types])
        #expect(sound.status == 0 && sound.output.hasSuffix(" events, no faults\n"), "\(sound.output)")
        let untold = try Program.run(["events", "check", file])
        #expect(untold.status == 65 && untold.output.contains("with --written"), "\(untold.output)")
        let clockless = try Program.run(["events", "check", file, "--written", "boundary,scene"])
        #expect(clockless.status == 64 && clockless.errors.contains("must name stream_start"))
    }

    /// Lines of a journal that somebody removed or spoiled: told in their place, and on standard error.
    @Test(
        arguments: [
            (nil, "1 event is missing"), ("spoiled", "1 line is not an event, 1 event is missing"),
        ] as [(String?, String)])
    func whatAJournalLacksIsSaid(line: String?, told: String) throws {
        let site = try RunSite([("film", Fixtures.path("cuts.mp4"))])
        let state = "\(site.folder.path)/state"
        #expect(try Program.run(["run", site.file.path]).status == 0)
        let segment = try #require(try site.segments("film").first)
        var lines = try site.journal("film")
        let whole = try Program.run(["events", "--state", state])
        #expect(whole.status == 0 && whole.errors.isEmpty && whole.lines == lines)
        if let line { lines[2] = line } else { lines.remove(at: 2) }
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: segment)
        let note = "\(told); look with: scened journal verify \(state)"
        let run = try Program.run(["events", "--state", state])
        #expect(run.status == 0 && run.errors.contains(note), "\(run.errors)")
        #expect(run.lines[2].contains("\"type\":\"cursor_expired\",\"feed\":\"film\""))
        #expect(run.lines[2].hasSuffix(":3\"}") && run.lines[3].contains("\"seq\":4,"))
        #expect(run.lines.count == whole.lines.count)
        let cursor = try Scratch.file("cursor").path
        let bridge = try Program.run([
            "events", "--state", state, "--cursor-file", cursor, "--exec-batch", "cat",
        ])
        #expect(bridge.status == 0 && bridge.errors.contains(note), "\(bridge.errors)")
        #expect(bridge.lines.contains(run.lines[2]))
        #expect(try Program.run(["journal", "verify", state]).status == 65)
    }

    @Test func diff() throws {
        let (first, again, other) = (try run(), try run(), try run("--threshold", "1"))
        let same = try Program.run(["events", "diff", first, again])
        #expect(
            same.status == 0 && same.output.hasPrefix("events: the same\nscene boundaries: "),
            "\(same.output)")
        #expect(same.output.contains("0 only in the first, 0 only in the second"))
        let differs = try Program.run(["events", "diff", first, other])
        #expect(
            differs.status == 1 && differs.output.hasPrefix("events: differ from line 1 and line 1 on\n"),
            "\(differs.output)")
        for bad in ["not JSON", "", #"{"type":"boundary"}"#] {
            let file = try Scratch.file("bad.jsonl").path
            try Data(bad.utf8).write(to: URL(filePath: file))
            let outcome = try Program.run(["events", "diff", first, file])
            #expect(
                outcome.status == 65 && outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
        }
        #expect(try Program.run(["events", "diff", first]).status == 64)
    }
}
