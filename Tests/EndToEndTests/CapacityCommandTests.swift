import Foundation
import TestSupport
import Testing

/// `scened capacity` of the built program: what follows from what was measured.
@Suite struct CapacityCommandTests {
    private static func report(_ words: [String]) throws -> [String: Any] {
        let outcome = try Program.run(["capacity"] + words)
        #expect(outcome.status == 0 && outcome.lines.count == 1, "\(outcome)")
        return try #require(outcome.events.first?.fields)
    }

    private static func number(_ fields: [String: Any]?, _ name: String) -> Double {
        (fields?[name] as? NSNumber)?.doubleValue ?? .nan
    }

    private static func near(_ left: Double, _ right: Double) -> Bool {
        abs(left - right) <= 1e-3 * abs(right) + 1e-5
    }

    /// The formulas of docs/explanation/capacity.md, worked out by other means.
    @Test func whatFollowsFromAFilm() throws {
        let report = try Self.report([
            Fixtures.path("cuts.mp4"), "--feeds", "1,400", "--hours", "1000", "--bytes", "1PB", "--bitrate",
            "5M",
            "--speed", "fastest",
        ])
        let measured = try #require(report["measured"] as? [[String: Any]])
        #expect(measured.compactMap { $0["speed"] as? String } == ["fastest", "exact", "fast", "scout"])
        let base = try #require(report["base"] as? [String: Any])
        #expect(base["speed"] as? String == "fastest" && base["codec"] as? String == "h264")
        #expect(base["width"] as? Int == 320 && Self.near(Self.number(base, "film_seconds"), 16))
        let cores = Self.number(report, "cores")
        let cost = Self.number(base, "processor_seconds") / Self.number(base, "film_seconds")
        #expect(cost > 0 && cores >= 1)
        let usable = 0.85
        #expect(Self.near(Self.number(base, "feeds_per_core"), usable / cost))
        #expect(Self.near(Self.number(base, "hours_per_core_hour"), 1 / cost))
        let size = try Data(contentsOf: URL(filePath: Fixtures.path("cuts.mp4"))).count
        #expect(Self.near(Self.number(base, "bit_rate"), Double(size) * 8 / 16))
        // What `segment` writes of it.
        let events = try Program.run([
            "segment", Fixtures.path("cuts.mp4"), "--quiet", "--threads", "1", "--speed", "fastest",
        ])
        #expect(Self.near(Self.number(base, "events_per_second"), Double(events.lines.count - 2) / 16))
        let bytes = Self.number(base, "event_bytes_per_second")
        #expect(abs(bytes * 16 - Double(events.output.utf8.count)) < 200)
        let feeds = try #require((report["feeds"] as? [[String: Any]])?.last)
        #expect(Self.near(Self.number(feeds, "cores"), 400 * cost / usable))
        let each = max(1, (cores * usable / cost).rounded(.down))
        #expect(abs(Self.number(feeds, "machines") - (400 / each).rounded(.up)) <= 1)
        #expect(
            Self.near(
                Self.number(feeds, "events_per_second"), 400 * (Self.number(base, "events_per_second") + 0.1))
        )
        #expect(Self.near(Self.number(feeds, "journal_bytes_per_day"), 400 * (bytes + 33) * 86400))
        #expect(Self.near(Self.number(feeds, "network_bit_rate"), 400 * Self.number(base, "bit_rate")))
        let archives = try #require(report["archives"] as? [[String: Any]])
        #expect(archives.map { Self.number($0, "hours").rounded() } == [1000, 444_444])
        #expect(Self.near(Self.number(archives[1], "core_hours"), 444_444.444 * cost))
        #expect(Self.near(Self.number(archives[1], "days"), 444_444.444 * cost / cores / 24))
        #expect(Self.near(Self.number(archives[0], "event_bytes"), 3_600_000 * bytes))
        #expect(Self.number(archives[0], "embedding_bytes") > 0)
    }

    /// Nothing stays in the temporary folder, and a limit that is over leaves out what was not begun.
    @Test func filmsThatAreMade() throws {
        let folder = try Scratch.emptyFolder()
        let outcome = try Program.shell("TMPDIR='\(folder.path)' scened capacity --limit 0s --json")
        #expect(outcome.status == 0, "\(outcome)")
        let report = try #require(outcome.events.first?.fields)
        let measured = try #require(report["measured"] as? [[String: Any]])
        #expect(measured.count == 1 && measured[0]["speed"] as? String == "exact")
        #expect(
            measured[0]["width"] as? Int == 1920 && Self.near(Self.number(measured[0], "film_seconds"), 30))
        // That of the film's own run, not of the program that made the film.
        #expect(20e6...200e6 ~= Self.number(measured[0], "memory_bytes"))
        // Near the bit rate that was asked for.
        #expect(2.5e6...7.5e6 ~= Self.number(measured[0], "bit_rate"))
        #expect((report["not_measured"] as? [String] ?? []).count >= 4)
        #expect(
            (report["feeds"] as? [[String: Any]])?.compactMap { $0["feeds"] as? Int } == [100, 1000, 10000])
        #expect((report["archives"] as? [[String: Any]])?.count == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test func stopped() throws {
        let folder = try Scratch.emptyFolder()
        let outcome = try Program.shell(
            """
            TMPDIR='\(folder.path)' scened capacity --quiet & program=$!
            until [ -e '\(folder.path)'/*/film.mkv ] || [ -e '\(folder.path)'/*/*partial ]; do :; done
            kill -TERM $program; wait $program
            """)
        #expect(outcome.status == 143, "\(outcome)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test func wrongInput() throws {
        let film = Fixtures.path("cuts.mp4")
        let table: [([String], Int32, String)] = [
            ([film + ".none"], 66, "No such file"), ([Fixtures.path("text.txt")], 66, "text.txt"),
            ([Fixtures.path("audio_only.mp4")], 65, "no video"),
            (["-"], 64, "can be read only once"), (["http://127.0.0.1:9/a.mp4"], 64, "can be read only once"),
            ([film, "--feeds", "0"], 64, "--feeds takes"), ([film, "--feeds", "many"], 64, "whole number"),
            ([film, "--hours", "-1"], 64, "positive"), ([film, "--bytes", "a lot"], 64, "such as 1PB"),
            ([film, "--bitrate", "5M"], 64, "goes with --bytes"),
            ([film, "--bytes", "1PB", "--bitrate", "5"], 64, "bits a second"),
            ([film, "--speed", "slow"], 64, "'exact', 'fast', 'fastest' or 'scout'"),
            ([film, "--limit", "soon"], 64, "a duration is"),
            ([film, "--output", film], 64, "would overwrite it"),
        ]
        for (arguments, status, words) in table {
            let outcome = try Program.run(["capacity"] + arguments)
            #expect(outcome.status == status && outcome.errors.contains(words), "\(arguments): \(outcome)")
            if status != 64 { #expect(outcome.errorLines.count == 1, "\(arguments): \(outcome)") }
        }
        let place = try Program.shell("TMPDIR=/nowhere scened capacity '\(film)'")
        #expect(place.status == 73 && place.errors.contains("TMPDIR names it"), "\(place)")
    }

    @Test(arguments: [
        ("1PB", 1e15), ("1P", 1e15), ("2.5TiB", 2.5 * 1_099_511_627_776), ("500GB", 5e11), ("1000000", 1e6),
    ])
    func sizes(text: String, bytes: Double) throws {
        let report = try Self.report([
            Fixtures.path("dissolve.mp4"), "--limit", "0", "--bytes", text, "--bitrate", "8M",
        ])
        let archive = try #require((report["archives"] as? [[String: Any]])?.first)
        #expect(Self.near(Self.number(archive, "hours"), bytes / 1e6 / 3600))
    }
}

/// What `tools/bench` counts, and what the tools share. They measure for minutes; their arithmetic is tried
/// here.
@Suite(.enabled(if: ExternalTool.hasPython, "python3 is not installed"))
struct MeasuringToolTests {
    /// Runs lines of Python. They have an empty `folder`, the package `rig`, and `load`, which makes a module
    /// of a tool.
    private static func python(_ lines: String) throws -> [String] {
        let folder = try Scratch.emptyFolder().path
        let start = """
            import importlib.machinery, importlib.util, json, pathlib, subprocess, sys
            tools = pathlib.Path('\(Program.repository.path)/tools')
            folder = pathlib.Path('\(folder)')
            sys.path.append(str(tools))
            import rig, rig.feeds
            def load(path):
                loader = importlib.machinery.SourceFileLoader(path.replace('/', '_'), str(tools / path))
                module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
                loader.exec_module(module)
                return module

            """
        let result = try ExternalTool.run(
            ["python3", "-c", start + lines], environment: ["PYTHONDONTWRITEBYTECODE": "1"])
        try #require(result.status == 0, "\(result.errors)")
        return result.output.split(separator: "\n").map(String.init)
    }

    /// `capacity` judges each feed by what it told since the measurement began, and by nothing before.
    @Test func capacityJudgesWhatIsNew() throws {
        let told = try Self.python(
            """
            capacity = load("bench/capacity")
            def tell(feed, *events):
                place = folder / "state/journal" / feed / "run"
                place.mkdir(parents=True, exist_ok=True)
                with open(place / "1.jsonl", "a") as file:
                    file.writelines(json.dumps(event) + "\\n" for event in events)
            def beat(lag):
                return {"type": "heartbeat", "lag": lag}
            tell("a", beat(9.0))
            tell("b", {"type": "degraded"}, beat(8.0))
            seen = capacity.events(folder)
            tell("a", beat(0.5), {"type": "gap"}, beat(3.0))
            tell("b", beat(0.25))
            found = capacity.news(seen, capacity.events(folder))
            for one in (found, [], [("a", beat(None))]):
                print(*capacity.row(2, "exact", 1.0, 0.5, one))
            """)
        let start = "| 2 | 50.0 % | 100 % | 50 % "
        let wanted = [
            start + "| 3.00 | 3.00 | 0 | 1 | True", start + "| - | - | 0 | 0 | False",
            start + "| - | - | 0 | 0 | True",
        ]
        #expect(told == wanted)
    }

    /// A core for each job, and memory of each program.
    @Test func batchCountsTheCoresOfEachRun() throws {
        let told = try Self.python(
            """
            batch = load("bench/batch")
            jobs = {"decoding": 2, "segment": 2, "batch": 2, "one_job": 1}
            least = {"decoding": 1200, "segment": 1800, "batch": 1800, "one_job": 3600}
            found = batch.summary(7200, jobs, least, {name: 60 + count for name, count in jobs.items()})
            print(*found["hours_per_core_hour"].values(), *found["largest_process_mib"].values())
            print(batch.timed(["true"])[1] > 0)
            """)
        #expect(told == ["3.0 2.0 2.0 2.0 62 62 62 61", "True"])
    }

    /// What is broken off is made anew, and leaves nothing.
    @Test func halfAFileDoesNotCount() throws {
        let told = try Self.python(
            """
            film = folder / "made/film.txt"
            try:
                rig.make(film, "sh", "-c", 'echo half > "$0"; exit 3', film)
            except subprocess.CalledProcessError as error:
                print(error.returncode, film.exists(), list(film.parent.iterdir()))
            rig.make(film, "sh", "-c", 'case $0 in *.txt) echo whole > "$0";; esac', film)
            rig.make(film, "false")
            print(film.read_text().strip(), [path.name for path in film.parent.iterdir()])
            """)
        #expect(told == ["3 False []", "whole ['film.txt']"])
    }

    /// Events are judged by the program that is tried, and a folder that nobody asked for goes.
    @Test func theRigUsesWhatItIsGiven() throws {
        let told = try Self.python(
            """
            program = folder / "scened"
            program.write_text("#!/bin/sh\\necho \\"$@\\"; exit 1\\n")
            program.chmod(0o755)
            print(rig.feeds.sound(["{}"], folder, program, partial=True).replace(str(folder), ""))
            with rig.kept(None, "scened-test") as place:
                (place / "log").write_text("one\\ntwo\\n")
                print(rig.feeds.last_lines(place / "log", 1).strip())
            with rig.kept(folder / "mine", "scened-test") as mine:
                pass
            print(place.exists(), mine.exists())
            """)
        #expect(told == ["events check --partial /check.jsonl", "two", "False True"])
    }
}
