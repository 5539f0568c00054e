import Foundation
import TestSupport
import Testing

/// What is said of a wrong command line: the form that is wanted, the usage of the right command, what to do
/// instead.
@Suite struct UsageTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var arguments: [String]
        /// What the first line says.
        var message: String
        /// How the usage begins.
        var usage = "Usage: scened segment "
        var testDescription: String { arguments.joined(separator: " ") }
    }

    static let cases: [Case] = [
        // Numbers: the form, and negative ones.
        Case(
            arguments: ["segment", "a", "--deadline", "20x"], message: "such as 20, 0.4, 20s, 1m30s or 1:30"),
        Case(
            arguments: ["segment", "a", "--min-scene", "1:70"], message: "such as 20, 0.4, 20s, 1m30s or 1:30"
        ),
        Case(
            arguments: ["segment", "a", "--min-scene", "1s1m"], message: "such as 20, 0.4, 20s, 1m30s or 1:30"
        ),
        Case(arguments: ["segment", "a", "--threshold", "0,4"], message: "one number, such as 2 or 0.4"),
        Case(arguments: ["segment", "a", "--neighbors", "4.5"], message: "whole number, such as 8"),
        Case(
            arguments: ["segment", "a", "--deadline", "-5"],
            message: "--deadline takes 0.001 to 86400 seconds"),
        Case(
            arguments: ["segment", "a", "--deadline", "1e8"],
            message: "--deadline takes 0.001 to 86400 seconds"),
        Case(
            arguments: ["segment", "a", "--deadline", "1e300"], message: "a duration is seconds or has units"),
        Case(arguments: ["segment", "a", "--threshold", "nan"], message: "it is one number"),
        Case(
            arguments: ["split", "a", "b", "--output", "c", "--longer-than", "nan"],
            message: "a duration is seconds or has units", usage: "Usage: scened split "),
        Case(
            arguments: ["split", "a", "b", "--output", "c", "--json"], message: "--json prints the list",
            usage: "Usage: scened split "),
        Case(
            arguments: ["catalogue", "a", "--page", "b.html", "--limit", "1"],
            message: "--page holds all scenes", usage: "Usage: scened catalogue "),
        Case(arguments: ["segment", "a", "--threads", "-1"], message: "--threads takes 0 to 64"),
        Case(
            arguments: ["segment", "a", "--blocks", "--block-delay", "inf"],
            message: "a duration is seconds or has units"),
        Case(
            arguments: ["segment", "a", "--blocks", "--block-delay", "1e9"],
            message: "--block-delay takes whole seconds, from 15 to 600"),
        Case(
            arguments: ["train", "pretrain", "a", "-o", "b.safetensors", "--tasks", "="],
            message: "The value '=' is invalid", usage: "Usage: scened train pretrain "),
        Case(
            arguments: ["watch", "a", "--stall-after", "10 s"], message: "a duration is seconds or has units",
            usage: "Usage: scened watch "),
        Case(
            arguments: ["evaluate", "--truth", "a", "--detected", "b", "--threshold", "-1"],
            message: "--threshold takes 0 to 1", usage: "Usage: scened evaluate scenes "),
        Case(
            arguments: ["train", "finetune", "a", "-o", "b.safetensors", "--rate", "0,01"],
            message: "one number",
            usage: "Usage: scened train finetune "),
        // Found out when the command runs: still its own usage.
        Case(arguments: ["segment", "a", "--deadline", "1"], message: "give at least 5.2 s"),
        Case(
            arguments: ["watch", "a", "--deadline", "1"], message: "give at least 5.2 s",
            usage: "Usage: scened watch "),
        // Contradictions.
        Case(
            arguments: ["segment", "a", "--split", "none", "--split-after", "5"],
            message: "--split none never splits"),
        Case(arguments: ["segment", "a", "--split", "none", "--intra-shot"], message: "leave one out"),
        Case(
            arguments: ["segment", "a", "--split", "foo"], message: "it is one of thirds, ticks, none"),
        Case(
            arguments: ["segment", "a", "--threshold", "0.4", "--scenes-per-hour", "40"],
            message: "leave one out"),
        Case(
            arguments: ["segment", "a", "--provisional", "--events", "scene"],
            message: "which --events leaves out"),
        Case(
            arguments: ["watch", "a", "--provisional", "--events", "scene"],
            message: "which --events leaves out",
            usage: "Usage: scened watch "),
        Case(
            arguments: ["segment", "a", "--no-cues", "--events", "cue,scene"],
            message: "--events cue asks for what --no-cues leaves out"),
        Case(
            arguments: ["watch", "a", "--no-cues", "--events", "cue"],
            message: "--events cue asks for what --no-cues leaves out", usage: "Usage: scened watch "),
        Case(
            arguments: ["segment", "a", "--blocks", "--events", "boundary,score"],
            message: "--blocks adds to block and scene events, which --events leaves out"),
        Case(
            arguments: ["watch", "a", "--blocks", "--events", "shot"],
            message: "--blocks adds to block and scene events, which --events leaves out",
            usage: "Usage: scened watch "),
        Case(
            arguments: ["segment", "a", "--sound", "--events", "scene"],
            message: "--sound adds to shot events, which --events leaves out: add shot"),
        Case(
            arguments: ["watch", "a", "--sound", "--events", "scene", "--scores"],
            message: "--sound adds to shot events, which --events leaves out: add shot",
            usage: "Usage: scened watch "),
        Case(
            arguments: ["segment", "a", "--genre-shares", "--events", "scene"],
            message: "--genre-shares adds to shot events, which --events leaves out: add shot"),
        Case(
            arguments: ["score", "a", "--genre-shares", "--events", "scene"],
            message: "--genre-shares adds to shot events, which --events leaves out: add shot",
            usage: "Usage: scened score "),
        Case(
            arguments: ["embed", "a", "-o", "a.npz", "--split", "none", "--split-after", "5"],
            message: "--split none never splits", usage: "Usage: scened embed "),
        Case(
            arguments: ["score", "a", "--threshold", "0.4", "--scenes-per-hour", "40"],
            message: "leave one out",
            usage: "Usage: scened score "),
        Case(
            arguments: ["segment", "a", "--events", "scenes"],
            message: "'scenes' is not an event type; known:"),
        Case(
            arguments: ["events", "--events", "shot,"], message: "'' is not an event type",
            usage: "Usage: scened events "),
        Case(arguments: ["/", "/proc"], message: "one film at a time, and '/proc' is another"),
        Case(
            arguments: ["export", "a", "--to", "webvtt", "--fcm", "none"],
            message: "--fcm changes nothing in webvtt; leave it out, or export edl, resolve",
            usage: "Usage: scened export "),
        Case(
            arguments: ["export", "a", "--to", "webvtt,edl"], message: "2 formats need a folder",
            usage: "Usage: scened export "),
        Case(
            arguments: ["export", "a", "--to", "webvtt", "--live"], message: "--live replaces files",
            usage: "Usage: scened export "),
        Case(
            arguments: ["export", "a", "--to", "youtube", "--live", "-o", "b"],
            message: "youtube needs the end of the stream", usage: "Usage: scened export "),
        Case(
            arguments: ["export", "a", "--to", "edl", "--rate", "25fps"],
            message: "--rate takes frames a second, such as 25, 23.976 or 30000/1001",
            usage: "Usage: scened export "),
        Case(
            arguments: ["export", "a", "--to", "edl", "--start-timecode", "1:00"],
            message: "--start-timecode takes a timecode", usage: "Usage: scened export "),
        Case(
            arguments: ["adbreaks", "a", "--every", "0", "--window", "1"],
            message: "--every takes 1 to 1000000 seconds", usage: "Usage: scened adbreaks "),
        // Commands that are none.
        Case(arguments: ["film.mp4", "--quiet", "--verbose"], message: "exclude each other"),
        Case(
            arguments: ["shots", "a", "--json", "--to", "csv"], message: "name two formats",
            usage: "Usage: scened shots "),
        Case(arguments: ["run"], message: "name one configuration file", usage: "Usage: scened run "),
        Case(
            arguments: ["events", "--state", "/a", "--socket", "/b"], message: "name two places",
            usage: "Usage: scened events "),
        Case(
            arguments: ["segmnt", "film.mp4"], message: "did you mean 'segment'",
            usage: "Usage: scened <subcommand>"),
        Case(
            arguments: ["frobnicate"], message: "neither a command nor a file; commands are segment, shots, ",
            usage: "Usage: scened <subcommand>"),
        Case(
            arguments: ["model", "imprt"], message: "did you mean 'import'",
            usage: "Usage: scened model <subcommand>"),
        Case(
            arguments: ["train", "a.npz"], message: "choose finetune, pretrain",
            usage: "Usage: scened train <subcommand>"),
    ]

    @Test(arguments: cases)
    func wrongUsage(_ testCase: Case) throws {
        let outcome = try Program.run(testCase.arguments)
        #expect(outcome.status == 64 && outcome.output.isEmpty)
        let first = outcome.errorLines.first ?? ""
        #expect(first.hasPrefix("Error: ") && first.contains(testCase.message), "\(outcome.errors)")
        let usage = outcome.errorLines.first { $0.hasPrefix("Usage: ") } ?? ""
        #expect((usage + " ").hasPrefix(testCase.usage), "\(outcome.errors)")
    }

    /// Help and version are no misses, nor is a subcommand that is left out where one is meant.
    @Test(arguments: [
        ["--help"], ["help", "segment"], ["--version"], ["model", "--help"], ["evaluate", "--help"], [],
    ])
    func helpIsGiven(arguments: [String]) throws {
        let outcome = try Program.run(arguments)
        #expect(outcome.status == 0 && !outcome.output.isEmpty, "\(outcome.errors)")
    }

    /// Spaces behind commas are no part of a name.
    @Test func typesWithSpaces() throws {
        let film = Fixtures.path("cuts.mp4")
        let spaced = try Program.run(["segment", film, "--quiet", "--events", "scene, stream_end"])
        #expect(spaced.status == 0, "\(spaced.errors)")
        #expect(Set(spaced.events.map(\.type)) == ["scene", "stream_end"])
    }

    @Test(arguments: [
        ("segment", ["--model", "relational"], Int32(66), "is builtin:relational"),
        ("segment", ["--model", "@cuts.mp4"], 65, "this is not a model file"),
        ("segment", ["--model", "@text.txt"], 65, "this is not a model file"),
    ])
    func models(command: String, options: [String], status: Int32, message: String) throws {
        let options = options.map { $0.hasPrefix("@") ? Fixtures.path(String($0.dropFirst())) : $0 }
        let outcome = try Program.run([command, Fixtures.path("cuts.mp4")] + options)
        #expect(outcome.status == status && outcome.errorLines.count == 1, "\(outcome.errors)")
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }

    /// A recording that was cut short before its index was written.
    @Test func moviesWithoutTheirIndex() throws {
        let file = try Scratch.file("cut.mp4")
        let bytes = try Data(contentsOf: URL(filePath: Fixtures.path("cuts_moov_last.mp4")))
        try bytes.prefix(bytes.count / 2).write(to: file)
        let outcome = try Program.run(["segment", file.path])
        #expect(outcome.status == 66 && outcome.errorLines.count == 1)
        #expect(outcome.errors.contains("without its index"), "\(outcome.errors)")
    }

    /// FFmpeg opens no key of a playlist on disk whose file is not named as video is.
    @Test func aPlaylistWhoseKeyIsAFile() throws {
        let folder = try Fixtures.film(
            "keyed",
            """
            mkdir "$1"; cd "$1"; printf 0123456789abcdef >k.key; printf 'k.key\\nk.key\\n' >k.info
            ffmpeg -nostdin -v error -f lavfi -i testsrc2=s=128x72:r=25:d=1 -c:v libx264 -preset ultrafast \\
                -f hls -hls_key_info_file k.info all.m3u8
            """)
        let outcome = try Program.run(["shots", folder.path + "/all.m3u8"])
        #expect(outcome.status == 66 && outcome.errorLines.count == 1, "\(outcome.errors)")
        #expect(outcome.errors.contains("-allowed_extensions ALL"), "\(outcome.errors)")
    }

    /// Events without scenes: an empty list, and one line that says so.
    @Test(arguments: ["webvtt", "ffmetadata", "csv", "edl", "otio", "hls"])
    func exportOfShots(format: String) throws {
        let events = Scratch.path("shots.jsonl").path
        #expect(try Program.run(["shots", Fixtures.path("cuts.mp4"), "--quiet", "-o", events]).status == 0)
        let outcome = try Program.run(["export", events, "--to", format])
        #expect(outcome.status == 0 && outcome.errorLines.count == 1, "\(outcome.errors)")
        #expect(outcome.errors.contains("holds no scenes"))
    }

    /// A film without a command is segmented.
    @Test func aFilmAloneIsSegmented() throws {
        let film = Fixtures.path("cuts.mp4")
        let (alone, named) = (
            try Program.run([film, "--quiet"]), try Program.run(["segment", film, "--quiet"])
        )
        #expect(alone.status == 0 && Events.stable(alone.lines) == Events.stable(named.lines))
        for spelled in ["//" + film.drop { $0 == "/" }, "file:" + film, "file://" + film] {
            #expect(try Program.run([spelled, "--quiet"]).status == 0, "\(spelled)")
        }
        let missing = try Program.run(["nowhere/film.mp4"])
        #expect(missing.status == 66 && missing.errorLines.count == 1, "\(missing.errors)")
    }

    @Test(arguments: [
        ("2", 2.0), ("2s", 2), ("0.5", 0.5), ("500ms", 0.5), ("1m30", 90), ("1m30s", 90), ("1h1m1s", 3661),
        ("1:30", 90), ("1:02:03.5", 3723.5),
    ])
    func durations(text: String, seconds: Double) throws {
        let outcome = try Program.run(["segment", Fixtures.path("cuts.mp4"), "--quiet", "--min-scene", text])
        let options = outcome.events.first?.fields["options"] as? [String: Any]
        #expect(options?["min_scene"] as? Double == seconds, "\(outcome.errors)")
    }

    /// What a person at a terminal sees. `script` gives the program a terminal.
    private func onATerminal(_ command: String) throws -> [String] {
        let outcome = try Program.shell("script -qefc \"\(command)\" /dev/null < /dev/null")
        #expect(outcome.status == 0)
        // Whatever was drawn before a text on its line has been taken away.
        return outcome.output.split(whereSeparator: \.isNewline).map {
            $0.components(separatedBy: "\u{1b}[K").last ?? ""
        }
    }

    private static let hasTerminals = (try? Program.shell("command -v script").status) == 0

    @Test(.enabled(if: hasTerminals, "script (util-linux) is absent"))
    func terminalsShowTables() throws {
        let film = Fixtures.path("cuts.mp4")
        let scenes = try onATerminal("scened '\(film)' --min-scene 1")
        let row = /^ +1 +0:00:00\.000 +0:00:[0-9.]+ +[0-9a-z.]+$/
        #expect(scenes.contains("scene         start        length     score"), "\(scenes)")
        #expect(scenes.contains { $0.contains(row) } && !scenes.contains { $0.contains("{") })
        let shots = try onATerminal("scened shots '\(film)'")
        #expect(shots.contains { $0.contains(/^ +1 +0:00:00\.000 +0:00:[0-9.]+  start$/) }, "\(shots)")
        let watched = try onATerminal("scened watch '\(film)' --min-scene 1")
        #expect(
            watched.contains { $0.contains(row) } && watched.contains { $0.hasSuffix("ended: end") },
            "\(watched)")
    }

    @Test(
        .enabled(if: hasTerminals, "script (util-linux) is absent"), arguments: ["segment", "shots", "watch"])
    func terminalsShowEventsOnRequest(command: String) throws {
        let shown = try onATerminal("scened \(command) '\(Fixtures.path("cuts.mp4"))' --json")
        let events = shown.filter { $0.contains("{\"v\":1") }
        #expect(events.count > 10 && events.allSatisfy { $0.hasPrefix("{\"v\":1") }, "\(events)")
    }

    /// How far a run is, of how much.
    @Test(.enabled(if: hasTerminals, "script (util-linux) is absent"))
    func progressHasAnEnd() throws {
        let outcome = try Program.shell(
            "script -qefc \"scened '\(try Films.scenes().path)' --output /dev/null\" /dev/null < /dev/null")
        #expect(
            outcome.output.contains(/\d+ %  0:\d\d:\d\d\.\d{3}  [0-9.]+x/),
            "\(outcome.output.suffix(300).debugDescription)")
    }

    /// A film that is too short for a rate of scenes: one line that says so, with a threshold.
    @Test func scenesPerHourOfShortFilms() throws {
        let film = try Films.scenes().path
        let outcome = try Program.run(["segment", film, "--scenes-per-hour", "150"])
        let line = try #require(outcome.errorLines.last)
        #expect(
            line.contains("--scenes-per-hour is for hours of video; for about 3 here: --threshold 0."),
            "\(line)")
        let threshold = try #require(line.split(separator: " ").last.map(String.init))
        let again = try Program.run(["segment", film, "--threshold", threshold, "--quiet"])
        #expect(again.events.count { $0.type == "scene" } == 3)
    }

    /// Swift that cannot run says why, in `scripts/setup` and so in `scripts/run`.
    @Test func setupTellsWhySwiftCannotRun() throws {
        let folder = try Scratch.emptyFolder()
        let reason =
            "swift: error while loading shared libraries: libncurses.so.6: cannot open shared object file"
        let swift = folder.appending(path: "swift")
        try Data("#!/bin/sh\necho '\(reason)' >&2\nexit 127\n".utf8).write(to: swift)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: swift.path)
        for script in ["setup", "run"] {
            let outcome = try Program.shell(
                "PATH='\(folder.path)':\"$PATH\" '\(Program.repository.path)/scripts/\(script)'")
            #expect(outcome.status == 1, "\(outcome.errors)")
            #expect(
                outcome.errors.contains("libncurses.so.6") && outcome.errorLines.count == 1,
                "\(outcome.errors)")
        }
    }
}
