import Foundation
import TestSupport
import Testing

/// `probe train` and `probe apply` of the built program: from examples to tags.
@Suite struct ProbeCommandTests {
    private struct Report: Decodable {
        struct Label: Decodable {
            var label: String
            var shown: Int
            var hidden: Int
            var recordings: Int
            var held_out: String
            var chance: Double
            var ap: Double
            var calibration_error: Double
        }
        struct Point: Decodable {
            var examples: Int
            var map: Double
        }
        struct Tables: Decodable {
            var labels: [Label]
            var learning_curve: [Point]?
        }
        var report: String
        var tables: Tables
        var notes: [String]
    }

    private struct Line: Decodable, Equatable {
        struct Tag: Decodable, Equatable {
            var label: String
            var probability: Double
        }
        var recording: String
        var scene: Int?
        var change: Int?
        var start: Double
        var end: Double?
        var tags: [Tag]
    }

    private func train(_ arguments: [String], _ probe: String) throws -> Report {
        let outcome = try Program.run(["probe", "train"] + arguments + ["--json", "--output", probe])
        try #require(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        return try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
    }

    private func apply(_ arguments: [String]) throws -> [Line] {
        let outcome = try Program.run(["probe", "apply"] + arguments)
        try #require(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        return try outcome.lines.map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
    }

    /// A probe of all examples; made once.
    private static let probe: String = {
        let probe = Scratch.path("colors.safetensors").path
        if let examples = try? ProbeFilms.write(ProbeFilms.examples) {
            _ = try? Program.run([
                "probe", "train", examples, ProbeFilms.folder, "--draws", "0", "--quiet", "--output", probe,
            ])
        }
        return probe
    }()

    /// Colors are told apart on recordings that were held out, and on a film that nobody labeled.
    @Test func teachesColors() throws {
        let probe = Scratch.path("taught.safetensors").path
        let examples = try ProbeFilms.write(["recording,start,end,label"] + ProbeFilms.examples)
        let report = try train([examples, ProbeFilms.folder, "--draws", "1"], probe)
        #expect(report.report == "probe" && report.tables.labels.map(\.label) == ["blue", "dark", "red"])
        for label in report.tables.labels {
            #expect(label.shown + label.hidden == 45 && label.recordings == 3, "\(label)")
            #expect(label.held_out == "recording" && label.ap > 0.95 && label.chance < 0.5, "\(label)")
            #expect(label.calibration_error < 0.2, "\(label)")
        }
        #expect(report.tables.learning_curve?.map(\.examples) == [11, 23, 34, 45])

        let lines = try apply([probe, ProbeFilms.folder + "/four.npz", "--events", ProbeFilms.events()])
        #expect(lines.map(\.scene) == (1...lines.count).map { $0 } && lines.last?.end == 30)
        var seen: Set<String> = []
        for line in lines {
            #expect(line.recording == "four" && line.tags.count == 3, "\(line)")
            #expect(line.tags.map(\.probability) == line.tags.map(\.probability).sorted(by: >))
            // Shots of two seconds.
            let shots = Int(line.start / 2 + 0.1)..<Int((line.end ?? 0) / 2 + 0.1)
            let shown = Set(shots.map { ProbeFilms.label(3, $0) })
            guard shown.count == 1, let wanted = shown.first else { continue }
            #expect(line.tags.first?.label == wanted && line.tags[0].probability > 0.5, "\(line)")
            seen.insert(wanted)
        }
        #expect(seen.count == 3, "\(lines)")
    }

    /// Equal examples give equal bytes, whatever their order and the folder; another seed gives others.
    @Test func equalBytes() throws {
        func bytes(_ lines: [String], _ more: [String]) throws -> Data {
            let probe = Scratch.path("bytes.safetensors").path
            _ = try train([ProbeFilms.write(lines)] + more + ["--draws", "0"], probe)
            return try Data(contentsOf: URL(filePath: probe))
        }
        let files = ["three", "two", "one"].map { "\(ProbeFilms.folder)/\($0).npz" }
        let first = try bytes(ProbeFilms.examples, [ProbeFilms.folder])
        #expect(try bytes(ProbeFilms.examples, [ProbeFilms.folder]) == first)
        #expect(try bytes(ProbeFilms.examples.reversed(), files) == first)
        #expect(try bytes(ProbeFilms.examples, files + ["--seed", "2"]) != first)
        #expect(try Data(contentsOf: URL(filePath: Self.probe)) == first)
    }

    /// A film is embedded first; several films come one after the other; unlikely labels are left out.
    @Test func filmsAndMinimum() throws {
        let (file, film) = (ProbeFilms.folder + "/four.npz", try #require(ProbeFilms.films["four"]))
        let wanted = try apply([Self.probe, file])
        #expect(wanted.count >= 1 && wanted.first?.start == 0)
        func unnamed(_ lines: [Line]) -> [Line] {
            lines.map {
                var line = $0
                line.recording = ""
                return line
            }
        }
        #expect(try unnamed(apply([Self.probe, film])) == unnamed(wanted))
        let both = try apply([Self.probe, file, ProbeFilms.folder + "/one.npz", "--minimum", "0.5"])
        #expect(Set(both.map(\.recording)) == ["four", "one"] && both.first?.recording == "four")
        #expect(both.allSatisfy { $0.tags.allSatisfy { $0.probability >= 0.5 } })
        #expect(
            both.filter { $0.recording == "four" }.map(\.tags)
                == wanted.map { $0.tags.filter { $0.probability >= 0.5 } })
        let output = Scratch.path("tags.jsonl").path
        let run = try Program.run(["probe", "apply", Self.probe, file, "--output", output])
        #expect(run.status == 0 && run.output.isEmpty)
        #expect(
            try String(contentsOf: URL(filePath: output), encoding: .utf8).split(separator: "\n").count
                == wanted.count)
    }

    /// A probe of four shots: where films turn blue.
    @Test func changesOfShot() throws {
        let turns = ["one", "two", "three"].enumerated().flatMap { number, name in
            (2...ProbeFilms.shots - 2).filter {
                ProbeFilms.label(number, $0) == "blue"
            }.map { "\(name),\(2 * $0),\(2 * $0 + 2),turn" }
        }
        #expect(turns.count >= 5)
        let probe = Scratch.path("turns.safetensors").path
        let report = try train(
            [ProbeFilms.write(turns), ProbeFilms.folder, "--draws", "0", "--preset", "boundary"], probe)
        let label = try #require(report.tables.labels.first)
        #expect(label.shown == turns.count && label.hidden > turns.count)
        let lines = try apply([probe, ProbeFilms.folder + "/three.npz"])
        #expect(lines.allSatisfy { $0.change != nil && $0.scene == nil && $0.tags.count == 1 })
        #expect(lines.map(\.change) == (1...lines.count).map { $0 } && lines.first?.start ?? 0 > 3)
        let events = try Program.run([
            "probe", "apply", probe, ProbeFilms.folder + "/four.npz", "--events", ProbeFilms.events(),
        ])
        #expect(events.status == 64 && events.errors.contains("leave --events out"))
    }

    /// What a reader has to know stands in the report.
    @Test func notes() throws {
        let one = ProbeFilms.examples.filter { $0.hasPrefix("one") }
        let probe = Scratch.path("one.safetensors").path
        let report = try train(
            [
                ProbeFilms.write(
                    one + [one[0]].map { $0.replacingOccurrences(of: ",0,", with: ",0:00,") }
                        + (0..<6).map { "one,\(2 * $0 + 1),\(2 * $0 + 2),not green" }
                        + (0..<6).map { "one,\(2 * $0),\(2 * $0 + 1),green" }),
                ProbeFilms.folder, "--draws", "0",
            ], probe)
        #expect(report.notes.contains("1 line repeats another and counts once"))
        #expect(report.notes.contains { $0.hasPrefix("all examples are of one recording") })
        let text = try Program.run([
            "probe", "train", ProbeFilms.write(ProbeFilms.examples), ProbeFilms.folder, "--draws", "1",
            "--output",
            probe,
        ])
        #expect(text.output.hasPrefix("Labels, each example judged by a network that did not see it\nlabel"))
        #expect(text.output.contains("note: probabilities hold where"), "\(text.output)")
    }

    /// A run tags its scenes as apply does, and nothing else in it changes.
    @Test func tagsOfARun() throws {
        let film = try #require(ProbeFilms.films["four"])
        let usual = ["segment", film, "--min-scene", "2", "--quiet"]
        let plain = try Program.run(usual)
        let tagged = try Program.run(usual + ["--probe", Self.probe])
        #expect(tagged.status == 0 && tagged.errors.isEmpty, "\(tagged.errors)")
        let scenes = tagged.events.filter { $0.type == "scene" }
        #expect(scenes.count > 1 && tagged.lines.count == plain.lines.count)
        for (with, without) in zip(tagged.lines, plain.lines).dropFirst() {
            let cut = with.replacing(#/,"tags":\[.*?\]/#, with: "")
            #expect(cut == without || with.contains("\"stream_end\""))
        }
        #expect(tagged.lines[0].contains(#/"probe":"[0-9a-f]{64}"/#))
        let events = Scratch.path("tagged.jsonl").path
        try Data(plain.output.utf8).write(to: URL(filePath: events))
        let applied = try Program.run([
            "probe", "apply", Self.probe, ProbeFilms.folder + "/four.npz", "--events", events,
        ])
        func tags(_ line: String) -> Substring? { line.firstMatch(of: #/"tags":\[.*?\]/#)?.0 }
        #expect(
            applied.lines.count == scenes.count && applied.lines.map(tags) == scenes.map(\.line).map(tags))
        #expect(scenes.allSatisfy { tags($0.line) != nil })
        // Not for this run.
        let image = try Program.run(usual + ["--probe", Self.probe, "--model", ImageModelTests.both])
        #expect(image.status == 65 && image.errorLines.count == 1 && image.errors.contains("taught with"))
        let absent = try Program.run(usual + ["--probe", "/nowhere"])
        #expect(absent.status == 66 && absent.output.isEmpty, "\(absent.errors)")
        #expect(try Program.run(usual + ["--probe", Self.probe, "--events", "boundary"]).status == 64)
    }

    /// A table for people, on a terminal.
    @Test(.enabled(if: ExternalTool.isThere("script"), "script is absent"))
    func tables() throws {
        let outcome = try Program.shell(
            "script -qec 'scened probe apply \(Self.probe) \(ProbeFilms.folder)/four.npz' /dev/null")
        let lines = outcome.output.split(whereSeparator: \.isNewline).map(String.init)
        #expect(lines.first == "four" && lines.count > 2, "\(lines)")
        #expect(
            lines.last?.wholeMatch(
                of: #/ +\d+ +0:00:\d\d\.\d{3} +0:00:\d\d\.\d{3}  (\w+ \d+ %, ){2}\w+ \d+ %/#) != nil,
            "\(lines)")
    }

    /// One line that says what to do, and the status that the pages name; nothing is left behind.
    @Test func badInput() throws {
        let folder = try Scratch.emptyFolder().path
        let clip = "\(folder)/clip.npz"
        _ = try Program.run(["embed", Fixtures.path("cuts.mp4"), "--quiet", "--output", clip])
        let image = "\(folder)/image.npz"
        _ = try Program.run([
            "embed", Fixtures.path("cuts.mp4"), "--quiet", "--model", ImageModelTests.both, "--output", image,
        ])
        let all = ProbeFilms.examples
        let torn = "\(folder)/torn.safetensors"
        let bytes = try Data(contentsOf: URL(filePath: Self.probe))
        try bytes.prefix(bytes.count - 10).write(to: URL(filePath: torn))
        let model = Program.repository.appending(path: "fixtures/crn/descriptor_k2.safetensors").path
        let files = ProbeFilms.folder
        func lines(_ lines: [String]) throws -> String { try ProbeFilms.write(lines) }
        let mixed = (0..<6).map { "image,\($0),\($0 + 1),red" }
        var cases: [(arguments: [String], status: Int32, text: String)] = []
        func refuse(_ arguments: [String], _ status: Int32, _ text: String) {
            cases.append((arguments, status, text))
        }
        try refuse(["train", lines([]), files], 65, "is empty")
        refuse(["train", "/nowhere.csv", files], 66, "/nowhere.csv")
        try refuse(["train", lines(all), "/nowhere"], 66, "/nowhere")
        try refuse(
            ["train", lines(all + ["five,0,1,red"]), files], 65,
            "examples.csv:46: no file of embed is called 'five'; there are four, one, three, two")
        try refuse(
            ["train", lines(all + ["one,100,110,red"]), files], 65, "examples.csv:46: one ends at 0:00:30.000"
        )
        try refuse(["train", lines(all + ["one,20,40,red"]), files], 65, "before 0:00:40.000")
        try refuse(["train", lines(all + ["one,20,10,red"]), files], 65, "examples.csv:46: it ends at 10")
        try refuse(["train", lines(all + ["one,nan,10,red"]), files], 65, "'nan' is not a time")
        try refuse(
            ["train", lines(all + ["one,0,2,not \(ProbeFilms.label(0, 0))"]), files], 65,
            "the opposite")
        try refuse(
            ["train", lines(all.filter { $0.hasSuffix("red") }), files], 65, "give examples of something else"
        )
        try refuse(["train", lines(Array(all.prefix(6))), files], 65, "and 5 are the fewest; give")
        try refuse(["train", lines(all), files, clip, "\(files)/one.npz", files], 0, "")
        try refuse(["train", lines(all + mixed), files, image], 65, "was embedded with another encoder")
        try refuse(["train", lines(all), model], 65, "no file of embed is called")
        try refuse(["train", lines(["descriptor_k2,0,1,x"]), model], 65, "scened embed")
        try refuse(
            ["train", lines(["one,0.9,3,x"]), files, "--preset", "boundary"], 65,
            "has no change of shot at 0:00:00.900")
        refuse(["apply", torn, clip], 65, "damaged or cut short")
        refuse(["apply", model, clip], 65, "but no probe")
        refuse(["apply", "/nowhere", clip], 66, "/nowhere")
        refuse(["apply", Self.probe, "/nowhere.npz"], 66, "No such file")
        refuse(["apply", Self.probe, image], 65, "it was taught with encoder descriptor-1")
        try refuse(
            ["apply", Self.probe, clip, "--events", ProbeFilms.events()], 65, "of the video that was embedded"
        )
        for (arguments, status, text) in cases {
            let output = "\(folder)/made"
            let outcome = try Program.run(["probe"] + arguments + ["--output", output, "--quiet"])
            #expect(
                outcome.status == status && (text.isEmpty || outcome.errors.contains(text)),
                "\(arguments): \(outcome.status) \(outcome.errors)")
            #expect(
                outcome.errorLines.count == (status == 0 ? 0 : 1) && outcome.output.isEmpty,
                "\(arguments): \(outcome.errors)")
            #expect(FileManager.default.fileExists(atPath: output) == (status == 0), "\(arguments)")
            try? FileManager.default.removeItem(atPath: output)
        }
        let examples = try lines(all)
        for arguments in [
            ["train", examples, files], ["train", examples, "--output", "x"],
            ["train", examples, files, "--output", examples],
            ["train", examples, files, "--output", "\(files)/one.npz"],
            ["train", examples, files, "--output", "\(folder)/x", "--preset", "nobody"],
            ["train", examples, files, "--output", "\(folder)/x", "--seed", "-1"],
            ["train", examples, files, "--output", "\(folder)/x", "--draws", "101"],
            ["apply", Self.probe], ["apply", Self.probe, clip, "--minimum", "2"],
            ["apply", Self.probe, clip, "--model", model],
            ["apply", Self.probe, clip, clip, "--events", "x"],
            ["apply", Self.probe, clip, "--output", Self.probe],
        ] {
            #expect(try Program.run(["probe"] + arguments).status == 64, "\(arguments)")
        }
        let unwritable = try Program.run([
            "probe", "train", examples, files, "--draws", "0", "--output", "/proc/nowhere/probe",
        ])
        #expect(unwritable.status == 73 && unwritable.errorLines.count == 1, "\(unwritable.errors)")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == [
                "clip.npz", "image.npz", "torn.safetensors",
            ])
    }
}
