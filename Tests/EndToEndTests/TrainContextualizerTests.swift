import Foundation
import TestSupport
import Testing

/// `train contextualizer` and `train pretrain --tasks span` of the built program.
@Suite struct TrainContextualizerTests {
    static let small = [
        "--width", "16", "--heads", "2", "--layers", "1", "--batch", "16", "--reference", "32", "--queue",
        "64",
    ]

    static func archive(_ count: Int = 4) throws -> String {
        try TrainRuns.films(count, labeled: false, scenes: 16).path
    }

    private static func train(_ arguments: [String]) throws -> Program.Outcome {
        try Program.run(["train", "contextualizer"] + arguments)
    }

    /// What it says, what it writes, and the same bytes for the same seed.
    @Test func trainsAndSaysWhatItGives() throws {
        let folder = try Self.archive()
        var files: [Data] = []
        for seed in ["1", "1", "2"] {
            let output = Scratch.path("usual.safetensors").path
            let outcome = try Self.train(
                [folder, "--output", output, "--seed", seed, "--epochs", "4"] + Self.small)
            #expect(outcome.status == 0, "\(outcome.errors)")
            for text in [
                "held out: film", "is found first among 32 others: 0.", "by a copy of the part before 0.",
                "usual.safetensors: txe-1, sequences of 5 parts",
            ] { #expect(outcome.errors.contains(text), "\(outcome.errors)") }
            files.append(try TrainRuns.bytes(output))
            #expect(FileManager.default.fileExists(atPath: output + ".run/metrics.jsonl"))
            #expect(!FileManager.default.fileExists(atPath: output + ".run/checkpoint.safetensors"))
            let verified = try Program.run(["model", "verify", output])
            #expect(verified.status == 0, "\(verified.errors)")
            let info = try Program.run(["model", "info", output])
            #expect(
                info.output.contains(
                    "txe-1, 5 parts of 8 numbers, 16 wide, 1 layers, 2 heads, 32 of the archive"),
                "\(info.output)")
            let json = try Program.run(["model", "info", output, "--json"])
            #expect(json.output.contains(#""contextualizer":"txe-1","contextualizer_digest":""#))
        }
        #expect(files[0] == files[1] && files[0] != files[2])
        let output = Scratch.path("none.safetensors").path
        let estimate = try Self.train([folder, "--output", output, "--estimate"] + Self.small)
        #expect(estimate.status == 0 && estimate.errors.contains(" steps, about "), "\(estimate.errors)")
        #expect(!FileManager.default.fileExists(atPath: output))
    }

    /// Stopped, and gone on by the line that it says.
    @Test func stoppedAndResumed() throws {
        let folder = try Self.archive()
        let (whole, stopped) = (Scratch.path("whole.safetensors").path, Scratch.path("s.safetensors").path)
        let common = [folder, "--quiet", "--epochs", "300"] + Self.small
        #expect(try Self.train(common + ["--output", whole]).status == 0)
        let (process, errors) = try TrainRuns.start(["contextualizer"] + common + ["--output", stopped])
        try TrainRuns.wait(for: process, lines: 60, in: stopped + ".run/metrics.jsonl")
        kill(process.processIdentifier, SIGINT)
        process.waitUntilExit()
        #expect(process.terminationStatus == 130, "it was over before it was stopped")
        let said = try String(contentsOf: errors, encoding: .utf8)
        let line = try #require(said.components(separatedBy: "continue with: ").last)
        let resumed = try Program.shell(line)
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(try TrainRuns.bytes(stopped) == TrainRuns.bytes(whole))
    }

    /// Both losses, both samplings, videos, and the lowest temperature: each file can be read.
    @Test func otherWays() throws {
        let folder = try Self.archive(2)
        for options in [
            ["--loss", "squared"], ["--sampling", "discrepancy", "--tokens", "3"], ["--held-out", "0"],
            ["--temperature", "0.001"],
        ] {
            let output = Scratch.path("usual.safetensors").path
            let outcome = try Self.train(
                [folder, "--output", output, "--epochs", "2"] + Self.small + options)
            #expect(outcome.status == 0, "\(options): \(outcome.errors)")
            #expect(outcome.errors.contains("held out: none") == options.contains("--held-out"))
            let verified = try Program.run(["model", "verify", output])
            #expect(verified.status == 0, "\(options): \(verified.errors)")
        }
    }

    /// One line that says what to do.
    @Test func badInput() throws {
        let folder = try Self.archive(2)
        let short = try TrainRuns.films(2, labeled: false, scenes: 2).path
        let wide = try TrainRuns.films(1).path
        var random = SmallRandom(state: 3)
        try TinyFilm(scenes: 4, width: 9, using: &random).write(
            to: URL(fileURLWithPath: wide + "/wide.safetensors"), labeled: false)
        let cases: [(arguments: [String], status: Int32, text: String)] = [
            ([short], 65, "no recording has 32 parts that show something: give longer recordings"),
            ([wide], 65, "train on films of one encoder"),
            (["/nowhere/archive"], 66, "/nowhere/archive"),
            ([folder, "--width", "10", "--heads", "3"], 64, "does not divide into 3 heads"),
            ([folder, "--share", "0"], 64, "--share takes more than 0, at most 1"),
            ([folder, "--tokens", "1"], 64, "--tokens takes 2 to 256"),
            ([folder, "--held-out", "1"], 64, "--held-out takes 0 to 0.9"),
        ]
        for (arguments, status, text) in cases {
            let output = Scratch.path("none.safetensors").path
            let outcome = try Self.train(Self.small + arguments + ["--output", output, "--quiet"])
            #expect(
                outcome.status == status && outcome.errors.contains(text),
                "\(text): \(outcome.status) \(outcome.errors)")
            if status != 64 { #expect(outcome.errorLines.count == 1, "\(outcome.errors)") }
            #expect(!FileManager.default.fileExists(atPath: output))
        }
        // A contextualizer finds no boundaries, and says so.
        let output = Scratch.path("usual.safetensors").path
        #expect(
            try Self.train([folder, "--output", output, "--epochs", "1", "--quiet"] + Self.small).status == 0)
        let scored = try Program.run(["score", folder + "/film0.safetensors", "--model", output])
        #expect(scored.status == 65 && scored.errorLines.count == 1, "\(scored.status) \(scored.errors)")
    }

    /// Masked spans instead of masked shots; the file is one to fine-tune.
    @Test func pretrainsBySpans() throws {
        let folder = try TrainRuns.films(3).path
        for options in [["--tasks", "span"], ["--tasks", "ssm,pp,span=0.5", "--span-loss", "squared"]] {
            let output = Scratch.path("spans.safetensors").path
            let outcome = try TrainRuns.train(
                ["pretrain", folder, "--output", output, "--epochs", "2"] + options)
            #expect(outcome.status == 0, "\(outcome.errors)")
            let metrics = try String(contentsOfFile: output + ".run/metrics.jsonl", encoding: .utf8)
            #expect(metrics.contains(#""span":"#) && !metrics.contains(#""span":0.0,"#))
            let tuned = Scratch.path("tuned.safetensors").path
            let fine = try Program.run(
                [
                    "train", "finetune", folder, "--from", output, "--output", tuned, "--epochs", "1",
                    "--quiet",
                ])
            #expect(fine.status == 0, "\(fine.errors)")
        }
        let wrong = try TrainRuns.train(
            ["pretrain", folder, "--output", "x.safetensors", "--span-longest", "0"])
        #expect(wrong.status == 64 && wrong.errors.contains("--span-longest takes 1 to 128"))
    }
}
