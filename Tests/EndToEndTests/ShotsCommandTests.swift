import Foundation
import TestSupport
import Testing

/// `scened shots`, and lists of cuts in the place of the detector.
@Suite struct ShotsCommandTests {
    static let clips = [
        "cuts.mp4", "vfr.mkv", "restart.ts", "jump.ts", "dissolve.mp4", "fade.mp4", "wipe.mp4", "ntsc.mp4",
        "offset.mkv", "wrap.ts", "damaged.mkv",
    ]

    /// The shots without their number in the stream and their parts.
    static func shots(_ outcome: Program.Outcome) -> [String] {
        outcome.lines.filter { $0.contains("\"type\":\"shot\"") }.map { line in
            let bare = line.replacingOccurrences(of: "\"seq\":[0-9]+,", with: "", options: .regularExpression)
            return bare.range(of: ",\"parts\":").map { String(bare[..<$0.lowerBound]) } ?? bare
        }
    }

    static func file(_ name: String, _ text: String) throws -> String {
        let file = try Scratch.file(name)
        try text.write(to: file, atomically: false, encoding: .utf8)
        return file.path
    }

    @Test(arguments: clips)
    func shotsAreThoseOfSegment(clip: String) throws {
        // Damage is concealed alike on one thread only.
        let arguments = [Fixtures.path(clip), "--quiet", "--threads", "1"]
        let alone = try Program.run(["shots"] + arguments)
        let whole = try Program.run(["segment"] + arguments)
        #expect(alone.status == whole.status, "\(alone.errors)")
        #expect(Self.shots(alone) == Self.shots(whole))
        try Schema.check(alone)
        #expect(Set(alone.events.map(\.type)).isSubset(of: ["stream_start", "shot", "gap", "stream_end"]))
        let options = try #require(alone.events.first?.fields["options"] as? [String: Any])
        #expect(options["detector"] as? String == "scened-shots-3")
    }

    /// Lists of picture numbers count the pictures that were read, across gaps, and come back as they were.
    @Test(arguments: ["jump.ts", "restart.ts"])
    func listsCountAcrossGaps(clip: String) throws {
        let table = try Program.run(["shots", Fixtures.path(clip), "--to", "csv", "--quiet"])
        let events = try Scratch.file("events.jsonl")
        let whole = try Program.run(["segment", Fixtures.path(clip), "--quiet", "--output", events.path])
        #expect(table.status == 0 && whole.status == 0, "\(table.errors)\(whole.errors)")
        let first = { (lines: [String], column: Int) in
            lines.compactMap { line in
                let cells = line.split { $0 == "," || $0 == " " }
                return cells.count > column ? Int(cells[column]) : nil
            }
        }
        let pictures = first(table.lines, 1)
        #expect(pictures.count > 2)
        for (format, column, origin) in [("pyscenedetect", 1, 1), ("keyframes", 0, 0), ("qpfile", 0, 0)] {
            let list = try Scratch.file("list-\(format).txt")
            let arguments = ["export", events.path, "--of", "shots", "--to", format, "--output", list.path]
            let export = try Program.run(arguments)
            #expect(export.status == 0, "\(export.errors)")
            let lines = try String(contentsOf: list, encoding: .utf8).split(separator: "\n").map(String.init)
            #expect(first(lines, column).map { $0 + 1 - origin } == pictures, "\(format)")
            let back = try Program.run(["shots", Fixtures.path(clip), "--shots", list.path, "--to", "csv"])
            #expect(back.status == 0 && first(back.lines, 1) == pictures, "\(format): \(back.errors)")
        }
    }

    /// Cuts told early are answered, and change nothing else.
    @Test(arguments: clips)
    func provisionalCuts(clip: String) throws {
        let arguments = ["shots", Fixtures.path(clip), "--quiet", "--threads", "1"]
        let plain = try Program.run(arguments)
        let early = try Program.run(arguments + ["--provisional"])
        #expect(early.status == plain.status, "\(early.errors)")
        #expect(Self.shots(early) == Self.shots(plain))
        try Schema.check(early)
        let cuts = early.events.filter { $0.type == "cut" }
        let state = { (event: Event) in event.fields["state"] as? String }
        let finals = cuts.filter { state($0) == "final" }.compactMap { $0.seconds("at") }
        let hard = early.events.filter {
            $0.type == "shot" && ($0.fields["transition"] as? [String: Any])?["kind"] as? String == "cut"
        }
        #expect(finals.allSatisfy(Set(hard.compactMap { $0.seconds("start") }).contains))
        let options = try #require(early.events.first?.fields["options"] as? [String: Any])
        #expect(options["provisional"] as? Bool == true)
        guard clip == "cuts.mp4" else { return }
        #expect(finals.count == hard.count)
        #expect(
            try cuts.filter { state($0) == "provisional" }.compactMap { $0.frame("at") }
                == Fixtures.truth(clip).cuts)
    }

    /// What was found once comes again from the list: every shot to the bit from events, its place from a
    /// table.
    @Test(arguments: clips)
    func listsGiveTheSameShots(clip: String) throws {
        let arguments = [Fixtures.path(clip), "--quiet", "--threads", "1"]
        let found = try Program.run(["shots"] + arguments)
        let events = try Self.file("shots.jsonl", found.output)
        let table = Scratch.path("shots.csv").path
        #expect(try Program.run(["shots", "--to", "csv", "--output", table] + arguments).output.isEmpty)
        for command in ["shots", "segment"] {
            let listed = try Program.run([command] + arguments + ["--shots", events])
            #expect(listed.status == found.status, "\(listed.errors)")
            #expect(Self.shots(listed) == Self.shots(found))
            try Schema.check(listed)
            let start = try #require(listed.events.first?.fields)
            #expect((start["options"] as? [String: Any])?["detector"] as? String == "list")
            let tabled = try Program.run([command] + arguments + ["--shots", table])
            let places = { (outcome: Program.Outcome) in
                outcome.events.filter { $0.type == "shot" }.map { $0.seconds("start") }
            }
            #expect(tabled.status == found.status && places(tabled) == places(found), "\(tabled.errors)")
        }
    }

    @Test(arguments: ["cuts.mp4", "restart.ts", "dissolve.mp4", "ntsc.mp4"])
    func tables(clip: String) throws {
        let outcome = try Program.run(["shots", Fixtures.path(clip), "--to", "csv", "--quiet"])
        #expect(outcome.status == 0)
        try Golden.compare(outcome.output, with: "shots/\(clip).csv")
    }

    @Test func statisticsTellOfEveryPicture() throws {
        let file = Scratch.path("stats.csv")
        let outcome = try Program.run(["shots", Fixtures.path("cuts.mp4"), "--quiet", "--stats", file.path])
        #expect(outcome.status == 0)
        let rows = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        let truth = try Fixtures.truth("cuts.mp4")
        #expect(rows[0].prefix(2) == ["Frame Number", "Timecode"])
        let numbers: [String] = (1...truth.frames).map { "\($0)" }
        #expect(rows.dropFirst().map(\.[0]) == numbers)
        #expect(rows[11][1] == "00:00:00.400")
        let cut = try #require(rows[0].firstIndex(of: "cut"))
        let score = try #require(rows[0].firstIndex(of: "hard_score"))
        let cuts = rows.dropFirst().filter { $0[cut] == "1.000000" }
        #expect(cuts.compactMap { Int($0[0]) } == truth.cuts.map { $0 + 1 })
        #expect(cuts.allSatisfy { (Double($0[score]) ?? 0) > 0.5 })
    }

    /// A list is applied as the pictures come: the first shot is written while most of the input is still to
    /// come, and a pipe gives what a file gives.
    @Test func listsWorkWhileReading() throws {
        let film = try Films.scenes()
        let list = try Self.file("list.txt", "40\n100,110\n400\n")
        let arguments = ["--quiet", "--shots", list]
        let bytes = try Data(contentsOf: film)
        let run = try LiveRun(["shots", "-"] + arguments)
        try run.write(bytes.prefix(bytes.count / 4))
        #expect(run.event { $0.type == "shot" }?.frame("end") == 40)
        try run.write(bytes.dropFirst(bytes.count / 4))
        try run.closeInput()
        #expect(try run.finish().status == 0)
        let batch = try Program.run(["shots", film.path] + arguments)
        #expect(Events.stable(run.events.map(\.line)) == Events.stable(batch.lines))
        let start = try #require(batch.events.first)
        #expect(start.fields["detector_lag"] as? Double == 4)
        let transition = try #require(
            batch.events.filter { $0.type == "shot" }[2].fields["transition"] as? [String: Any])
        #expect(transition["kind"] as? String == "gradual")
    }

    /// `embed` and `score` go along, and a list of hard cuts has no lag.
    @Test func embeddingsOfListedShots() throws {
        let film = Fixtures.path("cuts.mp4")
        let list = try Self.file("film.mp4.scenes.txt", "0 99\n100 101\n102 250\n251 399\n")
        let record = Scratch.path("listed.npz").path
        let decisions = ["--quiet", "--scores", "--min-scene", "1", "--threshold", "0.2"]
        #expect(try Program.run(["embed", film, "--quiet", "--output", record, "--shots", list]).status == 0)
        let whole = try Program.run(["segment", film, "--shots", list] + decisions)
        let scored = try Program.run(["score", record] + decisions)
        #expect(Events.stable(scored.lines) == Events.stable(whole.lines))
        try Schema.check(whole)
        #expect(whole.events.first?.fields["detector_lag"] as? Double == 0)
        let starts = { (outcome: Program.Outcome) in
            outcome.events.filter { $0.type == "shot" }.compactMap { $0.frame("start") }
        }
        #expect(starts(whole) == [0, 100, 102, 251])
        let spaced = try Program.run(["shots", film, "--quiet", "--shots", list, "--min-shot", "0.2"])
        #expect(starts(spaced) == [0, 100, 251])
    }

    struct Case: CustomTestStringConvertible, Sendable {
        var list: String
        var status: Int32
        /// What the one line on standard error says.
        var message: String
        var testDescription: String { message }
    }

    /// `cuts.mp4` has 400 pictures, 16 s.
    @Test(arguments: [
        Case(
            list: "100\n400\n500\n", status: 65,
            message: "2 of its cuts lie beyond the video's 400 pictures, the first at picture 400"),
        Case(list: "1.5s\n16.5s\n", status: 65, message: "the first at 16.5 s"),
        Case(list: "200\n100\n", status: 65, message: "not in order"),
        Case(list: "100,120\n120\n", status: 65, message: "the change at picture 120 overlaps"),
        Case(list: "a cut\n", status: 65, message: "is not a place in a film"),
        Case(list: "{\"type\":1}\n", status: 65, message: "wrong type"),
        Case(list: "", status: 65, message: "holds no list of cuts"),
        Case(
            list: "# Times count from now\n#EXT-X-DATERANGE:ID=\"scene/0/0\"\n", status: 65,
            message: "holds no list of cuts"),
        Case(list: "{\"type\":\"stream_start\"}\n", status: 65, message: "holds no shot events"),
        Case(list: "0 99\n100 389\n", status: 0, message: "made of 390 pictures, the video has 400"),
    ])
    func listsThatDoNotFit(_ testCase: Case) throws {
        let list = try Self.file("list.txt", testCase.list)
        for command in ["shots", "segment", "embed"] {
            let output = Scratch.path("x.npz").path
            let outcome = try Program.run([
                command, Fixtures.path("cuts.mp4"), "--shots", list, "--output", output,
            ])
            #expect(outcome.status == testCase.status, "\(command): \(outcome.errors)")
            let lines = outcome.errorLines.filter { $0.hasPrefix("scened: ") }
            #expect(lines.count == 1 && lines[0].contains(testCase.message), "\(command): \(outcome.errors)")
        }
    }

    private static func starts(_ outcome: Program.Outcome) -> [Int] {
        outcome.events.filter { $0.type == "shot" }.compactMap { $0.frame("start") }
    }

    /// A run's own lists name its pictures again, whether they count as players do or from the first picture,
    /// which comes 1.61 s after the sound.
    @Test(arguments: [
        "webvtt", "ffmetadata", "matroska", "ogm", "podcast", "kodi", "losslesscut", "edl", "otio",
        "pyscenedetect", "keyframes", "qpfile",
    ])
    func listsOfAFilmWhoseSoundBeginsFirst(format: String) throws {
        let film = Fixtures.path("delayed.mkv")
        let (events, list) = (Scratch.path("film.jsonl").path, Scratch.path("film.list").path)
        let found = try Program.run(["shots", film, "--quiet", "--output", events])
        #expect(found.status == 0, "\(found.errors)")
        let exported = try Program.run(
            ["export", events, "--to", format, "--of", "shots", "--output", list]
                // Milliseconds tell no rate.
                + (["edl", "otio"].contains(format) ? ["--rate", "25"] : []))
        #expect(exported.status == 0, "\(exported.errors)")
        let listed = try Program.run(["shots", film, "--quiet", "--shots", list])
        #expect(listed.status == 0, "\(listed.errors)")
        #expect(Self.starts(listed) == [0, 40, 85])
        guard format == "webvtt" else { return }
        // What is read once cannot be looked at before.
        let piped = try Program.shell(
            "scened shots - --quiet --shots '\(list)' < <(cat '\(film)' 2>/dev/null)")
        #expect(piped.status == 65 && piped.errorLines.count == 1, "\(piped.errors)")
        #expect(piped.errors.contains("comes 1.61 s later; give the video as a file"), "\(piped.errors)")
    }

    /// An edit list at a rate that is not the film's holds times.
    @Test(arguments: [
        ("vfr.mp4", "edl", "23.976"), ("vfr.mkv", "otio", "23.976"), ("vfr.mp4", "otio", "50"),
        ("cuts.mp4", "edl", "50"), ("cuts.mp4", "otio", "25"), ("ntsc.mp4", "edl", "29.97"),
    ])
    func editListsAtARate(clip: String, format: String, rate: String) throws {
        let (events, list) = (Scratch.path("film.jsonl").path, Scratch.path("film.list").path)
        let found = try Program.run(["shots", Fixtures.path(clip), "--quiet", "--output", events])
        let exported = try Program.run(
            ["export", events, "--to", format, "--of", "shots", "--rate", rate, "--output", list])
        #expect(found.status == 0 && exported.status == 0, "\(exported.errors)")
        let listed = try Program.run(["shots", Fixtures.path(clip), "--quiet", "--shots", list])
        #expect(listed.status == 0, "\(listed.errors)")
        #expect(try Self.starts(listed) == [0] + Fixtures.truth(clip).cuts)
    }

    @Test func otherFaults() throws {
        let film = Fixtures.path("cuts.mp4")
        for (arguments, status, message) in [
            ([film, "--shots", "/nowhere/list.csv"], Int32(66), "No such file"),
            (["/nowhere/film.mp4"], 66, "No such file"),
            ([film, "--output", "/nowhere/x"], 73, "--output"),
            ([film, "--stats", "/nowhere/x"], 73, "--stats"),
            ([Fixtures.path("audio_only.mp4")], 65, "no video"),
        ] {
            let outcome = try Program.run(["shots"] + arguments)
            #expect(outcome.status == status && outcome.errors.contains(message), "\(outcome.errors)")
            #expect(outcome.errorLines.count == 1)
        }
        for arguments in [
            [], ["-", "--shots", "-"], ["a", "--shots", "b", "--stats", "c"], ["a", "--to", "xml"],
            ["a", "--min-shot", "0"], ["a", "--provisional", "--to", "csv"], ["a", "--sound", "--to", "csv"],
            ["a", "--provisional", "--shots", "b"], ["a", "--threads", "99"],
        ] {
            #expect(try Program.run(["shots"] + arguments).status == 64, "\(arguments)")
        }
        let list = try Self.file("list.txt", "100\n390\n")
        let truncated = try Program.run(
            ["shots", Fixtures.path("truncated.mp4"), "--quiet", "--shots", list])
        #expect(truncated.status == 74 && truncated.errorLines.count == 1, "\(truncated.errors)")
        #expect(truncated.events.last?.fields["reason"] as? String == "damaged")
    }

    static let hasPySceneDetect = (try? Program.shell("python3 -c 'import scenedetect, cv2'").status) == 0

    /// PySceneDetect takes the table as its own, and writes the same one from it; and it reads the
    /// statistics.
    @Test(
        .enabled(if: hasPySceneDetect, "python3 with PySceneDetect is absent"),
        arguments: ["cuts.mp4", "ntsc.mp4", "dissolve.mp4"])
    func pySceneDetectReadsBack(clip: String) throws {
        let folder = Scratch.path("scenedetect").path
        let film = Fixtures.path(clip)
        let made = try Program.shell(
            """
            mkdir '\(folder)' && cd '\(folder)'
            scened shots '\(film)' --to csv --quiet --stats stats.csv --output ours.csv
            python3 -m scenedetect -q -i '\(film)' load-scenes -i ours.csv list-scenes -f theirs.csv --skip-cuts
            python3 - <<'END'
            from scenedetect.stats_manager import StatsManager
            manager = StatsManager(base_timecode=0)
            count = manager.load_from_csv("stats.csv")
            row = manager.get_metrics(1, ["luma_difference", "cut"])
            assert all(isinstance(value, float) for value in row), row
            print(count)
            END
            """)
        #expect(made.status == 0, "\(made.errors)")
        #expect(made.lines.last.flatMap { Int($0) } == (try Fixtures.truth(clip)).frames)
        let ours = try String(contentsOfFile: folder + "/ours.csv", encoding: .utf8)
        let theirs = try String(contentsOfFile: folder + "/theirs.csv", encoding: .utf8)
        #expect(ours == theirs)
    }
}
