import Foundation
import TestSupport
import Testing

/// `train encoder` of the built program: a network of clips from videos to embeddings, and what it refuses.
@Suite struct TrainEncoderTests {
    /// A network of a hundredth of the size.
    private static let small = [
        "--clip", "4x2", "--side", "32", "--batch", "4", "--epochs", "2", "--optimizer", "adamw",
    ]
    private static let fresh = ["--width", "2", "--blocks", "1,1,1,1"]

    private static func film(_ name: String = "cuts.mp4") throws -> String {
        try #require(Fixtures.path(name))
    }

    private static func train(_ arguments: [String]) throws -> Program.Outcome {
        try Program.run(["train", "encoder"] + arguments)
    }

    /// A safetensors file of one tensor of zeros.
    private static func file(_ name: String, _ shape: [Int]) throws -> String {
        let path = Scratch.path("weights.safetensors")
        let count = 4 * shape.reduce(1, *)
        let header = Data(
            "{\"\(name)\":{\"dtype\":\"F32\",\"shape\":\(shape),\"data_offsets\":[0,\(count)]}}".utf8)
        var bytes = Data()
        withUnsafeBytes(of: UInt64(header.count).littleEndian) { bytes += Data($0) }
        try (bytes + header + Data(count: count)).write(to: path)
        return path.path
    }

    /// Equal bytes for equal seeds, also when a run was stopped; then films are embedded and cut with it.
    @Test func trainsAndEmbeds() throws {
        let film = try Self.film()
        var files: [Data] = []
        var last = ""
        for turn in 0..<2 {
            let output = Scratch.path("motion.safetensors").path
            let arguments = [film, "--output", output] + Self.small + Self.fresh
            if turn == 1 {
                let (process, _) = try TrainRuns.start(["encoder"] + arguments)
                try TrainRuns.wait(for: process, lines: 1, in: output + ".run/metrics.jsonl")
                process.interrupt()
                process.waitUntilExit()
            }
            let outcome = try Self.train(arguments + ["--resume"])
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.errors.contains("\(output): slow-d"), "\(outcome.errors)")
            files.append(try TrainRuns.bytes(output))
            last = output
        }
        #expect(files[0] == files[1])
        #expect(try Program.run(["model", "verify", last]).status == 0)
        let info = try Program.run(["model", "info", last])
        #expect(info.output.contains("slow-d, 64 numbers a clip"), "\(info.output)")
        #expect(info.output.contains("scened.clip"), "\(info.output)")

        let embedded = Scratch.path("film.npz").path
        let embed = try Program.run(["embed", film, "--model", last, "--quiet", "--output", embedded])
        #expect(embed.status == 0, "\(embed.errors)")
        let events = Scratch.path("film.jsonl").path
        let segment = try Program.run(["segment", film, "--model", last, "--quiet", "--output", events])
        #expect(segment.status == 0, "\(segment.errors)")
        let check = try Program.run(["events", "check", events])
        #expect(check.status == 0, "\(check.errors)")
        let scored = try Program.run(["score", embedded, "--model", last, "--quiet"])
        #expect(scored.status == 0, "\(scored.errors)")

        // A network of clips goes on with its own clips.
        let further = Scratch.path("further.safetensors").path
        let again = try Self.train(
            [
                film, "--from", last, "--output", further, "--quiet", "--side", "32", "--batch", "4",
                "--epochs", "1",
            ])
        #expect(again.status == 0, "\(again.errors)")
        let facts = try Program.run(["model", "info", further])
        #expect(facts.output.contains("4x2"), "\(facts.output)")
    }

    /// A ResNet with blocks of three convolutions, inflated.
    @Test func beginsWithAResNet() throws {
        let weights = Program.repository.appending(path: "fixtures/encoders/resnet_bottleneck.safetensors")
        let pictures = Scratch.path("pictures.safetensors").path
        #expect(try Program.run(["model", "import", weights.path, "--output", pictures]).status == 0)
        let output = Scratch.path("motion.safetensors").path
        let outcome = try Self.train(
            [try Self.film(), "--from", pictures, "--output", output] + Self.small)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let info = try Program.run(["model", "info", output])
        #expect(info.output.contains("slow-d, 48 numbers a clip"), "\(info.output)")
    }

    @Test func badInput() throws {
        let film = try Self.film()
        let still = try Self.film("size_65x37.mkv")
        let embedded = Scratch.path("film.npz").path
        #expect(try Program.run(["embed", film, "--quiet", "--output", embedded]).status == 0)
        let basic = Scratch.path("basic.safetensors").path
        let weights = Program.repository.appending(path: "fixtures/encoders/resnet_basic.safetensors").path
        #expect(try Program.run(["model", "import", weights, "--output", basic]).status == 0)
        let other = try Self.file("shot_encoder.blocks.0.conv.weight", [4, 3, 3, 7, 7])
        let cases: [(arguments: [String], status: Int32, text: String)] = [
            ([film, "--clip", "16x32"], 65, "fill less than half a clip of 16 frames"),
            ([still], 65, "nothing moves"),
            ([embedded], 65, "give the video"),
            (["/nowhere.mp4"], 66, "/nowhere.mp4"),
            ([film, "--from", "/nowhere"], 66, "/nowhere"),
            ([film, "--from", other], 65, "the first convolution has shape [4, 3, 3, 7, 7]"),
            ([film, "--from", basic], 65, "blocks of two convolutions"),
            ([film, "--from", "builtin:relational"], 65, "neither a network of clips nor a ResNet"),
        ]
        for (arguments, status, text) in cases {
            let output = Scratch.path("none.safetensors").path
            let usual = arguments.contains("--clip") ? ["--side", "32", "--batch", "4"] : Self.small
            let sizes = arguments.contains("--from") ? [] : Self.fresh
            let outcome = try Self.train(arguments + ["--output", output, "--quiet"] + usual + sizes)
            #expect(
                outcome.status == status && outcome.errorLines.count == 1 && outcome.errors.contains(text),
                "\(text): \(outcome.status) \(outcome.errors)")
            #expect(!FileManager.default.fileExists(atPath: output))
        }
        let wrong: [(arguments: [String], text: String)] = [
            (["--clip", "16"], "--clip takes FRAMESxSTRIDE"), (["--side", "16"], "--side takes 32 to 512"),
            (["--blocks", "3,4,6"], "--blocks takes four numbers"), (["--batch", "1"], "--batch takes"),
            (["--from", other, "--width", "8"], "leave --width out"),
        ]
        for (arguments, text) in wrong {
            let outcome = try Self.train([film, "--output", "none.safetensors"] + arguments)
            #expect(outcome.status == 64 && outcome.errors.contains(text), "\(outcome.errors)")
        }
    }

    /// A checkpoint whose first convolution fits neither network, and flags of clips for another.
    @Test func importRefusesOthers() throws {
        let output = Scratch.path("none.safetensors").path
        let other = try Self.file("blocks.0.conv.weight", [4, 3, 3, 7, 7])
        let refused = try Program.run(["model", "import", other, "--output", output])
        #expect(
            refused.status == 65 && refused.errorLines.count == 1
                && refused.errors.contains("that of Slow is [any, 3, 1, 7, 7]"), "\(refused.errors)")
        let weights = Program.repository.appending(path: "fixtures/encoders/resnet_basic.safetensors").path
        let clips = try Program.run(["model", "import", weights, "--clip", "8x8", "--output", output])
        #expect(
            clips.status == 65 && clips.errors.contains("leave --clip and --side out"), "\(clips.errors)")
        #expect(!FileManager.default.fileExists(atPath: output))
        // And takes what it knows.
        let motion = Program.repository.appending(path: "fixtures/motion/slow_d.safetensors").path
        let taken = try Program.run(
            ["model", "import", motion, "--clip", "8x2", "--side", "64", "--output", output])
        #expect(taken.status == 0 && taken.errors.contains("slow-d"), "\(taken.errors)")
    }
}
