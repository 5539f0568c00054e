import Foundation
import Platform
import TestSupport
import Testing

/// `scened events --exec-batch`, from outside: what a command has not taken comes again, and nothing else.
@Suite struct ExecBatchTests {
    /// A state directory with the journals of two films that were read, shared by the tests.
    private static let state: String = {
        guard
            let site = try? RunSite([
                ("one", Fixtures.path("cuts.mp4")), ("two", Fixtures.path("dissolve.mp4")),
            ]),
            let run = try? Program.run(["run", site.file.path]), run.status == 0
        else { return "/nowhere" }
        return "\(site.folder.path)/state"
    }()

    /// Every event of them in its envelope, feed by feed.
    private static func wanted() throws -> [String] {
        try ["one", "two"].flatMap { feed in
            let folder = URL(filePath: "\(state)/journal/\(feed)")
            return try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
                .filter { $0.hasSuffix(".jsonl") }.flatMap { path in
                    let run = path.split(separator: "/")[0]
                    return try String(contentsOf: folder.appending(path: path), encoding: .utf8)
                        .split(separator: "\n").map { line in
                            let number = line.firstMatch(of: /"seq":(\d+)/)?.1 ?? "?"
                            return "{\"feed\":\"\(feed)\",\"cursor\":\"\(run):\(number)\",\"event\":\(line)}"
                        }
                }
        }
    }

    /// Where a test's command writes, and the cursor.
    private struct Place {
        let folder: URL
        var cursor: String { folder.appending(path: "cursor").path }
        var output: String { folder.appending(path: "out").path }

        init() throws { folder = try Scratch.emptyFolder() }

        func text(_ name: String) -> String {
            (try? String(contentsOf: folder.appending(path: name), encoding: .utf8)) ?? ""
        }
        var lines: [String] { text("out").split(separator: "\n").map(String.init) }

        /// Arguments that hand on everything to `command`, which finds the folder as `$place`.
        func arguments(_ command: String, _ more: [String]) -> [String] {
            [
                "events", "--state", ExecBatchTests.state, "--cursor-file", cursor, "--retry-cap", "0.25",
                "--exec-batch",
                "place='\(folder.path)'; \(command)",
            ] + more
        }

        func run(_ command: String, _ more: String...) throws -> Program.Outcome {
            try Program.run(arguments(command, more))
        }
    }

    @Test func everyEventIsHandedOnOnce() throws {
        let place = try Place()
        let first = try place.run("cat >> $place/out; echo $SCENED_ATTEMPT", "--batch", "7")
        #expect(first.status == 0 && first.errors.isEmpty, "\(first.errors)")
        #expect(try place.lines == Self.wanted())
        // What the command prints is the program's output; each batch was taken at once.
        #expect(Set(first.lines) == ["1"] && first.lines.count * 7 >= place.lines.count)
        let again = try place.run("cat >> $place/out")
        #expect(again.status == 0)
        #expect(try place.lines == Self.wanted())
        #expect(place.text("cursor").hasPrefix("one="))
    }

    @Test func typesFeedsAndEnvelopesAreChosen() throws {
        let place = try Place()
        #expect(
            try place.run("cat >> $place/out", "--types", "scene", "--feed", "one", "--no-envelope").status
                == 0)
        let wanted = try Self.wanted().filter {
            $0.contains("\"feed\":\"one\"") && $0.contains("\"type\":\"scene\"")
        }
        #expect(place.lines.count == wanted.count && !wanted.isEmpty)
        for (line, envelope) in zip(place.lines, wanted) { #expect(envelope.hasSuffix("\"event\":\(line)}")) }
        // The place is behind the last event, whatever its type.
        let last = try #require(try Self.wanted().last { $0.contains("\"feed\":\"one\"") })
        let cursor = try #require(last.firstMatch(of: /"cursor":"([^"]+)"/)).1
        #expect(place.text("cursor") == "one=\(cursor)\n")
    }

    /// A batch that fails comes again as it was, and those behind it wait.
    @Test func whatFailsComesAgainAsItWas() throws {
        let place = try Place()
        let run = try place.run(
            "cat > $place/part; cat $place/part >> $place/all; test $SCENED_ATTEMPT -ge 3 && cat $place/part >> $place/out",
            "--batch", "20")
        #expect(run.status == 0)
        #expect(try place.lines == Self.wanted())
        #expect(place.text("all").split(separator: "\n").count == 3 * place.lines.count)
        // Told once, although six attempts failed.
        #expect(run.errors.contains("ended with status 1; its 20 events are tried again"), "\(run.errors)")
        #expect(run.errorLines.count <= 6, "\(run.errors)")
    }

    @Test(arguments: [
        ("false", "ended with status 1, 2 times"),
        ("kill -9 $$", "was ended by signal 9, 2 times"),
        ("/nowhere/publish", "ended with status 127, 2 times"),
        ("sleep 100 & wait", "did not end within --timeout and was ended, 2 times"),
        // Who ignores SIGTERM is ended by force, and so is what it has started.
        (
            "trap '' TERM; sleep 100 & wait; wait; sleep 100",
            "did not end within --timeout and was ended, 2 times"
        ),
    ])
    func whatNeverSucceedsIsGivenUpIfAsked(_ command: String, _ reason: String) throws {
        let place = try Place()
        let run = try place.run(command, "--attempts", "2", "--timeout", "0.3")
        #expect(run.status == 75)
        #expect(
            run.errorLines.last?.contains("the command \(reason); the cursor stays before") == true,
            "\(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: place.cursor))
        // Nothing is lost by it.
        #expect(try place.run("cat >> $place/out").status == 0)
        #expect(try place.lines == Self.wanted())
    }

    /// Whether it reads all, some or nothing of its input, and what it leaves behind, is the command's own
    /// affair.
    @Test(arguments: [
        "true", "head -c 10 > $place/out", "exec 0<&-; exit 0", "(sleep 1; echo late >> $place/out) & true",
    ])
    func theStatusAloneCounts(_ command: String) throws {
        let place = try Place()
        let run = try place.run(command)
        #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
        #expect(place.text("cursor").contains("two="))
    }

    /// SIGTERM lets the command finish, and its batch counts.
    @Test func aStopLetsTheCommandFinish() throws {
        let place = try Place()
        let live = try LiveRun(
            place.arguments(
                "cat > $place/part; echo '{\"type\":\"begun\"}'; sleep 0.5; cat $place/part >> $place/out",
                ["--batch", "10", "--follow"]))
        _ = live.nextEvent()
        live.send(signal: SIGTERM)
        #expect(try live.finish().status == 143)
        #expect(place.lines.count == 10)
        #expect(try place.run("cat >> $place/out").status == 0)
        #expect(try place.lines == Self.wanted())
    }

    /// One that does not finish is ended; its batch comes again.
    @Test func aStopEndsACommandThatHangs() throws {
        let place = try Place()
        let live = try LiveRun(
            place.arguments("echo '{\"type\":\"begun\"}'; sleep 100; cat >> $place/out", ["--follow"]))
        _ = live.nextEvent()
        live.send(signal: SIGINT)
        let end = try live.finish()
        #expect(end.status == 130 && !end.errors.contains("Fatal"), "\(end.errors)")
        #expect(try place.run("cat >> $place/out").status == 0)
        #expect(try place.lines == Self.wanted())
    }

    /// An idle bridge ends at once.
    @Test func anIdleBridgeStops() throws {
        let place = try Place()
        let live = try LiveRun(
            place.arguments(
                "cat >> $place/out; echo '{\"type\":\"taken\"}'", ["--follow", "--batch", "10000"]))
        while try place.lines.count < Self.wanted().count, live.nextEvent() != nil {}
        live.send(signal: SIGTERM)
        #expect(try live.finish().status == 143)
        #expect(try place.lines == Self.wanted())
    }

    /// Killed at any instant: every event is handed on, in order, and what comes twice is a batch that was
    /// on its way. `SCENED_CRASHES=200` for the long run.
    @Test func killsLoseNothing() throws {
        let kills = ProcessInfo.processInfo.environment["SCENED_CRASHES"].flatMap { Int($0) } ?? 20
        let wanted = try Self.wanted()
        var random = SeededGenerator(seed: 5)
        var (place, rounds, killed) = (try Place(), 0, 0)
        let command = "cat > $place/part.$$; cat $place/part.$$ >> $place/out; rm $place/part.$$"
        while killed < kills {
            rounds += 1
            let live = try LiveRun(place.arguments(command, ["--batch", "3"]))
            usleep(UInt32.random(in: 0...60_000, using: &random))
            live.send(signal: SIGKILL)
            killed += try live.finish().status == 137 ? 1 : 0
            if place.lines.count >= wanted.count || killed == kills {
                #expect(try place.run(command).status == 0)
                let lines = place.lines
                #expect(Set(lines) == Set(wanted), "round \(rounds)")
                // First comings stand in order.
                var seen: Set<String> = []
                let first = lines.filter { seen.insert($0).inserted }
                for feed in ["one", "two"] {
                    let own = "{\"feed\":\"\(feed)\""
                    #expect(first.filter { $0.hasPrefix(own) } == wanted.filter { $0.hasPrefix(own) })
                }
                place = try Place()
            }
        }
    }

    @Test func twoBridgesDoNotShareACursor() throws {
        let place = try Place()
        let first = try LiveRun(place.arguments("echo '{\"type\":\"begun\"}'; sleep 100", []))
        _ = first.nextEvent()
        let second = try place.run("cat >> $place/out")
        #expect(
            second.status == 73 && second.errorLines.count == 1
                && second.errors.contains("another process delivers"))
        #expect(place.lines.isEmpty)
        first.send(signal: SIGKILL)
        _ = try first.wait()
    }

    @Test func aFileThatIsNoCursorIsKept() throws {
        let place = try Place()
        try Data("mine\n".utf8).write(to: URL(filePath: place.cursor))
        let run = try place.run("cat >> $place/out")
        #expect(run.status == 65 && run.errorLines.count == 1, "\(run.errors)")
        #expect(place.text("cursor") == "mine\n" && place.lines.isEmpty)
        let elsewhere = try Program.run([
            "events", "--state", Self.state, "--exec-batch", "true", "--cursor-file", "/proc/nope/cursor",
        ])
        #expect(elsewhere.status == 73 && elsewhere.errorLines.count == 1, "\(elsewhere.errors)")
    }

    /// A place that cannot be saved while the command fails, too: each trouble has its beginning and its end.
    @Test func twoTroublesAreToldApart() throws {
        let place = try Place()
        let inner = place.folder.appending(path: "inner")
        try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
        let run = try Program.run([
            "events", "--state", Self.state, "--cursor-file", "\(inner.path)/cursor", "--retry-cap", "0.25",
            "--batch", "6", "--exec-batch",
            """
            cd '\(place.folder.path)'; echo >> calls
            case $(wc -l < calls) in
            1) mv inner away; cat >> out;;
            2) exit 3;;
            *) [ -d inner ] || mv away inner; cat >> out;;
            esac
            """,
        ])
        #expect(run.status == 0 && place.lines.count > 12, "\(run)")
        let beginnings = [
            "scened: the cursor is not saved", "scened: the command ended with status 3",
            "scened: the command takes events again", "scened: the cursor is saved again",
        ]
        #expect(run.errorLines.count == 4, "\(run.errors)")
        #expect(zip(run.errorLines, beginnings).allSatisfy { $0.hasPrefix($1) }, "\(run.errors)")
    }

    @Test(arguments: [
        ["--exec-batch", "true"], ["--cursor-file", "c"], ["--batch", "3"], ["--attempts", "3"],
        ["--exec-batch", " ", "--cursor-file", "c"], ["--exec-batch", "true", "--cursor-file", ""],
        ["--exec-batch", "true", "--cursor-file", "c", "--batch", "0"],
        ["--exec-batch", "true", "--cursor-file", "c", "--timeout", "-1"],
        ["--exec-batch", "true", "--cursor-file", "c", "--retry-cap", "0"],
        ["--exec-batch", "true", "--cursor-file", "c", "--attempts", "0"],
        ["--exec-batch", "true", "--cursor-file", "c", "--after", "then"],
    ])
    func wrongUsageIsRefused(_ words: [String]) throws {
        let run = try Program.run(["events", "--state", Self.state] + words)
        #expect(run.status == 64, "\(words): \(run.errors)")
    }

    /// With `--follow`, a service that begins later: a line when the wait begins, and one when it ends.
    @Test func aServiceThatBeginsLaterIsWaitedFor() throws {
        let source = FeedSource([[.send(try WatchTests.film(upTo: 0.4)), .hold]])
        let site = try RunSite([("one", "tcp://127.0.0.1:\(source.port)")])
        let socket = "\(site.folder.path)/events.sock"
        try String(contentsOf: site.file, encoding: .utf8)
            .replacing("http: null", with: "http: null\nsocket: {listen: \"unix:\(socket)\"}")
            .write(to: site.file, atomically: true, encoding: .utf8)
        let place = try Place()
        let bridge = try LiveRun([
            "events", "--socket", socket, "--follow", "--cursor-file", place.cursor, "--exec-batch",
            "cat >> '\(place.output)'; echo '{\"type\":\"taken\"}'",
        ])
        while !bridge.said.contains("waiting for the service: nobody listens"), bridge.isRunning {
            poll(nil, 0, 10)
        }
        let service = try LiveRun(["run", "--config", site.file.path])
        #expect(bridge.nextEvent()?.type == "taken", "\(bridge.said)")
        bridge.send(signal: SIGTERM)
        let end = try bridge.finish()
        #expect(end.status == 143, "\(end.errors)")
        let lines = end.errors.split(separator: "\n")
        #expect(lines.count == 2, "\(lines)")
        #expect(lines.last?.hasPrefix("scened: the service answers, after ") == true, "\(lines)")
        #expect(place.lines.first?.contains("\"feed\":\"one\"") == true)
        service.send(signal: SIGTERM)
        #expect(try service.finish().status == 0)
        source.close()
    }

    @Test func noJournalAndNoServiceAreSaid() throws {
        let place = try Place()
        let words = ["--exec-batch", "true", "--cursor-file", place.cursor]
        for source in [
            ["--state", place.folder.path], ["--socket", place.folder.path + "/none"],
            ["--state", Self.state, "--feed", "three"],
        ] {
            let run = try Program.run(["events"] + source + words)
            #expect(run.status == 66 && run.errorLines.count == 1, "\(source): \(run.errors)")
        }
        let unnamed = try Program.run(
            ["events", "--state", Self.state, "--after", "01J00000000000000000000000:5"] + words)
        #expect(unnamed.status == 64 && unnamed.errors.contains("names no feed"), "\(unnamed.errors)")
    }
}
