import Foundation
import TestSupport
import Testing

/// `train scenes --from` of the built program: the scene encoder over patches, trained on key frames of
/// films; and tables of synopses.
@Suite struct TrainPicturedScenesTests {
    private static let few = [
        "--window", "2", "--batch", "2", "--pair-epochs", "1", "--steps", "3", "--held-out", "0", "--rate",
        "0.001",
    ]

    private static func encoder() throws -> String {
        let model = Scratch.path("patches.safetensors").path
        let weights = Program.repository.appending(path: "fixtures/scenes/patches.safetensors").path
        let outcome = try Program.run(
            ["model", "scene-encoder", weights, "--output", model, "--shots", "3"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        return model
    }

    /// Three films in a folder, of which two are alike.
    private static func films() throws -> (folder: String, table: String) {
        let folder = try Scratch.emptyFolder().path
        for (name, film) in [
            ("film", try Films.scenes().path), ("clip", try #require(Fixtures.path("cuts.mp4"))),
            ("other", try #require(Fixtures.path("dissolve.mp4"))),
        ] {
            try FileManager.default.copyItem(atPath: film, toPath: "\(folder)/\(name).mp4")
        }
        let table = "\(folder)/pairs.csv"
        try "recording,similar\nfilm,clip\n".write(toFile: table, atomically: true, encoding: .utf8)
        return (folder, table)
    }

    private static func train(_ arguments: [String]) throws -> Program.Outcome {
        try Program.run(["train", "scenes"] + arguments)
    }

    /// The same bytes for the same seed; an index takes the encoder, which is no longer the one that it came
    /// from.
    @Test func trainsOnKeyFrames() throws {
        let (folder, table) = try Self.films()
        let encoder = try Self.encoder()
        var files: [Data] = []
        for _ in 0..<2 {
            let output = Scratch.path("seen.safetensors").path
            let outcome = try Self.train(
                [folder, "--similar", table, "--from", encoder, "--output", output] + Self.few)
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.errors.contains("\(output): patches-1"), "\(outcome.errors)")
            files.append(try TrainRuns.bytes(output))
            #expect(try Program.run(["model", "verify", output]).status == 0)
            let info = try Program.run(["model", "info", output])
            #expect(info.output.contains("patches-1, patches of 3 shots"), "\(info.output)")
            let index = Scratch.path("index").path
            let added = try Program.run(
                ["index", "add", index, "\(folder)/film.mp4", "--scene-encoder", output])
            #expect(added.status == 0 && added.output == "film: 5 scenes added\n", "\(added.errors)")
            let refused = try Program.run(
                ["index", "add", index, "\(folder)/clip.mp4", "--scene-encoder", encoder])
            #expect(refused.status == 65 && refused.errors.contains("was made with"), "\(refused.errors)")
        }
        #expect(files[0] == files[1])
    }

    @Test func badInput() throws {
        let (folder, table) = try Self.films()
        let encoder = try Self.encoder()
        let embedded = "\(folder)/film.npz"
        #expect(
            try Program.run(["embed", "\(folder)/clip.mp4", "--quiet", "--output", embedded]).status == 0)
        let cases: [(films: [String], options: [String], status: Int32, text: String)] = [
            ([embedded, "\(folder)/clip.mp4"], ["--from", encoder], 65, "holds no pictures"),
            ([folder], ["--from", table], 65, "not a model file"),
            ([folder], ["--from", "/nowhere"], 66, "/nowhere"),
            (
                [folder], ["--from", "builtin:relational"], 65,
                "holds no scene encoder that looks at pictures"
            ),
        ]
        for (films, options, status, text) in cases {
            let output = Scratch.path("none.safetensors").path
            let outcome = try Self.train(
                films + ["--similar", table, "--output", output, "--quiet"] + options + Self.few)
            #expect(
                outcome.status == status && outcome.errorLines.count == 1 && outcome.errors.contains(text),
                "\(text): \(outcome.status) \(outcome.errors)")
            #expect(!FileManager.default.fileExists(atPath: output))
        }
        for flag in [["--width", "64"], ["--dropout", "0.1"], ["--array", "x"]] {
            let outcome = try Self.train(
                [folder, "--similar", table, "--from", encoder, "--output", "a.safetensors"] + flag)
            #expect(outcome.status == 64 && outcome.errors.contains("leave it out"), "\(outcome.errors)")
        }
    }

    /// The recordings with the nearest texts are alike; without a text tower the table is refused.
    @Test func synopses() throws {
        let folder = try TrainRuns.films(6, labeled: false).path
        let table = Scratch.path("synopses.csv").path
        let texts = (0..<6).map {
            $0 % 2 == 0 ? "a news studio with \($0) presenters" : "a football match, part \($0)"
        }
        try (["recording,synopsis"] + texts.enumerated().map { "film\($0),\"\($1)\"" })
            .joined(separator: "\n").write(toFile: table, atomically: true, encoding: .utf8)
        let output = Scratch.path("scenes.safetensors").path
        let arguments = [
            folder, "--similar", table, "--output", output, "--width", "16", "--heads", "2", "--layers", "1",
        ]
        let outcome = try Self.train(arguments + ["--text-encoder", TagCommandTests.model] + Self.few)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains(" pairs of recordings to train on"), "\(outcome.errors)")
        for (options, status, text) in [
            ([], 65, "give --text-encoder a model file that has one"),
            (["--text-encoder", "builtin:relational"], 65, "holds no text tower"),
            (["--text-encoder", "/nowhere"], 65, "/nowhere"),
        ] as [([String], Int32, String)] {
            let refused = try Self.train(
                arguments + ["--quiet", "--output", Scratch.path("none.safetensors").path] + options
                    + Self.few)
            #expect(
                refused.status == status && refused.errorLines.count == 1 && refused.errors.contains(text),
                "\(refused.status) \(refused.errors)")
        }
    }
}
