import Foundation
import TestSupport
import Testing

/// What `scened train` refuses, and what it says of films and files that it cannot use.
@Suite struct TrainRefusalTests {
    private static func output() -> [String] { ["--output", Scratch.path("none.safetensors").path] }

    /// Checks commands of `train`, each with a file to write.
    private static func refuses(
        _ status: Int32, _ cases: [(arguments: [String], text: String)]
    ) throws {
        try Refusals.check(
            cases.map { (arguments: ["train"] + $0.arguments + output(), status: status, text: $0.text) })
    }

    /// An option is refused where nothing is there that it belongs to.
    @Test func optionsWithoutTheirOwners() throws {
        let (bare, video) = (try TrainRuns.films(1, labeled: false).path, Fixtures.path("cuts.mp4"))
        try Self.refuses(
            64,
            [
                (["finetune", bare, "--shots", "/nowhere"], "--shots goes with --movienet"),
                (["contextualizer", bare, "--shots", "/nowhere"], "--shots goes with --movienet"),
                (["scenes", bare, "--similar", "x.csv", "--shots", "/x"], "--shots goes with --movienet"),
                (["finetune", bare, "--similarity", "encoder,sound"], "does not hold that"),
                (["finetune", video, "--array", "foo"], "these are videos: leave it out"),
                (["contextualizer", video, "--array", "foo"], "these are videos: leave it out"),
                (["pretrain", bare, "--key-frames", "--array", "foo"], "--array names arrays"),
                (["pretrain", bare, "--key-frames", "--movienet", "x"], "leave --movienet out"),
                (["pretrain", bare, "--side", "64"], "--side goes with --key-frames"),
                (["pretrain", bare, "--image-encoder", "resnet18"], "-encoder goes with --key-frames"),
                (["pretrain", bare, "--anchors", "dw"], "--anchors goes with --boundary anchors"),
                (["pretrain", bare, "--shot-level", "temporal"], "--shot-level goes with task shot"),
                (["pretrain", bare, "--span-loss", "squared"], "--span-loss goes with task span"),
                (["pretrain", bare, "--tasks", "ssm", "--span-longest", "3"], "goes with task span"),
            ])
    }

    /// The formula of pseudo-boundaries needs two shots on each side; another rule needs one.
    @Test(arguments: ["averaged", "anchors"])
    func windowsTooShortForTheRule(rule: String) throws {
        let folder = try TrainRuns.films(1, labeled: false).path
        let boundary = ["--boundary", rule]
        try Self.refuses(
            64,
            [
                (["pretrain", folder, "--neighbors", "1"] + boundary, "give --neighbors 2 or more"),
                (
                    ["pretrain", folder, "--neighbors", "1", "--key-frames"] + boundary,
                    "give --neighbors 2 or more"
                ),
            ])
        let model = Scratch.path("narrow.safetensors").path
        let narrow = ["--width", "16", "--heads", "2", "--epochs", "1", "--quiet", "--output", model]
        let made = try Program.run(["train", "pretrain", folder, "--neighbors", "1"] + narrow)
        #expect(made.status == 0, "\(made.errors)")
        try Self.refuses(
            65, [(["pretrain", folder, "--from", model] + boundary, "sees 1 shot on each side")])
    }

    /// Films of one name, or given twice: nobody could say whose labels are whose.
    @Test func namesOfFilmsAreTheirOwn() throws {
        let (first, second) = (try TrainRuns.films(1).path, try TrainRuns.films(1, seed: 5).path)
        let (film, video) = (first + "/film0.safetensors", Fixtures.path("cuts.mp4"))
        let both = "two files are called 'film0', '\(film)' and '\(second)/film0.safetensors'"
        try Self.refuses(
            65,
            [
                (["finetune", first, second], both), (["pretrain", first, second], both),
                (["contextualizer", first, second], both), (["finetune", film, film], "name it once"),
                (["encoder", video, video], "two files are called 'cuts'"),
            ])
        let labels = try Scratch.emptyFolder().appending(path: "film0.json")
        try Data(#"{"fps":25,"boundaries":[100]}"#.utf8).write(to: labels)
        try Self.refuses(
            65,
            [
                (
                    ["finetune", first, "--validate", second, "--labels", labels.path],
                    "one of that name is trained on and one validated with"
                )
            ])
    }

    /// The task is as large as what is labeled; the other films are named.
    @Test func filmsWithoutLabelsAreNamed() throws {
        let folder = try TrainRuns.films(2)
        func estimate() throws -> String {
            let outcome = try Program.run(
                ["train", "finetune", folder.path, "--estimate", "--network", "mlp"] + Self.output())
            #expect(outcome.status == 0, "\(outcome.errors)")
            return outcome.errors
        }
        let size = try #require(try estimate().split(separator: ";").first)
        #expect(size.hasPrefix("scened: 2 films, "), "\(size)")
        var random = SmallRandom(state: 9)
        try TinyFilm(scenes: 4, width: 8, using: &random).write(
            to: folder.appendingPathComponent("other.safetensors"), labeled: false)
        let said = try estimate()
        #expect(said.contains("1 of 3 films has no labels and is left out: other\n"), "\(said)")
        #expect(said.contains(size), "\(said)")
    }

    /// A log among the films is none of them; a film is not written over.
    @Test func standardErrorAmongTheFilms() throws {
        let folder = try TrainRuns.films(1).path
        let options = TrainRuns.small.dropLast().joined(separator: " ")
        let line = "scened train finetune '\(folder)' --epochs 1 \(options)"
        let model = Scratch.path("m.safetensors").path
        let logged = try Program.shell("\(line) --output '\(model)' 2> '\(folder)/train.log'")
        #expect(logged.status == 0)
        let log = try String(contentsOfFile: folder + "/train.log", encoding: .utf8)
        #expect(log.contains("steps, about"), "\(log)")
        let before = try TrainRuns.bytes(folder + "/film0.safetensors")
        let refused = try Program.shell("\(line) --output '\(model)' 2>> '\(folder)/film0.safetensors'")
        #expect(refused.status == 64)
        #expect(try TrainRuns.bytes(folder + "/film0.safetensors") == before)
    }

    /// Known before the first step: the run's folder makes no other one.
    @Test(arguments: ["missing/m.safetensors", "/proc/m.safetensors"])
    func placesThatCannotBeWritten(place: String) throws {
        let folder = try Scratch.emptyFolder().path
        let path = place.hasPrefix("/") ? place : "\(folder)/\(place)"
        let outcome = try TrainRuns.train(
            ["finetune", try TrainRuns.films(1).path, "--run", folder + "/run", "--output", path])
        #expect(outcome.status == 73 && outcome.errors.contains("--output"), "\(outcome.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder + "/run/metrics.jsonl"))
    }

    /// Where the model cannot be written in the end, a checkpoint keeps what was learned.
    @Test func theRunIsKeptWhereTheModelCannotBeWritten() throws {
        let (folder, place) = (try Scratch.emptyFolder(), try Scratch.emptyFolder())
        let output = place.appending(path: "m.safetensors").path
        let arguments =
            [
                "finetune", try TrainRuns.films(3).path, "--network", "crn", "--epochs", "150", "--run",
                folder.path, "--output", output,
            ] + TrainRuns.small
        let (process, errors) = try TrainRuns.start(arguments)
        try TrainRuns.wait(for: process, lines: 2, in: folder.path + "/metrics.jsonl")
        try FileManager.default.removeItem(at: place)
        process.waitUntilExit()
        let said = try String(contentsOf: errors, encoding: .utf8)
        #expect(process.terminationStatus == 73 && said.contains("the run is kept in"), "\(said)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        let line = try #require(said.components(separatedBy: "continue with: ").last)
        let resumed = try Program.shell(line)
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(FileManager.default.fileExists(atPath: output))
    }

    /// Lines name what is wrong, and a remedy that works.
    @Test func remedies() throws {
        let folder = try TrainRuns.films(1).path
        let film = folder + "/film0.safetensors"
        try Self.refuses(
            65, [(["finetune", folder, "--from", film], "holds no network that finds boundaries")])
        let run = try Scratch.emptyFolder().appending(path: "run")
        try FileManager.default.createDirectory(at: run, withIntermediateDirectories: true)
        for bytes in [Data(), try TrainRuns.bytes(film).dropLast(9)] {
            try bytes.write(to: run.appending(path: "checkpoint.safetensors"))
            try Self.refuses(
                65,
                [(["finetune", folder, "--run", run.path, "--resume"], "remove it and begin again")])
        }
        let arrays = Scratch.path("arrays.safetensors")
        var random = SmallRandom(state: 2)
        try TinyFilm(scenes: 4, width: 8, using: &random).write(to: arrays, labeled: true)
        // Nothing is said to be left out of what is refused.
        let refused = try Program.run(
            ["train", "finetune", arrays.path, "--array", "embeddings,embeddings", "--network", "crn"]
                + Self.output())
        #expect(refused.status == 65 && refused.errorLines.count == 1, "\(refused.errors)")
        #expect(refused.errors.contains("only a relational network"), "\(refused.errors)")
    }

    /// What could not be written is called what it is.
    @Test func aFullDiskUnderEmbeddings() throws {
        let file = Scratch.path("film.safetensors").path
        try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: "/dev/full")
        try Refusals.check([
            (
                ["embed", Fixtures.path("cuts.mp4"), "--quiet", "--output", file], 73,
                "cannot write the file of embeddings"
            )
        ])
    }

    /// Films embedded with other weights of one encoder are no films of one encoder; a network and a score
    /// keep to the weights that they know, and what is trained says which.
    @Test func weightsOfOneEncoder() throws {
        let (encoder, other) = (try ImageModelTests.encoder(), Scratch.path("other.safetensors").path)
        var bytes = try TrainRuns.bytes(encoder)
        bytes[bytes.count - 4] ^= 1
        try bytes.write(to: URL(fileURLWithPath: other))
        func embedded(_ model: String, _ name: String) throws -> String {
            let file = Scratch.path(name).path
            let outcome = try Program.run(
                ["embed", Fixtures.path("cuts.mp4"), "--model", model, "--quiet", "--output", file])
            #expect(outcome.status == 0, "\(outcome.errors)")
            return file
        }
        let (first, second) = (try embedded(encoder, "one.npz"), try embedded(other, "two.npz"))
        try Self.refuses(
            65,
            [
                (["finetune", first, second, "--network", "crn"], "with other weights of resnet"),
                (["pretrain", first, second], "with other weights of resnet"),
                (["finetune", first, "--validate", second, "--network", "crn"], "with other weights"),
            ])
        try Refusals.check([(["score", first, "--model", other], 65, "of other weights: leave --model out")])
        let plain = Scratch.path("plain.npz").path
        let made = try Program.run(["embed", Fixtures.path("cuts.mp4"), "--quiet", "--output", plain])
        #expect(made.status == 0, "\(made.errors)")
        try Refusals.check([(["score", plain, "--model", encoder], 65, "holds the encoder")])

        let labels = try Scratch.file("marks.json")
        try Data(#"{"fps":"25/1","boundaries":[85,165,290]}"#.utf8).write(to: labels)
        let model = Scratch.path("m.safetensors").path
        let trained = try TrainRuns.train(
            [
                "finetune", first, "--labels", labels.path, "--tolerance", "9", "--network", "crn",
                "--epochs", "1", "--seed", "3", "--output", model,
            ])
        #expect(trained.status == 0, "\(trained.errors)")
        let info = try Program.run(["model", "info", model]).output
        for entry in ["scened.encoder_sha256", "scened.seed", "scened.version", "scened.split"] {
            #expect(info.contains(entry), "\(info)")
        }
        #expect(try Program.run(["score", first, "--model", model, "--quiet"]).status == 0)
        try Refusals.check([(["score", second, "--model", model], 65, "made for other weights of")])
        try Self.refuses(65, [(["pretrain", second, "--from", model], "other weights of it")])
    }

    /// What a network reaches on which films stands in its file.
    @Test func figuresAreKept() throws {
        let model = Scratch.path("m.safetensors").path
        let (folder, others) = (try TrainRuns.films(2).path, try TrainRuns.films(1, seed: 8).path)
        let trained = try TrainRuns.train(
            ["finetune", folder, "--validate", others, "--epochs", "1", "--output", model])
        #expect(trained.status == 0, "\(trained.errors)")
        let info = try Program.run(["model", "info", model]).output
        #expect(info.contains("scened.evaluation") && info.contains(" on film0, not trained on"), "\(info)")
    }
}
