import Foundation
import TestSupport
import Testing

/// `scened catalogue` of the built program.
@Suite struct CatalogueCommandTests {
    /// Results of two clips, and the catalogue's place beside them.
    private static func results() throws -> (folder: URL, catalogue: String) {
        let films = try Scratch.emptyFolder()
        for (name, clip) in [("a.mp4", "cuts.mp4"), ("more/b.mp4", "dissolve.mp4")] {
            let place = films.appending(path: name)
            try FileManager.default.createDirectory(
                at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(
                atPath: place.path, withDestinationPath: Fixtures.path(clip))
        }
        let folder = Scratch.path("results")
        let batch = try Program.run(
            ["batch", films.path, "--output", folder.path, "--quiet", "--", "--min-scene", "1"])
        #expect(batch.status == 0, "\(batch)")
        return (folder, Scratch.path("films.sqlite").path)
    }

    private static func build(
        _ folder: URL, _ catalogue: String, _ more: String...
    ) throws -> (outcome: Program.Outcome, counts: [String: Int]) {
        try build(folder.path, catalogue, more)
    }

    private static func build(
        _ folder: String, _ catalogue: String, _ more: [String] = []
    ) throws -> (outcome: Program.Outcome, counts: [String: Int]) {
        let outcome = try Program.run(["catalogue", folder, "--to", catalogue] + more)
        let fields = outcome.events.last?.fields ?? [:]
        let names = ["films", "new", "changed", "removed", "same", "changing", "unusable"]
        return (outcome, Dictionary(uniqueKeysWithValues: names.map { ($0, fields[$0] as? Int ?? -1) }))
    }

    private static func ask(_ catalogue: String, _ words: String...) throws -> [Event] {
        let outcome = try Program.run(["catalogue", catalogue] + words)
        #expect(outcome.status == 0, "\(words): \(outcome)")
        return outcome.events
    }

    private static func expect(
        _ build: (outcome: Program.Outcome, counts: [String: Int]), status: Int32 = 0,
        _ counts: [String: Int],
        _ place: SourceLocation = #_sourceLocation
    ) {
        #expect(build.outcome.status == status, "\(build.outcome)", sourceLocation: place)
        #expect(build.counts.filter { $0.value != 0 } == counts, "\(build.outcome)", sourceLocation: place)
    }

    /// What is asked for is what the events say; what changed is read again, what is gone goes.
    @Test func fromResultsToAnswers() throws {
        let (folder, catalogue) = try Self.results()
        Self.expect(try Self.build(folder, catalogue), ["films": 2, "new": 2])
        let events = try String(contentsOf: folder.appending(path: "a.mp4/events.jsonl"), encoding: .utf8)
            .split(separator: "\n").compactMap { Event(String($0)) }
        let scenes = events.filter { $0.type == "scene" }
        let told = try Self.ask(catalogue, "--name", "a.mp4")
        #expect(told.count == 3 && told.map(\.type) == Array(repeating: "catalogue_scene", count: 3))
        #expect(told.map { $0.fields["start_t"] as? Double } == scenes.map { $0.seconds("start") })
        #expect(told.map { $0.fields["end_frame"] as? Int } == scenes.map { $0.frame("end") })
        #expect(told.map { $0.fields["scene"] as? Int } == [1, 2, 3])
        let whole = try #require(try Self.ask(catalogue).first?.fields)
        #expect(whole["films"] as? Int == 2 && whole["scenes"] as? Int == 5)
        // Nothing changed; other decisions; one film less.
        Self.expect(try Self.build(folder, catalogue), ["films": 2, "same": 2])
        let link = Scratch.path("link")
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: folder)
        for way in [folder.path + "/", folder.path + "/./", folder.path + "/../" + folder.lastPathComponent] {
            Self.expect(try Self.build(way, catalogue), ["films": 2, "same": 2])
        }
        Self.expect(try Self.build(link.path, catalogue), ["films": 2, "same": 2])
        let films = try Scratch.emptyFolder()
        try FileManager.default.createSymbolicLink(
            atPath: films.appending(path: "a.mp4").path, withDestinationPath: Fixtures.path("cuts.mp4"))
        let batch = ["batch", films.path, "--output", folder.path, "--quiet", "--"]
        #expect(try Program.run(batch + ["--min-scene", "1", "--threshold", "1"]).status == 0)
        Self.expect(try Self.build(folder, catalogue), ["films": 2, "same": 1, "changed": 1])
        #expect(try Self.ask(catalogue, "--name", "a.mp4").count == 1)
        try FileManager.default.removeItem(at: folder.appending(path: "more/b.mp4/done.json"))
        Self.expect(try Self.build(folder, catalogue), ["films": 1, "same": 1, "removed": 1])
        #expect(try Self.ask(catalogue, "--of", "films").map { $0.fields["name"] as? String } == ["a.mp4"])
        // A catalogue among the results is no film, to nobody.
        let inside = folder.appending(path: "films.sqlite").path
        Self.expect(try Self.build(folder, inside), ["films": 1, "new": 1])
        Self.expect(try Self.build(folder, inside), ["films": 1, "same": 1])
        #expect(
            try Program.run(["batch", films.path, "--output", folder.path, "--quiet", "--report"]).status == 0
        )
    }

    @Test func embeddings() throws {
        let (folder, catalogue) = try Self.results()
        Self.expect(try Self.build(folder, catalogue), ["films": 2, "new": 2])
        Self.expect(try Self.build(folder, catalogue, "--embeddings"), ["films": 2, "changed": 2])
        let script = """
            import json, sqlite3, struct, sys, zipfile
            films = sqlite3.connect(sys.argv[1])
            rows = films.execute("select part, shot, start_t, vector from embeddings join recordings using(recording) "
                                 "where name = 'a.mp4' order by part").fetchall()
            shots = films.execute("select shot, start_t from shots join recordings using(recording) where name = 'a.mp4'").fetchall()
            assert [row[:3] for row in rows] == [(shot, shot, start) for shot, start in shots], rows
            with zipfile.ZipFile(sys.argv[2]) as arrays:
                data = arrays.read("embeddings.npy")
            count = len(rows[0][3]) // 2
            floats = struct.unpack(f"<{count * len(rows)}f", data[-4 * count * len(rows):])
            for place, row in enumerate(rows):
                for half, whole in zip(struct.unpack(f"<{count}e", row[3]), floats[place * count:]):
                    assert abs(half - whole) <= abs(whole) / 1024 + 1e-7, (half, whole)
            """
        let result = try ExternalTool.run([
            "python3", "-c", script, catalogue, folder.appending(path: "a.mp4/embeddings.npz").path,
        ])
        #expect(result.status == 0, "\(result.errors)")
    }

    /// What lies exactly a tenth above its threshold is in no doubt, to nobody: decimals are compared, and
    /// not their nearest doubles.
    @Test func aTenthIsNoDoubt() throws {
        let films = try Scratch.emptyFolder()
        try FileManager.default.createSymbolicLink(
            atPath: films.appending(path: "a.mp4").path, withDestinationPath: Fixtures.path("cuts.mp4"))
        let (folder, catalogue) = (Scratch.path("results"), Scratch.path("films.sqlite").path)
        func decide(_ threshold: Int) throws -> [Int] {
            let digits = String(1_000_000 + threshold).dropFirst()
            let batch = try Program.run(
                ["batch", films.path, "--output", folder.path, "--quiet", "--", "--min-scene", "1"]
                    + ["--threshold", "0.\(digits)"])
            #expect(batch.status == 0, "\(batch)")
            #expect(try Self.build(folder, catalogue).outcome.status == 0)
            let scores = try Self.ask(catalogue, "--of", "boundaries").compactMap {
                $0.fields["score"] as? Double
            }
            return scores.map { Int(($0 * 1_000_000).rounded()) }
        }
        let scores = try decide(500_000).filter { $0 > 600_000 }
        try #require(!scores.isEmpty)
        for score in scores {
            for (margin, isDoubtful) in [(100_000, false), (99_999, true)] {
                let doubtful = try decide(score - margin).count { $0 < score || isDoubtful && $0 == score }
                let whole = try #require(try Self.ask(catalogue).first?.fields)
                #expect(whole["doubtful"] as? Int == doubtful, "\(score), \(margin)")
                let asked = try #require(
                    try Self.ask(catalogue, "--of", "boundaries", "--doubtful", "--count").first)
                #expect(asked.fields["count"] as? Int == doubtful, "\(score), \(margin)")
            }
        }
    }

    /// Damaged results are named, left out, and harm no other.
    @Test func damagedResults() throws {
        let (folder, catalogue) = try Self.results()
        Self.expect(try Self.build(folder, catalogue), ["films": 2, "new": 2])
        let events = folder.appending(path: "a.mp4/events.jsonl")
        let whole = try Data(contentsOf: events)
        let note = folder.appending(path: "a.mp4/done.json")
        let said = try String(contentsOf: note, encoding: .utf8)
        try whole.prefix(whole.count / 2).write(to: events)
        // Nobody looks at results whose note stands.
        Self.expect(try Self.build(folder, catalogue), ["films": 2, "same": 2])
        try (said + " ").write(to: note, atomically: true, encoding: .utf8)
        let broken = try Self.build(folder, catalogue)
        Self.expect(broken, status: 65, ["films": 1, "same": 1, "removed": 1, "unusable": 1])
        #expect(broken.outcome.errorLines.count == 1)
        #expect(
            broken.outcome.errors.contains("a.mp4: events.jsonl")
                && broken.outcome.errors.contains("remove its done.json and run batch again"))
        try whole.write(to: events)
        Self.expect(try Self.build(folder, catalogue), ["films": 2, "same": 1, "new": 1])
        for (text, words) in [
            ("{}", "done.json is damaged"),
            (said.replacingOccurrences(of: "\"shots\":", with: "\"shots\":9"), "counts"),
        ] {
            try text.write(to: note, atomically: true, encoding: .utf8)
            let outcome = try Self.build(folder, catalogue).outcome
            #expect(outcome.status == 65 && outcome.errors.contains(words), "\(outcome)")
        }
    }

    /// Scenes of a film that became another one, which failed, are nowhere shown as those of the new one; a
    /// failure leaves nothing behind once the film is done.
    @Test func filmsThatBecameOthers() throws {
        let films = try Scratch.emptyFolder()
        let (film, folder) = (films.appending(path: "a.mp4"), Scratch.path("results"))
        let catalogue = Scratch.path("films.sqlite").path
        let (results, note) = (folder.appending(path: "a.mp4"), folder.appending(path: "a.mp4/done.json"))
        func put(_ clip: String) throws {
            try? FileManager.default.removeItem(at: film)
            try FileManager.default.copyItem(atPath: Fixtures.path(clip), toPath: film.path)
        }
        func batch(_ state: String, _ status: Int32, _ options: String...) throws {
            let outcome = try Program.run(
                ["batch", films.path, "--output", folder.path, "--report"]
                    + (options.isEmpty ? [] : ["--"] + options))
            #expect(
                outcome.status == status && BatchRuns.states(outcome) == ["a.mp4": state], "\(outcome)")
        }
        func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: results.path) }
        try put("cuts.mp4")
        try batch("done", 0)
        Self.expect(try Self.build(folder, catalogue), ["films": 1, "new": 1])
        let said = try Data(contentsOf: note)
        try put("audio_only.mp4")
        try batch("failed", 65)
        #expect(try names() == ["attempts.json"])
        let page = try BatchRuns.text(folder, "index.html")
        #expect(page.contains("<li class=\"failed\" data-name=\"a.mp4\"") && !page.contains("report.html\""))
        // No film is left, and the folder is one of results all the same.
        Self.expect(try Self.build(folder, catalogue), ["removed": 1])
        #expect(try Self.ask(catalogue, "--of", "scenes", "--quiet").isEmpty)
        // As an earlier version left it.
        try said.write(to: note)
        try batch("failed", 65)
        #expect(try names() == ["attempts.json"])
        try put("cuts.mp4")
        try batch("done", 0)
        #expect(try !names().contains("attempts.json"))
        // The same film with options that fail: its results are its own.
        try batch("failed", 65, "--stream", "7")
        #expect(try Set(names()).isSuperset(of: ["attempts.json", "done.json", "events.jsonl"]))
        Self.expect(try Self.build(folder, catalogue), ["films": 1, "new": 1])
        try batch("present", 0)
        #expect(try !names().contains("attempts.json"))
        // One that is away keeps them.
        try FileManager.default.removeItem(at: film)
        let list = try Scratch.file("list.txt")
        try "\(film.path)\n/nowhere/b.mp4\n".write(to: list, atomically: true, encoding: .utf8)
        let away = try BatchRuns.batch(list, folder, "--report")
        #expect(away.status == 65 && BatchRuns.states(away) == ["a.mp4": "present", "b.mp4": "failed"])
    }

    @Test func wrongInput() throws {
        let (folder, catalogue) = try Self.results()
        #expect(try Self.build(folder, catalogue).outcome.status == 0)
        let text = try Scratch.file("text").path
        try String(repeating: "no database. ", count: 20).write(
            toFile: text, atomically: true, encoding: .utf8)
        let film = try Scratch.file("film.mp4").path
        try Data(contentsOf: URL(filePath: Fixtures.path("cuts.mp4"))).write(to: URL(filePath: film))
        let empty = try Scratch.emptyFolder().path
        let table: [([String], Int32, String)] = [
            ([folder.path], 64, "name the catalogue to make of it with --to"),
            ([catalogue, "--to", text], 66, "Not a directory"),
            ([folder.path + ".none", "--to", catalogue], 66, "No such file"),
            ([empty, "--to", catalogue], 65, "holds no results"),
            ([folder.path, "--to", text], 65, "is not a catalogue"),
            ([folder.path, "--to", film], 73, "holds pictures or sound"),
            ([folder.path, "--to", empty + "/no/film.sqlite"], 73, "No such file"),
            ([folder.path, "--to", empty], 73, "it is a folder"),
            ([folder.path, "--to", catalogue, "--longer-than", "5"], 64, "query it with another command"),
            ([text], 65, "is not a catalogue"), ([film], 65, "is not a catalogue"),
            ([catalogue + ".none"], 66, "check the path"),
            (
                [catalogue, "--where", "lenght > 5"], 64,
                "no such column: lenght; columns are recording, scene, "
            ),
            ([catalogue, "--where", "; drop table scenes"], 64, "--where"),
            ([catalogue, "--where", " "], 64, "--where takes an expression"),
            ([catalogue, "--longer-than", "soon"], 64, "a duration is seconds"),
            ([catalogue, "--longer-than", "-5"], 64, "takes 0 to 1000000000 seconds"),
            ([catalogue, "--of", "reels"], 64, "'scenes', 'films', 'boundaries' or 'shots'"),
            ([catalogue, "--doubtful"], 64, "add --of boundaries"),
            ([catalogue, "--of", "films", "--tag", "goal"], 64, "--tag is for scenes"),
            ([catalogue, "--embeddings"], 64, "goes with --to"),
            ([catalogue, "--page", catalogue], 64, "would overwrite it"),
            ([catalogue, "--page", empty + "/no/page.html"], 73, "No such file"),
            ([catalogue, "--output", catalogue], 64, "would overwrite it"),
            ([catalogue, "--output", "/dev/full", "--limit", "0"], 73, "No space left"),
            ([catalogue, "--limit", "-1"], 64, "--limit takes"),
            (
                [catalogue, "--of", "boundaries", "--order", "longest"], 64,
                "--order longest does not fit boundaries; choose name, score, doubtful"
            ),
            ([catalogue, "--of", "shots", "--order", "score"], 64, "does not fit shots"),
            ([catalogue, "--of", "films", "--order", "score"], 64, "does not fit films"),
            ([catalogue, "--order", "doubtful"], 64, "does not fit scenes"),
            ([catalogue, "--count", "--limit", "2"], 64, "leave --limit and --order out"),
            ([catalogue, "--count", "--order", "longest"], 64, "leave --limit and --order out"),
            ([catalogue, "--page", empty + "/page.html", "--json"], 64, "leave --json out"),
        ]
        for (arguments, status, words) in table {
            let outcome = try Program.run(["catalogue"] + arguments)
            #expect(outcome.status == status && outcome.errors.contains(words), "\(arguments): \(outcome)")
            if status != 64 { #expect(outcome.errorLines.count == 1, "\(arguments): \(outcome)") }
        }
        #expect(try Self.ask(catalogue).first?.fields["films"] as? Int == 2)
        #expect(
            try Data(contentsOf: URL(filePath: film))
                == Data(contentsOf: URL(filePath: Fixtures.path("cuts.mp4"))))
        // Nothing found is an answer, too.
        #expect(try Self.ask(catalogue, "--longer-than", "1h", "--quiet").isEmpty)
    }

    /// A disk that takes no more: one line, and the catalogue stays what it was.
    @Test func noRoom() throws {
        let (folder, catalogue) = try Self.results()
        let outcome = try Program.shell(
            "ulimit -f 16; scened catalogue '\(folder.path)' --to '\(catalogue)' --embeddings")
        #expect(outcome.status == 73 && outcome.errorLines.count == 1, "\(outcome)")
        #expect(
            outcome.errors.contains("cannot write") && outcome.errors.contains("films.sqlite"), "\(outcome)")
        Self.expect(try Self.build(folder, catalogue), ["films": 2, "new": 2])
    }

    /// Another program holds it: one line after a few seconds, and the next run does it.
    @Test func heldByAnother() throws {
        let (folder, catalogue) = try Self.results()
        #expect(try Self.build(folder, catalogue).outcome.status == 0)
        let script = """
            import sqlite3, subprocess, sys
            def run():
                note = sys.argv[2] + "/a.mp4/done.json"
                text = open(note).read()
                open(note, "w").write(text + " ")
                done = subprocess.run([sys.argv[1], "catalogue", sys.argv[2], "--to", sys.argv[3]], capture_output=True, text=True)
                return done.returncode, done.stderr
            reader = sqlite3.connect(sys.argv[3], isolation_level=None)
            rows = reader.execute("select * from scenes")
            rows.fetchone()
            status, errors = run()
            assert status == 73 and "another program" in errors and errors.count("\\n") == 1, (status, errors)
            rows.fetchall()
            writer = sqlite3.connect(sys.argv[3], isolation_level=None)
            writer.execute("begin exclusive")
            status, errors = run()
            assert status == 73 and "another program" in errors and errors.count("\\n") == 1, (status, errors)
            writer.execute("rollback")
            status, errors = run()
            assert status == 0, (status, errors)
            """
        let result = try ExternalTool.run([
            "python3", "-c", script, Program.scened.path, folder.path, catalogue,
        ])
        #expect(result.status == 0, "\(result.errors)")
    }

    @Test func answersForPrograms() throws {
        let (folder, catalogue) = try Self.results()
        #expect(try Self.build(folder, catalogue).outcome.status == 0)
        let count = try #require(try Self.ask(catalogue, "--of", "shots", "--count").first)
        #expect(count.type == "catalogue_count" && (count.fields["count"] as? Int ?? 0) > 5)
        let two = try Program.run(["catalogue", catalogue, "--limit", "2"])
        #expect(two.lines.count == 2 && two.errors.contains("these are the first 2"))
        let boundaries = try Self.ask(catalogue, "--of", "boundaries", "--order", "score")
        let scores = boundaries.compactMap { $0.fields["score"] as? Double }
        #expect(scores.count == 3 && scores == scores.sorted(by: >))
        // Whoever reads may leave.
        let outcome = try Program.shell("scened catalogue '\(catalogue)' --of shots --limit 0 | head -n 1")
        #expect(outcome.lines.count == 1)
        let file = Scratch.path("scenes.jsonl").path
        _ = try Self.ask(catalogue, "--of", "scenes", "--output", file)
        #expect(try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").count == 5)
    }

    /// While a batch makes results anew again and again, and catalogues are killed, each recording is whole:
    /// its rows are those of one of its results.
    @Test func besideABatch() throws {
        let (folder, catalogue) = try Self.results()
        let films = try Scratch.emptyFolder()
        try FileManager.default.createSymbolicLink(
            atPath: films.appending(path: "a.mp4").path, withDestinationPath: Fixtures.path("cuts.mp4"))
        let outcome = try Program.shell(
            """
            batch() { scened batch '\(films.path)' --output '\(folder.path)' --quiet -- --min-scene 1 "$@"; }
            { for round in 1 2 3 4 5 6 7 8; do batch; batch --threshold 1; done; touch '\(folder.path)/over'; } &
            killed=0
            until [ -e '\(folder.path)/over' ]; do
                timeout -s KILL 0.0$((RANDOM % 9 + 1)) scened catalogue '\(folder.path)' --to '\(catalogue)' --quiet || killed=$((killed + 1))
                scened catalogue '\(folder.path)' --to '\(catalogue)' --quiet || exit 1
                scened catalogue '\(catalogue)' --of films --where "name = 'a.mp4'" --json
                python3 - '\(catalogue)' <<'END' || exit 1
            import sqlite3, sys
            films = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
            assert films.execute("pragma integrity_check").fetchall() == [("ok",)]
            for name, scenes, shots, boundaries, *rows in films.execute(
                    "select name, scenes, shots, boundaries, (select count(*) from scenes where scenes.recording = r.recording), "
                    "(select count(*) from shots where shots.recording = r.recording), "
                    "(select count(*) from boundaries where boundaries.recording = r.recording) from recordings r"):
                assert rows == [scenes, shots, boundaries], (name, rows)
            END
            done
            wait
            echo "{\\"type\\":\\"killed\\",\\"count\\":$killed}"
            """)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let seen = Set(outcome.events.compactMap { $0.fields["scenes"] as? Int })
        // Both results were seen, or one where the machine is slow; never anything between.
        #expect(!seen.isEmpty && seen.isSubset(of: [1, 3]), "\(seen)")
        #expect(outcome.events.last?.fields["count"] as? Int ?? 0 > 0)
        #expect(try Self.build(folder, catalogue).outcome.status == 0)
        #expect(try Self.ask(catalogue, "--name", "a.mp4").count == 1)
    }
}
