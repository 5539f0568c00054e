import ArchiveBatch
import Foundation
import Platform
import TestSupport
import Testing

/// `scened batch` of the built program: folders, lists, what is done again and what is not.
@Suite struct BatchCommandTests {
    /// Each film gets what `segment` and `embed` give; what cannot be done is named; a second run changes
    /// nothing.
    @Test func aFolder() throws {
        let films = try BatchRuns.films([
            "a.mp4": "cuts.mp4", "more/b.mp4": "dissolve.mp4", "deaf.mp4": "audio_only.mp4",
            ".hidden.mp4": "cuts.mp4",
        ])
        let whole = try Data(contentsOf: URL(filePath: Fixtures.path("cuts.mp4")))
        let torn = films.appending(path: "torn.mp4")
        try whole.prefix(whole.count * 6 / 10).write(to: torn)
        try "no film".write(to: films.appending(path: "notes.txt"), atomically: true, encoding: .utf8)
        let output = Scratch.path("results")
        let first = try BatchRuns.batch(films, output, "--", "--min-scene", "1", "--export", "webvtt")
        #expect(first.status == 65 && first.errorLines.count == 1, "\(first)")
        #expect(first.errors.contains("skipped 1 file ") && first.errors.contains("(1 .txt)"))
        #expect(
            BatchRuns.states(first)
                == ["a.mp4": "done", "more/b.mp4": "done", "deaf.mp4": "failed", "torn.mp4": "damaged"],
            "\(first)")
        for (name, clip) in [
            ("a.mp4", Fixtures.path("cuts.mp4")), ("more/b.mp4", Fixtures.path("dissolve.mp4")),
            ("torn.mp4", torn.path),
        ] {
            let segment = try Program.run(["segment", clip, "--min-scene", "1", "--threads", "1", "--quiet"])
            let events = try BatchRuns.lines(output, "\(name)/events.jsonl")
            #expect(Events.stable(events) == Events.stable(segment.lines), "\(name)")
            let file = Scratch.path("embedded.npz")
            _ = try Program.run([
                "embed", clip, "--threads", "1", "--quiet", "--output", file.path,
            ])
            #expect(
                try Data(contentsOf: output.appending(path: "\(name)/embeddings.npz"))
                    == Data(contentsOf: file))
            let stem = name.split(separator: "/").last?.split(separator: ".").first ?? ""
            #expect(try BatchRuns.text(output, "\(name)/\(stem).vtt").hasPrefix("WEBVTT"))
        }
        let failed = try BatchRuns.lines(output, "failed.jsonl").compactMap(Event.init)
        #expect(failed.map(\.id) == ["deaf.mp4", "torn.mp4"])
        #expect(failed.map { $0.fields["status"] as? Int } == [65, 74])
        #expect((failed[0].fields["message"] as? String)?.contains("no video") == true)
        // Nothing but results is left.
        let names = try FileManager.default.subpathsOfDirectory(atPath: output.path)
        #expect(
            !names.contains { $0.contains(".part") || $0.contains("partial") || $0.contains("errors") },
            "\(names)")
        let changes = try BatchRuns.changes(output)
        let second = try BatchRuns.batch(films, output, "--", "--min-scene", "1", "--export", "webvtt")
        #expect(second.status == 65)
        #expect(
            BatchRuns.states(second)
                == ["a.mp4": "present", "more/b.mp4": "present", "deaf.mp4": "failed", "torn.mp4": "damaged"])
        #expect(
            try BatchRuns.changes(output).filter { $0.key != "failed.jsonl" }
                == changes.filter { $0.key != "failed.jsonl" })
    }

    /// The least is done that gives what is wanted.
    @Test func otherOptions() throws {
        let films = try BatchRuns.films(["a.mp4": "cuts.mp4"])
        let output = Scratch.path("results")
        let film = Fixtures.path("cuts.mp4")
        #expect(try BatchRuns.batch(films, output, "--", "--export", "csv").status == 0)
        let before = try BatchRuns.changes(output)
        // Other thresholds: the embeddings stay, the events are those of `segment`.
        let decisions = ["--min-scene", "1", "--threshold", "0.3", "--scores"]
        #expect(try Program.run(["batch", films.path, "-o", output.path, "--"] + decisions).status == 0)
        var after = try BatchRuns.changes(output)
        #expect(after["a.mp4/embeddings.npz"] == before["a.mp4/embeddings.npz"])
        let wanted = try Program.run(["segment", film, "--threads", "1", "--quiet"] + decisions)
        #expect(
            Events.stable(try BatchRuns.lines(output, "a.mp4/events.jsonl")) == Events.stable(wanted.lines))
        // A format that is not wanted any more is gone.
        #expect(!after.keys.contains { $0.hasSuffix(".csv") })
        // Other formats: the events stay.
        let events = after["a.mp4/events.jsonl"]
        #expect(
            try Program.run(
                ["batch", films.path, "-o", output.path, "--report", "--"] + decisions + [
                    "--export", "webvtt,edl",
                ]
            ).status == 0)
        after = try BatchRuns.changes(output)
        #expect(after["a.mp4/events.jsonl"] == events && after["a.mp4/a.vtt"] != nil)
        #expect(after["a.mp4/a.cmx.edl"] != nil && after["a.mp4/report.html"] != nil)
        #expect(try BatchRuns.text(output, "a.mp4/report.html").contains("sheet-0"))
        let page = try BatchRuns.text(output, "a.mp4/report.html")
        #expect(page.contains(#""film":"file://\#(films.path)/a.mp4""#))
        // The page of the archive leads to it.
        let archive = try BatchRuns.text(output, "index.html")
        #expect(archive.contains("<a href=\"a.mp4/report.html\">a.mp4</a>") && archive.contains("1 film,"))
        // Embeddings that were not kept are made when they are wanted.
        let again = try BatchRuns.films(["b.mp4": "dissolve.mp4"])
        #expect(try BatchRuns.batch(again, output, "--no-embeddings").status == 0)
        #expect(try BatchRuns.changes(output)["b.mp4/embeddings.npz"] == nil)
        #expect(BatchRuns.states(try BatchRuns.batch(again, output)) == ["b.mp4": "done"])
        #expect(try BatchRuns.changes(output)["b.mp4/embeddings.npz"] != nil)
        #expect(
            BatchRuns.states(try BatchRuns.batch(again, output, "--no-embeddings")) == ["b.mp4": "present"])
        // Other reading: everything.
        #expect(
            try Program.run(["batch", films.path, "-o", output.path, "--", "--speed", "fastest"]).status == 0)
        #expect(try BatchRuns.changes(output)["a.mp4/embeddings.npz"] != before["a.mp4/embeddings.npz"])
    }

    /// A copy with another time is the same film; other bytes are another.
    @Test func otherFilms() throws {
        let folder = try Scratch.emptyFolder()
        let film = folder.appending(path: "a.mp4")
        try FileManager.default.copyItem(atPath: Fixtures.path("cuts.mp4"), toPath: film.path)
        let output = Scratch.path("results")
        #expect(try BatchRuns.batch(folder, output).status == 0)
        let events = try BatchRuns.changes(output)["a.mp4/events.jsonl"]
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1_600_000_000)], ofItemAtPath: film.path)
        #expect(BatchRuns.states(try BatchRuns.batch(folder, output)) == ["a.mp4": "present"])
        // Once more, now by its time alone.
        #expect(BatchRuns.states(try BatchRuns.batch(folder, output)) == ["a.mp4": "present"])
        #expect(try BatchRuns.changes(output)["a.mp4/events.jsonl"] == events)
        try FileManager.default.removeItem(at: film)
        // A film that went away leaves its results.
        let list = try Scratch.file("list.txt")
        try "\(film.path)\n".write(to: list, atomically: true, encoding: .utf8)
        #expect(BatchRuns.states(try BatchRuns.batch(list, output)) == ["a.mp4": "present"])
        try FileManager.default.copyItem(atPath: Fixtures.path("dissolve.mp4"), toPath: film.path)
        #expect(BatchRuns.states(try BatchRuns.batch(folder, output)) == ["a.mp4": "done"])
        #expect(try BatchRuns.changes(output)["a.mp4/events.jsonl"] != events)
    }

    /// Workers with a slice each do all films, each once.
    @Test func slicesDoItAll() throws {
        let names = (0..<6).map { "film\($0).mp4" }
        let films = try BatchRuns.films(Dictionary(uniqueKeysWithValues: names.map { ($0, "dissolve.mp4") }))
        let output = Scratch.path("results")
        var done: [String] = []
        for slice in 0..<3 {
            let outcome = try BatchRuns.batch(films, output, "--slice", "\(slice)/3")
            #expect(outcome.status == 0)
            done += BatchRuns.states(outcome).keys
        }
        #expect(done.sorted() == names)
    }

    /// What a killed batch left of films that are settled goes with the next run, except where another batch
    /// is at work.
    @Test func leftovers() throws {
        let films = try BatchRuns.films([
            "done.mp4": "cuts.mp4", "deaf.mp4": "audio_only.mp4", "held.mp4": "cuts.mp4",
        ])
        let output = Scratch.path("results")
        #expect(try BatchRuns.batch(films, output).status == 65)
        for name in ["done.mp4", "deaf.mp4", "held.mp4"] {
            let folder = output.appending(path: ".\(name).part")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for file in ["lock", "errors.txt", "embeddings.npz"] {
                try Data("1".utf8).write(to: folder.appending(path: file))
            }
        }
        // Killed between its lock and its folder.
        try FileManager.default.removeItem(at: output.appending(path: ".done.mp4.part/lock"))
        let held = try PosixFiles().lock(output.path + "/.held.mp4.part/lock")
        #expect(
            BatchRuns.states(try BatchRuns.batch(films, output))
                == ["done.mp4": "present", "deaf.mp4": "failed", "held.mp4": "present"])
        func hidden() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: output.path).filter { $0.hasPrefix(".") }
        }
        #expect(try hidden() == [".held.mp4.part"])
        PosixFiles().unlock(held)
        #expect(try BatchRuns.batch(films, output).status == 65)
        #expect(try hidden().isEmpty)
        // A note that was being written.
        let torn = output.appending(path: "done.mp4/attempts.json.new")
        try Data("{".utf8).write(to: torn)
        #expect(try BatchRuns.batch(films, output, "--", "--threshold", "0.3").status == 65)
        #expect(!FileManager.default.fileExists(atPath: torn.path))
    }

    /// A film that fails for a reason that may pass is tried three times; `--retry-failed` tries again.
    @Test func attempts() throws {
        let list = try Scratch.file("list.txt")
        try "http://127.0.0.1:9/film.mp4\n".write(to: list, atomically: true, encoding: .utf8)
        let output = Scratch.path("results")
        for (state, status) in [("later", Int32(75)), ("later", 75), ("failed", 65), ("failed", 65)] {
            let outcome = try BatchRuns.batch(list, output)
            #expect(
                outcome.status == status && BatchRuns.states(outcome) == ["film.mp4": state], "\(outcome)")
        }
        #expect(try BatchRuns.text(output, "failed.jsonl").contains("film.mp4"))
        #expect(try BatchRuns.batch(list, output, "--retry-failed").status == 75)
        #expect(try BatchRuns.text(output, "film.mp4/attempts.json").contains("\"count\":1"))
    }

    /// What is scored again is what `score` takes.
    @Test func optionsOfScore() throws {
        let help = try Program.run(["score", "--help-hidden"]).output
        for name in SegmentWords.scoringNames { #expect(help.contains(name), "\(name)") }
        #expect(SegmentWords.scoringNames.count > 10)
    }

    /// Another file under the name of an option's is noticed.
    @Test func optionsThatNameFiles() throws {
        let help = try Program.run(["segment", "--help-hidden"]).output
        let named = help.split(separator: "\n").compactMap { line -> String? in
            guard line.contains(" <file>") || line.contains(" <folder>") else { return nil }
            return line.split(separator: " ").first { $0.hasPrefix("--") }.map(String.init)
        }
        #expect(named.count > 8)
        #expect(Set(named).subtracting(SegmentWords.ownNames) == SegmentWords.fileNames)
    }

    @Test func wrongInput() throws {
        let films = try BatchRuns.films(["a.mp4": "cuts.mp4"])
        let output = Scratch.path("results").path
        let list = try Scratch.file("list.txt").path
        try "a.mp4\nother/a.mp4\n".write(toFile: list, atomically: true, encoding: .utf8)
        let text = try Scratch.file("text").path
        try "x".write(toFile: text, atomically: true, encoding: .utf8)
        let table: [([String], Int32, String)] = [
            ([films.path], 64, "--output"),
            ([films.path, "-o", output, "--jobs", "0"], 64, "--jobs takes 1 to 256"),
            ([films.path, "-o", output, "--slice", "3/3"], 64, "--slice takes I/N"),
            ([films.path, "-o", output, "--", "--min-sceen", "1"], 64, "min-sceen"),
            ([films.path, "-o", output, "--", "--output", "x"], 64, "is for batch to decide"),
            ([films.path, "-o", output, "--", "b.mp4"], 64, "is not an option of segment"),
            ([films.path, "-o", output, "--", "--threshold", "7"], 64, "threshold"),
            ([films.path, "-o", output, "--", "--model", text], 65, "text"),
            ([films.path, "-o", output, "--", "--calibration", text + ".none"], 66, "No such file"),
            ([list, "-o", output], 65, "are both called 'a.mp4'"),
            ([list + ".none", "-o", output], 66, "No such file"),
            ([films.path, "-o", text], 73, "text"),
        ]
        for (arguments, status, words) in table {
            let outcome = try Program.run(["batch"] + arguments)
            #expect(outcome.status == status && outcome.errors.contains(words), "\(arguments): \(outcome)")
        }
        #expect(!FileManager.default.fileExists(atPath: output + "/a.mp4"))
        // An empty folder is done at once.
        #expect(
            try Program.run(["batch", try Scratch.emptyFolder().path, "-o", output, "--quiet"]).status == 0)
    }
}
