import Foundation
import FoundationXML
import TestSupport
import Testing

/// `scened train`: films in, a model file out that `segment` and `score` use.
@Suite struct TrainCommandTests {
    /// A network of each kind is trained on what `embed` wrote, and then scores a film: from its embeddings
    /// and from its pictures alike.
    @Test(arguments: ["crn", "mlp", "lstm", "relational"])
    func modelsServeAtOnce(kind: String) throws {
        let film = try Films.scenes().path
        let record = Scratch.path("film.npz").path
        #expect(try Program.run(["embed", film, "--quiet", "--output", record]).status == 0)
        let labels = try Scratch.file("marks.json")
        try Data(#"{"fps":"25/1","boundaries":[400,{"at":725},1050,1450]}"#.utf8).write(to: labels)
        let model = Scratch.path("model.safetensors").path
        let trained = try TrainRuns.train(
            [
                "finetune", record, "--labels", labels.path, "--tolerance", "2", "--network", kind,
                "--epochs", "20", "--output", model,
            ])
        #expect(trained.status == 0, "\(trained.errors)")
        let scored = try Program.run(["score", record, "--model", model, "--quiet", "--scores"])
        let whole = try Program.run(["segment", film, "--model", model, "--quiet", "--scores"])
        #expect(scored.status == 0 && whole.status == 0, "\(scored.errors) \(whole.errors)")
        #expect(Events.stable(scored.lines) == Events.stable(whole.lines))
        let start = try #require(whole.events.first?.fields["model"] as? [String: Any])
        #expect(start["scorer"] as? String == kind && start["k"] as? Int == 3)
        #expect(Set(whole.events.compactMap { $0.fields["score"] as? Double }).count > 5)
        #expect(try Program.run(["model", "verify", model]).status == 0)
        let info = try Program.run(["model", "info", model, "--json"])
        #expect(info.output.contains("\"context\":\"\(kind)\""), "\(info.output)")
    }

    /// A relational model scores embeddings of any width; others say what they need.
    @Test func embeddingsOfAnotherWidth() throws {
        let folder = try TrainRuns.films(2).path
        let lines = try Scratch.file("lines.jsonl")
        try Data(
            (0..<12).map { "{\"start\":\($0),\"end\":\($0 + 1),\"embedding\":[\($0 / 4),1,\($0 % 3)]}\n" }
                .joined().utf8
        ).write(to: lines)
        for (kind, status) in [("relational", Int32(0)), ("lstm", 65)] {
            let model = Scratch.path("model.safetensors").path
            #expect(
                try TrainRuns.train([
                    "finetune", folder, "--network", kind, "--epochs", "2", "--output", model,
                ])
                .status == 0)
            let outcome = try Program.run(["score", lines.path, "--model", model, "--quiet"])
            #expect(outcome.status == status, "\(outcome.errors)")
        }
    }

    /// Pre-training gives a detector without labels, and a start for fine-tuning.
    @Test(arguments: ["crn", "lstm"])
    func pretrainedNetworksAreTakenOver(kind: String) throws {
        let folder = try TrainRuns.films(3, labeled: false).path
        let pretrained = Scratch.path("pre.safetensors").path
        let outcome = try TrainRuns.train(
            ["pretrain", folder, "--network", kind, "--epochs", "4", "--tasks", "ssm,pp=0.5,msm"]
                + ["--output", pretrained])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try Program.run(["model", "info", pretrained]).output.contains("without labels"))
        let labeled = try TrainRuns.films(3).path
        var models: [Data] = []
        for start in [["--from", pretrained], ["--network", kind, "--width", "16", "--heads", "2"]] {
            let output = Scratch.path("m.safetensors").path
            let arguments = ["train", "finetune", labeled, "--epochs", "1", "--batch", "16", "--quiet"]
            let tuned = try Program.run(arguments + start + ["--output", output])
            #expect(tuned.status == 0, "\(tuned.errors)")
            models.append(try TrainRuns.bytes(output))
        }
        #expect(models[0] != models[1])
    }

    @Test func learnsAndSaysSo() throws {
        let (folder, others) = (try TrainRuns.films(5).path, try TrainRuns.films(3, seed: 8).path)
        let output = Scratch.path("m.safetensors").path
        let outcome = try Program.run(
            ["train", "finetune", folder, "--validate", others, "--output", output, "--epochs", "60"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("steps, about") && outcome.errors.contains("MB of memory"))
        #expect(outcome.errors.contains("training-free coherence"))
        let metrics = try String(contentsOfFile: output + ".run/metrics.jsonl", encoding: .utf8)
        let events = metrics.split(separator: "\n").compactMap { Event(String($0)) }
        let figures = events.compactMap { $0.fields["validation_ap"] as? Double }
        #expect(figures.count >= 5 && figures.last ?? 0 > 0.6, "\(figures)")
        let losses = events.compactMap { $0.fields["loss"] as? Double }
        let (early, late): (Double, Double) = (losses.prefix(5).reduce(0, +), losses.suffix(5).reduce(0, +))
        #expect(late < early)
        let curves = try TrainRuns.bytes(output + ".run/curves.svg")
        #expect(XMLParser(data: curves).parse())
    }

    /// The length of a gradient shows in the metrics; a limit below it changes the model.
    @Test func gradientsAreClipped() throws {
        let folder = try TrainRuns.films(2).path
        var models: [Data] = []
        for clip in [[], ["--clip", "5"], ["--clip", "0.001"], ["--clip", "0"]] {
            let output = Scratch.path("m.safetensors").path
            let outcome = try TrainRuns.train(
                ["finetune", folder, "--network", "mlp", "--epochs", "3", "--output", output] + clip)
            #expect(outcome.status == 0, "\(outcome.errors)")
            models.append(try TrainRuns.bytes(output))
        }
        #expect(models[0] == models[1] && models[0] != models[2])
        #expect(models[3] != models[2])
    }

    @Test func estimateWritesNothing() throws {
        let output = Scratch.path("m.safetensors").path
        let outcome = try TrainRuns.train([
            "finetune", try TrainRuns.films(2).path, "--estimate", "--output", output,
        ])
        #expect(outcome.status == 0 && outcome.errors.contains("MB of memory"), "\(outcome.errors)")
        #expect(!FileManager.default.fileExists(atPath: output + ".run"))
    }

    @Test func whatCannotBeTrainedOn() throws {
        let labeled = try TrainRuns.films(1).path
        let bare = try TrainRuns.films(1, labeled: false).path
        let renamed = Scratch.path("another-name.safetensors")
        try FileManager.default.copyItem(atPath: labeled + "/film0.safetensors", toPath: renamed.path)
        let text = try Scratch.file("labels.json")
        try Data(#"{"fps":0,"boundaries":[5]}"#.utf8).write(to: text)
        let short = try Scratch.file("labels.csv")
        try Data("film,shot,label\nfilm0,0,1\n".utf8).write(to: short)
        let cases: [(arguments: [String], status: Int32, message: String)] = [
            (["/nowhere"], 66, "No such file"), ([bare], 65, "no film has labels"),
            ([bare, "--labels", "/nowhere.json"], 66, "/nowhere.json"),
            ([bare, "--labels", text.path], 65, "fps"), ([bare, "--labels", short.path], 65, "shots"),
            ([labeled, "--array", "nothing"], 65, "--array"),
            ([labeled, "--from", Fixtures.path("text.txt")], 65, "not a model file"),
            ([labeled, "--from", "x", "--width", "8"], 64, "--from"),
            ([labeled, "--heads", "5"], 64, "heads"),
            ([labeled, "--validate", bare], 65, "has labels"),
            ([labeled, "--validate", labeled], 65, "also trained on"),
            ([labeled, "--validate", renamed.path], 65, "also trained on, as 'film0'"),
            ([labeled, "--clip", "-1"], 64, "--clip"),
            ([Fixtures.path("text.txt")], 66, "not a video"),
        ]
        for (arguments, status, message) in cases {
            let outcome = try Program.run(
                ["train", "finetune"] + arguments + [
                    "--quiet", "--output", Scratch.path("m.safetensors").path,
                ])
            #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
            #expect(outcome.errors.contains(message), "\(arguments): \(outcome.errors)")
            #expect(status == 64 || outcome.errorLines.count == 1, "\(outcome.errors)")
        }
        let unwritable = try Program.run(
            ["train", "finetune", labeled, "--quiet", "--output", "/proc/nowhere/m.safetensors"])
        #expect(unwritable.status == 73, "\(unwritable.errors)")
        for arguments in [
            ["finetune", labeled, "--output", "m.bin"], ["pretrain", bare, "--network", "mlp"],
        ] {
            let outcome = try Program.run(
                ["train"] + arguments + (arguments.contains("--output") ? [] : ["--output", "m.safetensors"]))
            #expect(outcome.status == 64, "\(outcome.errors)")
        }
    }
}
