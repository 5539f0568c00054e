import Foundation
import TestSupport
import Testing

/// `train scenes` of the built program, and indexes made with what it gives.
@Suite struct TrainScenesTests {
    /// Recordings of random scenes, as simple arrays, with a table that calls those of even and those of odd
    /// numbers alike.
    private static func archive(_ count: Int = 6) throws -> (folder: String, table: String) {
        let folder = try TrainRuns.films(count, labeled: false).path
        let table = Scratch.path("genres.csv").path
        let rows = (0..<count).map { "film\($0),\($0 % 2 == 0 ? "even" : "odd; any\($0)")" }
        try (["recording,genre"] + rows).joined(separator: "\n").write(
            toFile: table, atomically: true, encoding: .utf8)
        return (folder, table)
    }

    private static let small = [
        "--width", "16", "--heads", "2", "--layers", "1", "--batch", "4", "--pair-epochs", "1", "--steps",
        "24",
        "--window", "5",
    ]

    private static func train(_ arguments: [String]) throws -> Program.Outcome {
        try Program.run(["train", "scenes"] + arguments)
    }

    /// What it says, what it writes, and the same bytes for the same seed.
    @Test func trainsAndSaysWhatItGives() throws {
        let (folder, table) = try Self.archive()
        var files: [Data] = []
        for seed in ["1", "1", "2"] {
            let output = Scratch.path("scenes.safetensors").path
            let outcome = try Self.train(
                [folder, "--similar", table, "--output", output, "--seed", seed, "--held-out", "0.3"]
                    + Self.small)
            #expect(outcome.status == 0, "\(outcome.errors)")
            for text in ["held out: film", "the mean of the parts on the same scenes: P@1 ", "transformer-1"]
            {
                #expect(outcome.errors.contains(text), "\(outcome.errors)")
            }
            files.append(try TrainRuns.bytes(output))
            let metrics = try String(contentsOfFile: output + ".run/metrics.jsonl", encoding: .utf8)
            #expect(metrics.contains(#""stage":"recordings""#) && metrics.contains(#""stage":"scenes""#))
            #expect(metrics.contains(#""validation_p1":"#))
            #expect(!FileManager.default.fileExists(atPath: output + ".run/checkpoint.safetensors"))
            let verified = try Program.run(["model", "verify", output])
            #expect(verified.status == 0, "\(verified.errors)")
            let info = try Program.run(["model", "info", output])
            #expect(
                info.output.contains("transformer-1, 8 to 8, 16 wide, 1 layers, 2 heads"), "\(info.output)")
        }
        #expect(files[0] == files[1] && files[0] != files[2])
        let output = Scratch.path("none.safetensors").path
        let estimate = try Self.train(
            [folder, "--similar", table, "--output", output, "--estimate"] + Self.small)
        #expect(estimate.status == 0 && estimate.errors.contains(" steps, about "), "\(estimate.errors)")
        #expect(!FileManager.default.fileExists(atPath: output))
    }

    /// Stopped within the second stage, and gone on by the line that it says.
    @Test func stoppedAndResumed() throws {
        let (folder, table) = try Self.archive()
        let (whole, stopped) = (Scratch.path("whole.safetensors").path, Scratch.path("s.safetensors").path)
        let common = [folder, "--similar", table, "--quiet"] + Self.small + ["--steps", "4000"]
        #expect(try Self.train(common + ["--output", whole]).status == 0)
        let (process, errors) = try TrainRuns.start(["scenes"] + common + ["--output", stopped])
        try TrainRuns.wait(for: process, lines: 60, in: stopped + ".run/metrics.jsonl")
        kill(process.processIdentifier, SIGINT)
        process.waitUntilExit()
        #expect(process.terminationStatus == 130, "it was over before it was stopped")
        let said = try String(contentsOf: errors, encoding: .utf8)
        let line = try #require(said.components(separatedBy: "continue with: ").last)
        let resumed = try Program.shell(line)
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(try TrainRuns.bytes(stopped) == TrainRuns.bytes(whole))
        #expect(
            try TrainRuns.bytes(stopped + ".run/metrics.jsonl")
                == TrainRuns.bytes(whole + ".run/metrics.jsonl"))
    }

    /// One line that says what to do.
    @Test func badInput() throws {
        let (folder, table) = try Self.archive()
        func written(_ text: String) throws -> String {
            let file = Scratch.path("table.csv").path
            try text.write(toFile: file, atomically: true, encoding: .utf8)
            return file
        }
        let wide = try TrainRuns.films(1).path
        var random = SmallRandom(state: 3)
        try TinyFilm(scenes: 4, width: 9, using: &random).write(
            to: URL(fileURLWithPath: wide + "/wide.safetensors"), labeled: false)
        let cases: [(films: [String], table: String, status: Int32, text: String)] = [
            ([folder + "/film0.safetensors"], table, 65, "one recording is too few, 'film0'"),
            ([folder], try written(""), 65, "it is empty"),
            ([folder], try written("recording,similar\n"), 65, "no two recordings are similar"),
            (
                [folder], try written("recording,similar\nfilm0,film7\n"), 65,
                ":2: no recording is called 'film7'"
            ),
            ([folder], try written("film0,film1\n"), 65, "names no column 'recording'"),
            (
                [folder], try written("recording,similar,weight\nfilm0,film1,-1\n"), 65,
                "is not a number above 0"
            ),
            ([folder], try written("recording,similar\nfilm0\n"), 65, "1 values under 2 headings"),
            ([folder], "/nowhere/table.csv", 66, "/nowhere/table.csv"),
            ([wide], table, 65, "train on films of one encoder"),
            ([folder, folder], table, 65, "two files are called 'film0'"),
            (
                [folder], try written("recording,genre\n" + (0..<6).map { "film\($0),any\n" }.joined()), 65,
                "add some that are not"
            ),
        ]
        for (films, table, status, text) in cases {
            let output = Scratch.path("none.safetensors").path
            let outcome = try Self.train(
                films + ["--similar", table, "--output", output, "--quiet"] + Self.small)
            #expect(
                outcome.status == status && outcome.errorLines.count == 1 && outcome.errors.contains(text),
                "\(text): \(outcome.status) \(outcome.errors)")
            #expect(!FileManager.default.fileExists(atPath: output))
        }
        for arguments in [["--held-out", "1"], ["--width", "10", "--heads", "4"], ["--temperature", "0"]] {
            let outcome = try Self.train(
                [folder, "--similar", table, "--output", "a.safetensors"] + arguments)
            #expect(outcome.status == 64, "\(arguments)")
        }
    }

    /// From films to an index that needs no other file: `similar` finds the encoder in it, other weights are
    /// refused, and so are films that it cannot describe.
    @Test func indexWithATrainedEncoder() throws {
        let folder = try Scratch.emptyFolder().path
        let clip = try #require(Fixtures.path("cuts.mp4"))
        for (name, film) in [("film", try Films.scenes().path), ("clip", clip)] {
            let outcome = try Program.run(["embed", film, "--quiet", "--output", "\(folder)/\(name).npz"])
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        try FileManager.default.copyItem(atPath: "\(folder)/clip.npz", toPath: "\(folder)/again.npz")
        let third = try Program.run(
            [
                "embed", try Films.scenes().path, "--quiet", "--speed", "fastest", "--output",
                "\(folder)/other.npz",
            ])
        #expect(third.status == 0)
        let table = "\(folder)/pairs.csv"
        try "recording,similar\nfilm,clip\n".write(toFile: table, atomically: true, encoding: .utf8)
        func model(_ seed: String) throws -> String {
            let output = "\(folder)/scenes\(seed).safetensors"
            let outcome = try Self.train(
                ["film", "clip", "other"].map { "\(folder)/\($0).npz" }
                    + [
                        "--similar", table, "--held-out", "0", "--output", output, "--seed", seed, "--rate",
                        "0.01",
                    ]
                    + Self.small + ["--quiet"])
            #expect(outcome.status == 0, "\(outcome.errors)")
            return output
        }
        let (first, second) = try (model("1"), model("2"))
        let index = "\(folder)/learned"
        let added = try Program.run(
            ["index", "add", index, "\(folder)/film.npz", "--scene-encoder", first])
        #expect(added.status == 0, "\(added.errors)")
        #expect(try TrainRuns.bytes(index + "/scene-encoder.safetensors") == TrainRuns.bytes(first))
        // The next ones need not name it; a mean index is another.
        #expect(try Program.run(["index", "add", index, "\(folder)/clip.npz"]).status == 0)
        let again = try Program.run(["index", "add", index, "\(folder)/film.npz", "--scene-encoder", first])
        #expect(again.output.contains("already in the index"), "\(again.output)")
        let info = try Program.run(["index", "info", index, "--json"])
        #expect(info.output.contains(#""scene_encoder":"transformer-1","scene_encoder_digest":""#))
        let found = try Program.run(["similar", "\(folder)/film.npz@0:03", "--index", index])
        #expect(found.status == 0 && !found.lines.isEmpty, "\(found.errors)")
        let indexed = try Program.run(["similar", "film@0:03", "--index", index])
        #expect(indexed.output == found.output)
        let mean = "\(folder)/mean"
        #expect(
            try Program.run(["index", "add", mean, "\(folder)/film.npz", "\(folder)/clip.npz"]).status == 0)
        let other = try Program.run(["similar", "\(folder)/film.npz@0:03", "--index", mean])
        #expect(other.status == 0 && other.output != found.output)
        for (arguments, status, text) in [
            (
                ["index", "add", index, "\(folder)/clip.npz", "--scene-encoder", second], 65,
                "was made with weights"
            ),
            (
                ["index", "add", mean, "\(folder)/clip.npz", "--scene-encoder", first], 65,
                "was made with mean-1"
            ),
            (
                ["index", "add", "\(folder)/new", "\(folder)/clip.npz", "--scene-encoder", table], 65,
                "not a model file"
            ),
            (
                ["index", "add", "\(folder)/new", "\(folder)/clip.npz", "--scene-encoder", "/nowhere"], 66,
                "/nowhere"
            ),
            (
                [
                    "index", "add", "\(folder)/new", "\(folder)/clip.npz", "--scene-encoder",
                    "builtin:relational",
                ], 65, "holds no scene encoder"
            ),
        ] as [([String], Int32, String)] {
            let outcome = try Program.run(arguments)
            #expect(
                outcome.status == status && outcome.errorLines.count == 1 && outcome.errors.contains(text),
                "\(arguments): \(outcome.status) \(outcome.errors)")
        }
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/new/index.json"))
        // Trained on embeddings of 8 numbers: no descriptor fits.
        let (films, genres) = try Self.archive()
        let narrow = "\(folder)/narrow.safetensors"
        #expect(
            try Self.train([films, "--similar", genres, "--output", narrow, "--quiet"] + Self.small).status
                == 0)
        let refused = try Program.run(
            ["index", "add", "\(folder)/new", "\(folder)/clip.npz", "--scene-encoder", narrow])
        #expect(
            refused.status == 65 && refused.errorLines.count == 1
                && refused.errors.contains("takes embeddings of 8"),
            "\(refused.errors)")
        // Another file in the place of the index's own.
        try TrainRuns.bytes(second).write(to: URL(fileURLWithPath: index + "/scene-encoder.safetensors"))
        let changed = try Program.run(["similar", "\(folder)/film.npz@0:03", "--index", index])
        #expect(
            changed.status == 65 && changed.errorLines.count == 1 && changed.errors.contains("are not those"),
            "\(changed.errors)")
        try FileManager.default.removeItem(atPath: index + "/scene-encoder.safetensors")
        let missing = try Program.run(["similar", "\(folder)/film.npz@0:03", "--index", index])
        #expect(missing.status == 66 && missing.errorLines.count == 1, "\(missing.errors)")
        #expect(try Program.run(["similar", "film@0:03", "--index", index]).output == found.output)
    }
}
