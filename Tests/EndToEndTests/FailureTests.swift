import Foundation
import TestSupport
import Testing

/// Bad input, bad usage and departing readers: the right exit status, one line, and nothing lost.
@Suite struct FailureTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var name: String
        var arguments: [String]
        var status: Int32
        /// What the one line on standard error must name.
        var message: String
        var testDescription: String { name }
    }

    static let refused = [
        Case(
            name: "absent", arguments: ["segment", "/nowhere/film.mp4"], status: 66, message: "No such file"),
        Case(name: "empty", arguments: ["segment", "@empty.mp4"], status: 66, message: "empty"),
        Case(name: "text", arguments: ["segment", "@text.txt"], status: 66, message: "not a video"),
        Case(name: "audio only", arguments: ["segment", "@audio_only.mp4"], status: 65, message: "no video"),
        Case(name: "cover art", arguments: ["segment", "@cover_audio.m4a"], status: 65, message: "no video"),
        Case(
            name: "no such stream", arguments: ["segment", "@cuts.mp4", "--stream", "7"], status: 64,
            message: "stream"),
        Case(
            name: "no such program", arguments: ["segment", "@programs.ts", "--program", "3"], status: 64,
            message: "7"),
        Case(
            name: "output in no folder", arguments: ["segment", "@cuts.mp4", "--output", "/nowhere/x.jsonl"],
            status: 73, message: "--output"),
        Case(
            name: "full device", arguments: ["segment", "@cuts.mp4", "--output", "/dev/full"], status: 73,
            message: "free space"),
        Case(
            name: "absent model", arguments: ["segment", "@cuts.mp4", "--model", "/nowhere/m"], status: 66,
            message: "/nowhere/m"),
        Case(
            name: "model of another format", arguments: ["segment", "@cuts.mp4", "--model", "@text.txt"],
            status: 65,
            message: "not a model file"),
        Case(
            name: "export of nothing", arguments: ["export", "@empty.mp4", "--to", "csv"], status: 65,
            message: "empty"),
        Case(
            name: "export of a video", arguments: ["export", "@cuts.mp4", "--to", "csv"], status: 65,
            message: "JSON"),
    ]

    @Test(arguments: refused)
    func refusesInOneLine(_ testCase: Case) throws {
        let outcome = try Program.run(testCase.arguments.map(Self.resolved))
        #expect(outcome.status == testCase.status, "\(outcome.errors)")
        #expect(outcome.errorLines.count == 1, "\(outcome.errors)")
        #expect(outcome.errors.localizedCaseInsensitiveContains(testCase.message), "\(outcome.errors)")
        #expect(!outcome.errors.contains("Fatal error"))
    }

    /// Names and contents of files neither end the line nor reach the terminal as they are.
    @Test(arguments: [
        ["segment", "/nowhere/a\nb\u{1b}[31m.mp4"], ["batch", "/nowhere/a\nb\u{1b}[31m", "-o", "/nowhere/r"],
        ["catalogue", "/nowhere/a\nb\u{1b}[31m"], ["shots", "/nowhere/a\nb\u{1b}[31m.mp4"],
        ["export", "/nowhere/a\nb\u{1b}[31m", "--to", "csv"],
    ])
    func namesThatAreNoLine(_ arguments: [String]) throws {
        let outcome = try Program.run(arguments)
        #expect(outcome.status == 66 && outcome.errorLines.count == 1, "\(outcome)")
        #expect(outcome.errors.contains(#"/nowhere/a\nb\x1b[31m"#), "\(outcome)")
        #expect(!outcome.errors.contains("\u{1b}"))
    }

    /// The same of what the parser of the command line quotes, alone or behind its option.
    @Test(arguments: [
        ["segment", "a", "--threshold", "1\n\u{1b}[31m2"], ["segment", "a", "--threshold=1\n\u{1b}[31m2"],
        ["segment", "a", "--split", "1\n\u{1b}[31m2"], ["sgment\n\u{1b}[31m2"],
        ["catalogue", "a", "--page", "p", "--of", "1\n\u{1b}[31m2"],
    ])
    func wordsThatAreNoLine(_ arguments: [String]) throws {
        let outcome = try Program.run(arguments)
        #expect(outcome.status == 64 && outcome.errorLines[0].contains(#"\n\x1b[31m"#), "\(outcome)")
        #expect(!outcome.errors.contains("\u{1b}"))
    }

    static let misused = [
        ["segment"], ["segment", "a", "--split", "halves"], ["segment", "a", "--threshold", "2"],
        ["segment", "a", "--neighbors", "0"], ["segment", "a", "--events", "boundary,sceen"],
        ["segment", "a", "--split", "thirds", "--deadline", "12"], ["segment", "a", "--deadline", "0.2"],
        ["segment", "a", "--deadline", "nan"], ["segment", "a", "--quiet", "--verbose"],
        ["segment", "a", "--peak", "2"],
        ["sgment", "a"],
        ["export", "a", "--to", "docx"], ["segment", "a", "--min-shot", "6"],
        ["segment", "a", "--scenes-per-hour", "0"],
    ]

    @Test(arguments: misused)
    func refusesWrongUsage(_ arguments: [String]) throws {
        let outcome = try Program.run(arguments)
        #expect(outcome.status == 64)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains("Error:") && outcome.errors.contains("Usage:"))
    }

    /// An MP4 whose index stands at its end cannot be read from a pipe: the error says so and what to do.
    @Test func indexAtEndThroughAPipe() throws {
        let outcome = try Program.shell("cat '\(Fixtures.path("cuts_moov_last.mp4"))' | scened segment -")
        #expect(outcome.status == 66)
        #expect(outcome.errorLines.count == 1)
        #expect(outcome.errors.contains("faststart"))
    }

    /// A file that breaks off: everything before the break is there, the stream is closed, the status says
    /// so.
    @Test(arguments: ["truncated.mp4"])
    func truncatedInputKeepsItsResults(_ clip: String) throws {
        let outcome = try Program.run(["segment", Fixtures.path(clip), "--quiet"])
        #expect(outcome.status == 74)
        #expect(outcome.errorLines.count == 1)
        try Schema.check(outcome)
        #expect(outcome.events.last?.type == "stream_end")
        #expect(outcome.events.last?.fields["reason"] as? String == "damaged")
        #expect(outcome.events.contains { $0.type == "shot" && $0.frame("end") == 205 })
    }

    /// Containers of which FFmpeg does not tell that they break off.
    @Test(arguments: ["cuts.mkv", "cuts.webm"])
    func filmsThatBreakOffAreDamaged(_ clip: String) throws {
        let path = try Scratch.file(clip).path
        let bytes = try Fixtures.bytes(clip)
        for share in [3, 2] {
            try Data(bytes.prefix(bytes.count * share / 4)).write(to: URL(fileURLWithPath: path))
            let file = try Program.run(["segment", path, "--quiet"])
            let piped = try Program.shell("scened segment - --quiet < <(cat '\(path)')")
            for outcome in [file, piped] {
                #expect(outcome.status == 74, "\(outcome.errors)")
                #expect(outcome.errorLines.count == 1)
                try Schema.check(outcome)
                #expect(outcome.events.last?.fields["reason"] as? String == "damaged")
            }
        }
    }

    /// Damage in the middle: it is counted, and the run goes on to the end.
    @Test(arguments: ["damaged.ts", "damaged.mp4", "damaged.mkv", "truncated.ts"])
    func damagedInputIsReadToItsEnd(_ clip: String) throws {
        let outcome = try Program.run(["segment", Fixtures.path(clip), "--quiet"])
        #expect(outcome.status == 0 || outcome.status == 74)
        #expect(outcome.errorLines.count <= 1)
        try Schema.check(outcome)
        #expect(outcome.events.filter { $0.type == "shot" }.count >= 2)
    }

    /// An AVI in which every tenth frame is a chunk without bytes, as recorders write for a picture that did
    /// not change.
    @Test func framesWithoutBytesAreNoFault() throws {
        let clip = Scratch.path("holes.avi")
        try Data(Self.emptyingFrames(of: Fixtures.bytes("cuts.avi"), every: 10)).write(to: clip)
        let outcome = try Program.run(["segment", clip.path, "--quiet"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        try Schema.check(outcome)
        let truth = try Fixtures.truth("cuts.avi")
        #expect(outcome.events.last { $0.type == "shot" }?.seconds("end") == Double(truth.frames) / 25)
        #expect(outcome.events.filter { $0.type == "shot" }.count == truth.cuts.count + 1)
    }

    /// The file without its index, and with the bytes of every `period`-th frame taken out.
    private static func emptyingFrames(of file: [UInt8], every period: Int) throws -> [UInt8] {
        let movie = try #require(file.firstRange(of: Array("movi".utf8)))
        var result = Array(file[..<movie.upperBound])
        var position = movie.upperBound
        var number = 0
        while position + 8 <= file.count, file[position..<position + 4].elementsEqual("00dc".utf8) {
            let size = (0..<4).reduce(0) { $0 | Int(file[position + 4 + $1]) << (8 * $1) }
            let end = min(position + 8 + size + size % 2, file.count)
            if number % period == period / 2 {
                result += Array("00dc".utf8) + [0, 0, 0, 0]
            } else {
                result += file[position..<end]
            }
            position = end
            number += 1
        }
        #expect(number > 100, "the file is laid out as expected")
        return result
    }

    @Test func onePictureIsAScene() throws {
        let clip = Scratch.path("one.mkv")
        _ = try Program.shell("ffmpeg -v error -f lavfi -i testsrc2=s=64x36 -frames:v 1 '\(clip.path)'")
        let outcome = try Program.run(["segment", clip.path, "--quiet"])
        #expect(outcome.status == 0)
        try Schema.check(outcome)
        #expect(outcome.events.filter { $0.type == "scene" }.count == 1)
        #expect(outcome.events.filter { $0.type == "boundary" }.isEmpty)
    }

    /// `| head -1`: the reader leaves, the program ends at once with the status that README promises,
    /// silently.
    @Test func readerLeaves() throws {
        let outcome = try Program.shell("scened segment '\(Fixtures.path("cuts.mp4"))' --quiet | head -1")
        #expect(outcome.status == 141)
        #expect(outcome.lines.count == 1)
        #expect(outcome.errors.isEmpty)
    }

    /// Ctrl-C and SIGTERM in the middle of a stream that never ends: what was found is written, the stream is
    /// closed.
    static let stops: [(Int32, Int32)] = [(SIGINT, 130), (SIGTERM, 143)]

    @Test(arguments: stops)
    func stopsWhenAsked(signal: Int32, status: Int32) throws {
        let run = try LiveRun(["segment", "-", "--quiet"])
        try run.write(try Data(contentsOf: URL(fileURLWithPath: Fixtures.path("cuts.ts"))))
        _ = try #require(run.event { $0.type == "shot" })
        run.send(signal: signal)
        let ending = try run.finish()
        #expect(ending.status == status)
        #expect(ending.errors.isEmpty)
        #expect(ending.remainder.isEmpty, "the last line is whole")
        #expect(run.events.last?.type == "stream_end")
        #expect(run.events.last?.fields["reason"] as? String == "interrupted")
        try Schema.check(lines: run.events.map(\.line))
    }

    /// A stop is heard while nothing arrives at all.
    @Test func stopsWhileWaitingForTheFirstByte() throws {
        let run = try LiveRun(["segment", "-"])
        // Before the handler stands, the default action ends the program with the same status.
        run.send(signal: SIGINT)
        let ending = try run.finish()
        #expect(ending.status == 130)
    }

    /// Names of clips carry an @.
    private static func resolved(_ argument: String) -> String {
        argument.hasPrefix("@") ? Fixtures.path(String(argument.dropFirst())) : argument
    }
}
