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

    /// Corrections are labels, and so are the chapters of what they make: both give the same figures, also of
    /// what a person put or moved inside a shot.
    @Test func correctionsLabelAsTheirChaptersDo() throws {
        // Shots of 1.4 to 1.8 s.
        let (events, run, boundaries) = try run()
        let folder = try Scratch.emptyFolder()
        let film = folder.appending(path: "film.jsonl")
        try FileManager.default.copyItem(atPath: events, toPath: film.path)
        let moved = try #require(boundaries.first)
        let entries = #"{"action":"move","id":"\#(moved)","to":{"t":7.4}},{"action":"add","at":{"t":12.4}}"#
        let corrections = folder.appending(path: "film.corrections.json")
        try FileManager.default.copyItem(atPath: try self.corrections(run, entries), toPath: corrections.path)
        let (corrected, chapters) = (Scratch.path("film.jsonl").path, Scratch.path("film.vtt").path)
        for arguments in [
            ["correct", film.path, corrections.path, "--output", corrected],
            ["export", corrected, "--to", "webvtt", "--output", chapters],
        ] {
            let outcome = try Program.run(arguments)
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        func figures(_ truth: String, _ detected: String) throws -> [String: Double] {
            let report = try EvaluateCommandTests.object(
                Program.run(["evaluate", "scenes", "--truth", truth, "--detected", detected, "--json"]))
            var figures: [String: Double] = [:]
            for metric in ["ap", "f1", "recall", "miou"] {
                let row = try EvaluateCommandTests.row(report, "figures") {
                    $0["metric"] as? String == metric && $0["scope"] as? String == "mean of films"
                }
                figures[metric] = row["value"] as? Double
            }
            let row = try EvaluateCommandTests.row(report, "films") { _ in true }
            for count in ["boundaries", "missed"] { figures[count] = (row[count] as? Int).map(Double.init) }
            return figures
        }
        let own = try figures(corrections.path, film.path)
        let told = try figures(chapters, film.path)
        #expect(own.count == 6 && own["missed"] == 2, "\(own)")
        for (name, value) in own { #expect(abs(value - (told[name] ?? .infinity)) < 0.001, "\(name)") }
        // The corrected run is right about itself.
        let whole = try figures(chapters, corrected)
        #expect(whole["f1"] == 1 && whole["missed"] == 0 && whole["miou"] ?? 0 > 0.999, "\(whole)")
    }

    /// A film whose sound begins 1.61 s before its pictures: its own lists confirm every boundary.
    @Test(arguments: ["webvtt", "matroska", "losslesscut", "edl", "otio"])
    func ownListsConfirm(format: String) throws {
        let (events, list) = (Scratch.path("film.jsonl").path, Scratch.path("film.list").path)
        let made = try Program.run([
            "segment", Fixtures.path("delayed.mkv"), "--min-scene", "1", "--threshold", "0.05", "--quiet",
            "--output", events,
        ])
        #expect(made.status == 0, "\(made.errors)")
        // Milliseconds tell no rate.
        let rate = ["edl", "otio"].contains(format) ? ["--rate", "25"] : []
        let exported = try Program.run(["export", events, "--to", format, "--output", list] + rate)
        #expect(exported.status == 0, "\(exported.errors)")
        let corrected = try Program.run(["correct", events, list, "--tolerance", "0.002"])
        let reviews = corrected.events.compactMap { $0.fields["review"] as? String }
        #expect(!reviews.isEmpty && reviews.allSatisfy { $0 == "confirmed" }, "\(reviews)")
    }

    /// Seconds alone say which picture is meant; editors begin files with a byte order mark.
    @Test func secondsAreEnough() throws {
        let (events, run, _) = try run()
        let file = try corrections(run, #"{"action":"add","at":{"t":10.013}}"#)
        let marked = try Scratch.file("marked.jsonl")
        try (Data([0xef, 0xbb, 0xbf]) + Data(contentsOf: URL(filePath: events))).write(to: marked)
        let outcome = try Program.run(["correct", marked.path, file])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let added = outcome.events.filter { $0.fields["review"] as? String == "added" }
        #expect(added.map { $0.seconds("at") } == [10] && added.map { $0.frame("at") } == [250])
        #expect(added.allSatisfy { ($0.fields["at"] as? [String: Any])?["timecode"] is String })
    }

    @Test func badInputIsOneLine() throws {
        let (events, run, _) = try run()
        let fits = try corrections(run, "")
        let other = try Scratch.file("other.vtt")
        try Data("WEBVTT\n\n00:00.000 --> 00:30.000\na\n\n00:30.000 --> 00:50.000\nb\n".utf8).write(to: other)
        let cases: [([String], Int32, String)] = [
            ([events, try corrections("01J", "")], 65, "are of run 01J"),
            (
                [events, try corrections(run, #"{"action":"remove","id":"boundary/0/1"}"#)], 65,
                "no boundary has the id"
            ),
            ([events, events], 65, "holds events, which are not a list of scenes"),
            ([events, other.path], 65, "scenes that begin beyond the end of the run at 16.0 s: 1"),
            ([fits, fits], 65, "is not an event"),
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
