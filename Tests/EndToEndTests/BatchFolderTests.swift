import ArchiveBatch
import Foundation
import Platform
import TestSupport
import Testing

/// Which films a batch takes: among other files, of any name, alone, and beside their results.
@Suite struct BatchFolderTests {
    private static func names(_ folder: URL) throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: folder.path))
    }

    /// The line about the end of a run.
    private static func end(_ outcome: Program.Outcome) throws -> [String: Any] {
        let end = try #require(outcome.events.last)
        #expect(end.type == "batch_end")
        return end.fields
    }

    /// Links to clips, under names that need not be text.
    private static func link(_ clip: String, _ folder: URL, _ name: String) {
        let place = "\(folder.path)/\(name)"
        let status = FileName.withBytes(place) { symlink(Fixtures.path(clip), $0) }
        #expect(status == 0, "\(name)")
    }

    /// Results would lie where the films do: that is said, however the folder is named, and nothing is done.
    @Test func resultsAmongFilms() throws {
        let films = try BatchRuns.films(["a.mp4": "cuts.mp4"])
        let other = Scratch.path("link")
        try FileManager.default.createSymbolicLink(
            atPath: other.path, withDestinationPath: films.path)
        for (input, output) in [
            (films.path, films.path), (films.path, films.path + "/"), (films.path + "/", films.path),
            (films.path, other.path + "/."), (films.path, films.path + "/../" + films.lastPathComponent),
        ] {
            let outcome = try Program.run(["batch", input, "--output", output])
            #expect(outcome.status == 64 && outcome.output.isEmpty, "\(output): \(outcome)")
            #expect(outcome.errorLines.count == 1 && outcome.errors.contains("give another, such as"))
        }
        #expect(try Program.shell("cd '\(films.path)' && scened batch . --output .").status == 64)
        #expect(try Self.names(films) == ["a.mp4"])
        // A folder of their own may lie among the films, and is called as one likes.
        for (output, state) in [("results", "done"), ("results/", "present"), ("./results/.", "present")] {
            let outcome = try Program.shell(
                "cd '\(films.path)' && scened batch . --output \(output)")
            #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(output): \(outcome)")
            #expect(BatchRuns.states(outcome) == ["a.mp4": state])
            #expect(try Self.end(outcome)["films"] as? Int == 1)
        }
    }

    /// A file stands where the results of one film would lie: that film fails, for good and by itself.
    @Test func resultsThatHaveNoPlace() throws {
        let films = try BatchRuns.films([
            "a.mp4": "cuts.mp4", "more/b.mp4": "dissolve.mp4", "c.mp4": "cuts.mp4",
        ])
        let output = try Scratch.emptyFolder()
        for name in ["a.mp4", "more"] { try Data("x".utf8).write(to: output.appending(path: name)) }
        for state in ["done", "present"] {
            let outcome = try BatchRuns.batch(films, output)
            #expect(outcome.status == 65, "\(outcome)")
            #expect(
                BatchRuns.states(outcome) == ["a.mp4": "failed", "more/b.mp4": "failed", "c.mp4": state])
        }
        let failed = try BatchRuns.text(output, "failed.jsonl")
        #expect(failed.contains("/a.mp4' is not a folder") && failed.contains("/more' is not a folder"))
        let beside = try Program.shell("cd '\(films.path)' && scened batch c.mp4 --output .")
        #expect(beside.status == 65 && BatchRuns.states(beside) == ["c.mp4": "failed"], "\(beside)")
    }

    /// Files that do not end as films do are counted and named; a list takes them.
    @Test func filesThatArePassedOver() throws {
        let films = try BatchRuns.films([
            "a.MP4": "cuts.mp4", "take": "dissolve.mp4", "more/b.xyz": "cuts.mp4",
        ])
        for name in ["a.txt", "b.txt", ".hidden"] { try Data().write(to: films.appending(path: name)) }
        // What links to folders lead to is no film, whatever it is called.
        for name in ["loop", "loop.mp4"] {
            try FileManager.default.createSymbolicLink(
                atPath: films.appending(path: name).path, withDestinationPath: films.path)
        }
        let output = Scratch.path("results")
        let outcome = try BatchRuns.batch(films, output)
        #expect(outcome.status == 0 && BatchRuns.states(outcome) == ["a.MP4": "done"], "\(outcome)")
        #expect(outcome.errorLines.count == 1, "\(outcome)")
        #expect(outcome.errors.contains("skipped 4 files "))
        #expect(outcome.errors.contains("(2 .txt, 1 with none, 1 .xyz)"))
        #expect(try Self.end(outcome)["passed_over"] as? Int == 4)
        #expect(try BatchRuns.batch(films, output, "--quiet").errors.isEmpty)
        let list = try Scratch.file("list.txt")
        // Windows' editors begin and end lines so.
        let text = "\u{feff}\(films.path)/take\r\n\(films.path)/more/b.xyz\r\n"
        try Data(text.utf8).write(to: list)
        let listed = try BatchRuns.batch(list, output)
        #expect(
            listed.status == 0 && BatchRuns.states(listed) == ["take": "done", "b.xyz": "done"], "\(listed)")
        #expect(try Self.end(listed)["passed_over"] as? Int == 0)
    }

    /// Bare streams and rarer containers are films, too.
    @Test func rareFilms() throws {
        let films = try Scratch.emptyFolder()
        let rows = [
            ("y4m", ""), ("nut", "-c:v mpeg4"), ("m2v", "-c:v mpeg2video"), ("gif", ""),
            ("3g2", "-c:v mpeg4"), ("qt", "-c:v mpeg4 -f mov"), ("mjpeg", "-c:v mjpeg"),
        ]
        for (ending, options) in rows {
            let made = try Program.shell(
                "ffmpeg -v error -f lavfi -i testsrc2=s=64x36:d=1 \(options) '\(films.path)/film.\(ending)'")
            #expect(made.status == 0, "\(made)")
        }
        let outcome = try BatchRuns.batch(films, Scratch.path("results"))
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome)")
        #expect(Set(BatchRuns.states(outcome).keys) == Set(rows.map { "film.\($0.0)" }))
    }

    /// The page and the help name the endings that are taken.
    @Test func endingsAreNamed() throws {
        let help = try Program.run(["batch", "--help"]).output
        let words = Set(help.split { !$0.isLetter && !$0.isNumber }.map(String.init))
        let page = try String(
            contentsOf: Program.repository.appending(path: "docs/how-to/many-films.md"), encoding: .utf8)
        let named = Set(page.matches(of: #/`\.([a-z0-9]+)`/#).map { String($0.1) })
        #expect(FilmEndings.all.isSubset(of: words))
        #expect(named == FilmEndings.all, "\(named.symmetricDifference(FilmEndings.all))")
    }

    /// Films whose names cannot name results fail by themselves, and each line stays a line.
    @Test func namesThatNameNoResults() throws {
        let films = try Scratch.emptyFolder()
        try FileManager.default.createDirectory(
            at: films.appending(path: "failed.jsonl"), withIntermediateDirectories: true)
        let names = [
            "b\nc.mp4", "d\u{1b}[31me.mp4", String(repeating: "x", count: 206) + ".mp4", "failed.jsonl/f.mp4",
        ]
        for name in names + ["a.mp4"] { Self.link("cuts.mp4", films, name) }
        let output = Scratch.path("results")
        for state in ["done", "present"] {
            let outcome = try BatchRuns.batch(films, output, "--report")
            #expect(outcome.status == 65 && outcome.errors.isEmpty, "\(outcome)")
            var wanted = Dictionary(uniqueKeysWithValues: names.map { ($0, "failed") })
            wanted["a.mp4"] = state
            #expect(BatchRuns.states(outcome) == wanted, "\(outcome)")
            #expect(outcome.lines.count == 6 && outcome.events.count == 6)
        }
        let failed = try BatchRuns.lines(output, "failed.jsonl").compactMap(Event.init)
        #expect(Set(failed.map(\.id)) == Set(names))
        for film in failed {
            #expect(film.fields["status"] as? Int == 65)
            #expect((film.fields["message"] as? String)?.contains("; rename the film") == true)
        }
        #expect(try Self.names(output) == ["a.mp4", "failed.jsonl", "index.html"])
    }

    /// One film is done without a list; what is neither a film nor a list is told in one line.
    @Test func oneFilm() throws {
        let film = Fixtures.path("cuts.mp4")
        let output = Scratch.path("results")
        let outcome = try Program.run(["batch", film, "--output", output.path])
        #expect(outcome.status == 0 && BatchRuns.states(outcome) == ["cuts.mp4": "done"], "\(outcome)")
        let folder = try Scratch.emptyFolder()
        let (take, wide) = (folder.appending(path: "take"), folder.appending(path: "list.txt"))
        try FileManager.default.copyItem(atPath: film, toPath: take.path)
        let words = try #require("\(film)\n".data(using: .utf16))
        try words.write(to: wide)
        for path in [take.path, wide.path] {
            let refused = try Program.run(["batch", path, "--output", output.path])
            #expect(refused.status == 65 && refused.errorLines.count == 1, "\(refused)")
            #expect(refused.errors.contains("is not a list of films") && refused.errors.utf8.count < 600)
        }
        let piped = try Program.shell("scened batch - --output '\(output.path)' < '\(take.path)'")
        #expect(piped.status == 65 && piped.errorLines.count == 1 && piped.errors.utf8.count < 600)
    }

    /// Names of the batch's own files are refused before any film is begun.
    @Test func namesOfTheBatch() throws {
        let (film, output) = (Fixtures.path("cuts.mp4"), Scratch.path("results"))
        let list = try Scratch.file("list.txt")
        try "\(film)\n\(film)\tfailed.jsonl\n".write(to: list, atomically: true, encoding: .utf8)
        let outcome = try BatchRuns.batch(list, output)
        #expect(outcome.status == 65 && outcome.errorLines.count == 1 && outcome.output.isEmpty)
        #expect(outcome.errors.contains("line 2: 'failed.jsonl' cannot name a folder"), "\(outcome)")
        #expect(!FileManager.default.fileExists(atPath: output.path))
    }
}
