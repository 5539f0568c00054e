import Foundation
import TestSupport
import Testing

/// `scened correct`, from outside.
@Suite struct CorrectCommandTests {
    private func run() throws -> (file: String, run: String, boundaries: [String]) {
        let file = try Scratch.file("run.jsonl").path
        let outcome = try Program.run(
            ["segment", Fixtures.path("cuts.mp4"), "--min-scene", "1", "--quiet", "--output", file])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let events = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").compactMap {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
        let boundaries = events.filter { $0["type"] as? String == "boundary" }
        return (
            file, try #require(events.first?["run"] as? String), boundaries.compactMap { $0["id"] as? String }
        )
    }

    private func corrections(_ run: String, _ entries: String) throws -> String {
        let file = try Scratch.file("film.corrections.json").path
        try #"{"type":"scened_corrections","version":1,"run":"\#(run)","corrections":[\#(entries)]}"#.write(
            toFile: file, atomically: false, encoding: .utf8)
        return file
    }

    /// The result is a run like any other: sound, exported and evaluated.
    @Test func correctedRunsAreRuns() throws {
        let (events, run, boundaries) = try run()
        let removed = try #require(boundaries.first)
        let file = try corrections(run, #"{"action":"remove","id":"\#(removed)"}"#)
        let corrected = try Scratch.file("corrected.jsonl").path
        let outcome = try Program.run(["correct", events, file, "--output", corrected])
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        let check = try Program.run(["events", "check", corrected])
        #expect(check.status == 0, "\(check.output)")
        func cues(_ path: String) throws -> Int {
            let text = try Program.run(["export", path, "--to", "webvtt"]).output
            return text.components(separatedBy: "-->").count
        }
        #expect(try cues(corrected) == cues(events) - 1)
        let evaluated = try Program.run(["evaluate", "scenes", "--truth", corrected, "--detected", events])
        #expect(evaluated.status == 0, "\(evaluated.errors)")
        let piped = try Program.shell(
            "'\(Program.scened.path)' correct - '\(file)' < '\(events)' | '\(Program.scened.path)' events check -"
        )
        #expect(piped.status == 0, "\(piped.output)")
    }

    @Test func badInputIsOneLine() throws {
        let (events, run, _) = try run()
        let fits = try corrections(run, "")
        let cases: [([String], Int32, String)] = [
            ([events, try corrections("01J", "")], 65, "are of run 01J"),
            (
                [events, try corrections(run, #"{"action":"remove","id":"boundary/0/1"}"#)], 65,
                "no boundary has the id"
            ),
            ([events, events], 65, "is not valid JSON"),
            ([fits, fits], 65, "is no event"),
            ([events, fits + ".nowhere"], 66, "No such file"),
            (["-", "-"], 64, "both"),
            ([events, fits, "--output", events], 64, "would overwrite it"),
            ([events, fits, "--output", "/dev/full"], 73, "/dev/full"),
        ]
        for (arguments, status, text) in cases {
            let outcome = try Program.run(["correct"] + arguments)
            #expect(
                outcome.status == status && outcome.errors.contains(text), "\(arguments): \(outcome.errors)")
            if status != 64 {
                #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
            }
        }
    }
}
