import Foundation
import TestSupport
import Testing

/// Surprise, novelty and the alarm of the built program: `segment`, `score`, `embed` and `watch`.
@Suite struct SurpriseCommandTests {
    private static let parts = ["--split", "ticks", "--split-after", "1"]

    /// A minute of a test picture, and such a one in which the Mandelbrot set is on from second 50 on.
    private static func usual() throws -> String {
        try Fixtures.film(
            "surprise_usual.mp4",
            "ffmpeg -nostdin -v error -f lavfi -i testsrc2=s=160x90:r=10:d=60,hue=h=6*t -c:v libx264 -g 10 "
                + "-pix_fmt yuv420p \"$1\""
        ).path
    }
    private static func new() throws -> String {
        try Fixtures.film(
            "surprise_new.mp4",
            "ffmpeg -nostdin -v error -f lavfi -i testsrc2=s=160x90:r=10:d=50,hue=h=6*t -f lavfi "
                + "-i mandelbrot=s=160x90:r=10 -filter_complex "
                + "'[1:v]trim=duration=50,setpts=PTS-STARTPTS[m];[0:v][m]concat=n=2:v=1' "
                + "-c:v libx264 -g 10 -pix_fmt yuv420p \"$1\""
        ).path
    }

    /// Ten usual minutes, and one of the set.
    private static func late() throws -> String {
        try Fixtures.film(
            "surprise_late.mp4",
            "ffmpeg -nostdin -v error -f lavfi -i testsrc2=s=160x90:r=10:d=600,hue=h=6*t -f lavfi "
                + "-i mandelbrot=s=160x90:r=10 -filter_complex "
                + "'[1:v]trim=duration=60,setpts=PTS-STARTPTS[m];[0:v][m]concat=n=2:v=1' "
                + "-c:v libx264 -g 10 -pix_fmt yuv420p \"$1\""
        ).path
    }

    /// Trained on the usual minute, made once.
    private static let made: (model: String, embeddings: String, errors: String) = {
        let (folder, model) = (Scratch.path("usual").path, Scratch.path("usual.safetensors").path)
        let embeddings = Scratch.path("new.npz").path
        var errors = ""
        func run(_ arguments: [String]) {
            let outcome = try? Program.run(arguments)
            if outcome?.status != 0 { errors += outcome?.errors ?? "not run" }
        }
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        run(["embed", (try? usual()) ?? "", "--quiet", "--output", folder + "/usual.npz"] + parts)
        run(
            [
                "train", "contextualizer", folder, "--output", model, "--held-out", "0", "--width", "16",
                "--heads", "2", "--layers", "1", "--batch", "16", "--epochs", "4", "--reference", "48",
                "--quiet",
            ])
        run(
            ["embed", (try? new()) ?? "", "--quiet", "--output", embeddings, "--surprise", model] + parts)
        return (model, embeddings, errors)
    }()

    private struct Line: Decodable {
        struct Part: Decodable {
            var surprise: Double?
            var novelty: Double?
        }
        struct Place: Decodable { var t: Double }
        var type: String
        var parts: [Part]?
        var at: Place?
        var state: String?
        var level: Double?
        var limit: Double?
    }

    private static func lines(_ outcome: Program.Outcome) throws -> [Line] {
        try outcome.lines.map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
    }

    /// The first parts have no surprise, all have a novelty; the alarm comes while the set is on, once, and
    /// the same in a film, in its embeddings, and in a feed that is read from a file.
    @Test func toldAlikeEverywhere() throws {
        let (model, embeddings, errors) = Self.made
        #expect(errors.isEmpty, "\(errors)")
        let options = ["--surprise", model, "--quiet", "--threads", "1"]
        let segmented = try Program.run(["segment", try Self.new()] + Self.parts + options)
        #expect(segmented.status == 0, "\(segmented.errors)")
        try Schema.check(segmented)
        let lines = try Self.lines(segmented)
        let parts = lines.flatMap { $0.parts ?? [] }
        #expect(parts.count > 90 && parts.prefix(4).allSatisfy { $0.surprise == nil })
        #expect(parts.dropFirst(4).allSatisfy { $0.surprise != nil })
        #expect(parts.allSatisfy { $0.novelty.map { 0...20 ~= $0 } == true })
        let told = lines.filter { $0.type == "novelty" }
        #expect(told.count == 1 && told.first?.state == "new")
        let (place, level, limit) = (told[0].at?.t ?? 0, told[0].level ?? 0, told[0].limit ?? 0)
        #expect(50..<90 ~= place && level > limit, "\(place) \(level) \(limit)")
        let log = Scratch.path("novelty.jsonl")
        try segmented.output.write(to: log, atomically: true, encoding: .utf8)
        let checked = try Program.run(["events", "check", log.path])
        #expect(checked.status == 0, "\(checked.output) \(checked.errors)")

        let scored = try Program.run(["score", embeddings, "--surprise", model, "--quiet"])
        #expect(scored.status == 0, "\(scored.errors)")
        func answers(_ outcome: Program.Outcome) -> [String] {
            outcome.lines.filter { $0.contains(#""type":"shot""#) || $0.contains(#""type":"novelty""#) }
                .map {
                    $0.replacingOccurrences(of: "\"seq\":[0-9]+", with: "", options: .regularExpression)
                }
        }
        #expect(answers(scored) == answers(segmented))
        let watched = try Program.run(["watch", try Self.new(), "--split-after", "1"] + options)
        #expect(watched.status == 0, "\(watched.errors)")
        #expect(answers(watched) == answers(segmented))
        // Without the option nothing of it is there, and the rest is the same.
        let plain = try Program.run(
            ["segment", try Self.new(), "--quiet", "--threads", "1"] + Self.parts)
        #expect(!plain.output.contains("\"surprise\":") && !plain.output.contains("\"novelty"))
        func scenes(_ outcome: Program.Outcome) -> [String] {
            outcome.lines.filter { $0.contains(#""type":"scene""#) }.map {
                $0.replacingOccurrences(of: "\"seq\":[0-9]+", with: "", options: .regularExpression)
            }
        }
        #expect(scenes(plain) == scenes(segmented) && !scenes(plain).isEmpty)
    }

    /// With a window the film's own past says what is new: nothing for a quarter of it, then the set. The
    /// same in a film, in its embeddings, and in a feed that is read from a file; and with a contextualizer,
    /// which then tells of parts alone.
    @Test func byItsOwnPast() throws {
        let (model, _, errors) = Self.made
        #expect(errors.isEmpty, "\(errors)")
        let options = ["--novelty-window", "30m", "--quiet", "--threads", "1"]
        let segmented = try Program.run(["segment", try Self.late()] + Self.parts + options)
        #expect(segmented.status == 0, "\(segmented.errors)")
        try Schema.check(segmented)
        #expect(segmented.lines.first?.contains(#""novelty_window":1800.000000"#) == true)
        let told = try Self.lines(segmented).filter { $0.type == "novelty" }
        #expect(told.allSatisfy { ($0.at?.t ?? 0) >= 450 })
        #expect(told.contains { $0.state == "new" && 600..<660 ~= $0.at?.t ?? 0 }, "\(told)")
        #expect(!segmented.output.contains(#""surprise""#) && !segmented.output.contains(#""novelty":"#))

        func answers(_ outcome: Program.Outcome) -> [String] {
            outcome.lines.filter { $0.contains(#""type":"novelty""#) }.map {
                $0.replacingOccurrences(of: "\"seq\":[0-9]+", with: "", options: .regularExpression)
            }
        }
        let embeddings = Scratch.path("late.npz").path
        let embedded = try Program.run(
            ["embed", try Self.late(), "--quiet", "--output", embeddings] + Self.parts)
        #expect(embedded.status == 0, "\(embedded.errors)")
        let scored = try Program.run(["score", embeddings] + options.dropLast(2))
        #expect(scored.status == 0, "\(scored.errors)")
        #expect(answers(scored) == answers(segmented))
        let watched = try Program.run(["watch", try Self.late(), "--split-after", "1"] + options)
        #expect(watched.status == 0, "\(watched.errors)")
        #expect(answers(watched) == answers(segmented))
        let both = try Program.run(["score", embeddings, "--surprise", model] + options.dropLast(2))
        #expect(both.status == 0, "\(both.errors)")
        #expect(answers(both) == answers(segmented) && both.output.contains(#""surprise":"#))
    }

    /// The key of the configuration has the option's range, and needs no contextualizer.
    @Test func windowOfTheService() throws {
        let (model, _, _) = Self.made
        let cases: [(keys: String, status: Int32, text: String)] = [
            ("novelty-window: 14400\n    novelty-rate: 0.02", 0, ""),
            ("surprise: \(model)\n    novelty-window: 14400", 0, ""),
            ("novelty-window: 60", 78, "takes 1800 to 604800 seconds"),
            ("novelty-rate: 0.1", 78, "novelty-rate goes with surprise or novelty-window: set one, too"),
        ]
        try Refusals.checkConfigurations(of: try Self.new(), cases)
    }

    /// A feed of the service tells, by its own keys.
    @Test func aFeedOfTheServiceTells() throws {
        let (model, _, errors) = Self.made
        #expect(errors.isEmpty, "\(errors)")
        let site = try RunSite([("one", try Self.new())])
        let text = try String(contentsOf: site.file, encoding: .utf8)
        try (text + "\n    surprise: \(model)\n    novelty-rate: 0.02\n    split-after: 1\n")
            .write(to: site.file, atomically: true, encoding: .utf8)
        let run = try LiveRun(["run", "--config", site.file.path])
        let told = try run.next("one", "novelty")
        #expect(told.fields["state"] as? String == "new")
        run.send(signal: SIGTERM)
        #expect(try run.finish().status == 0, "\(run.said)")
        try Schema.check(lines: site.journal("one"))
    }

    /// `embed` writes what `segment` tells.
    @Test(.enabled(if: ExternalTool.hasPython)) func columnsOfEmbed() throws {
        let script = """
            import array, sys, zipfile
            def column(name):
                data = zipfile.ZipFile(sys.argv[1]).read(name + ".npy")
                return array.array("f", data[10 + int.from_bytes(data[8:10], "little"):])
            surprise, novelty = column("part_surprise"), column("part_novelty")
            assert len(surprise) == len(novelty) > 90
            assert list(surprise[:4]) == [-1] * 4 and min(surprise[4:]) >= 0 and min(novelty) >= 0
            assert sum(novelty[60:90]) > sum(novelty[10:40])
            """
        let check = try ExternalTool.run(["python3", "-c", script, Self.made.embeddings])
        #expect(check.status == 0, "\(check.errors)")
    }

    /// One line that says what to do.
    @Test func badInput() throws {
        let film = try Self.new()
        let (model, _, _) = Self.made
        let folder = try TrainRuns.films(2, labeled: false, scenes: 16).path
        let other = Scratch.path("other.safetensors").path
        let trained = try Program.run(
            ["train", "contextualizer", folder, "--output", other, "--epochs", "1", "--quiet"]
                + TrainContextualizerTests.small)
        #expect(trained.status == 0, "\(trained.errors)")
        let cases: [(arguments: [String], status: Int32, text: String)] = [
            (["segment", film, "--surprise", other], 65, "it takes embeddings of 8 numbers, these have 301"),
            (["embed", film, "--output", "x.npz", "--surprise", other], 65, "takes embeddings of 8 numbers"),
            (["segment", film, "--surprise", "/nowhere/m.safetensors"], 66, "/nowhere/m.safetensors"),
            (
                [
                    "segment", film, "--surprise",
                    Program.repository.appending(path: "fixtures/crn/k2.safetensors").path,
                ],
                65, "holds no contextualizer: give a file that scened train contextualizer made"
            ),
            (["segment", film, "--novelty-rate", "0.1"], 64, "--novelty-rate needs --surprise"),
            (
                ["watch", film, "--surprise", model, "--novelty-rate", "0.6"], 64,
                "--novelty-rate takes 0 to 0.5"
            ),
            (
                ["watch", film, "--novelty-window", "60"], 64,
                "--novelty-window takes 30 minutes to 7 days, such as 4h"
            ),
            (
                ["segment", film, "--novelty-window", "4h", "--events", "shot"], 64,
                "--novelty-window writes novelty events, which --events leaves out: add novelty"
            ),
            (
                ["segment", film, "--surprise", model, "--events", "scene"], 64,
                "--surprise adds to shot and novelty events, which --events leaves out"
            ),
        ]
        for (arguments, status, text) in cases {
            let outcome = try Program.run(arguments + ["--quiet"])
            #expect(
                outcome.status == status && outcome.errors.contains(text),
                "\(text): \(outcome.status) \(outcome.errors)")
            if status != 64 { #expect(outcome.errorLines.count == 1, "\(outcome.errors)") }
        }
    }
}
