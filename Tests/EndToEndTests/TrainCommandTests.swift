import Foundation
import FoundationXML
import TestSupport
import Testing

/// `scened train`: films in, a model file out that `segment` and `score` use.
@Suite struct TrainCommandTests {
    /// A fresh folder with small films of random scenes, as simple arrays.
    static func films(_ count: Int, seed: UInt64 = 1, labelled: Bool = true) throws -> URL {
        let folder = Scratch.path("films")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var random = SmallRandom(state: seed)
        for film in 0..<count {
            try TinyFilm(scenes: 8, width: 8, using: &random).write(
                to: folder.appendingPathComponent("film\(film).safetensors"), labelled: labelled)
        }
        return folder
    }

    static let small = ["--width", "16", "--heads", "2", "--neighbors", "3", "--batch", "16", "--quiet"]

    static func train(_ arguments: [String]) throws -> Program.Outcome {
        try Program.run(["train"] + arguments + small)
    }

    static func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

    // MARK: Equality and resuming

    @Test func equalSeedsGiveEqualFiles() throws {
        let folder = try Self.films(3).path
        var models: [Data] = []
        for seed in ["5", "5", "6"] {
            let output = Scratch.path("m.safetensors").path
            let outcome = try Self.train(
                ["finetune", folder, "--output", output, "--epochs", "3", "--seed", seed])
            #expect(outcome.status == 0, "\(outcome.errors)")
            models.append(try Self.bytes(output))
        }
        #expect(models[0] == models[1] && models[0] != models[2])
    }

    /// Killed without warning in the middle, and gone on from the last checkpoint: the same losses, the same file.
    @Test(arguments: [["finetune", "--network", "crn"], ["pretrain", "--boundary", "anchors"]])
    func killedAndResumed(command: [String]) throws {
        let folder = try Self.films(4).path
        let common = command + [folder, "--epochs", "150", "--checkpoint-every", "3"] + Self.small
        let (whole, killed) = (Scratch.path("whole.safetensors").path, Scratch.path("k.safetensors").path)
        let reference = try Program.run(["train"] + common + ["--output", whole])
        #expect(reference.status == 0, "\(reference.errors)")
        let losses = try Self.bytes(whole + ".run/metrics.jsonl")
        let total = losses.split(separator: 0x0a).count

        let (process, _) = try Self.start(common + ["--output", killed])
        try Self.wait(for: process, lines: total / 3, in: killed + ".run/metrics.jsonl")
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(process.terminationReason == .uncaughtSignal, "it was over before it was killed")
        #expect(!FileManager.default.fileExists(atPath: killed))

        let refused = try Program.run(["train"] + common + ["--output", killed])
        #expect(refused.status == 64 && refused.errors.contains("--resume"), "\(refused.errors)")
        let other = try Program.run(
            ["train"] + common + ["--output", killed, "--resume", "--seed", "9"])
        #expect(other.status == 65 && other.errors.contains("other options"), "\(other.errors)")
        let resumed = try Program.run(["train"] + common + ["--output", killed, "--resume"])
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(try Self.bytes(killed + ".run/metrics.jsonl") == losses)
        #expect(try Self.bytes(killed) == Self.bytes(whole))
        #expect(!FileManager.default.fileExists(atPath: killed + ".run/checkpoint.safetensors"))
    }

    /// SIGINT and SIGTERM save a checkpoint and say how to go on; that line does.
    @Test(arguments: [SIGINT, SIGTERM])
    func stoppedAndResumed(signal: Int32) throws {
        let folder = try Self.films(4).path
        let (whole, stopped) = (Scratch.path("whole.safetensors").path, Scratch.path("it's.safetensors").path)
        let common = ["finetune", folder, "--network", "crn", "--epochs", "150"] + Self.small
        #expect(try Program.run(["train"] + common + ["--output", whole]).status == 0)
        let (process, errors) = try Self.start(common + ["--output", stopped])
        try Self.wait(for: process, lines: 20, in: stopped + ".run/metrics.jsonl")
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == 128 + signal)
        let said = try String(contentsOf: errors, encoding: .utf8)
        let line = try #require(said.components(separatedBy: "go on with: ").last)
        #expect(said.contains("stopped after step"))
        let resumed = try Program.shell(line)
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(try Self.bytes(stopped) == Self.bytes(whole))
    }

    /// A run that goes on beside the test, and where its standard error goes.
    private static func start(_ arguments: [String]) throws -> (process: Process, errors: URL) {
        let process = Process()
        let errors = try Scratch.file("stderr")
        process.executableURL = Program.scened
        process.arguments = ["train"] + arguments
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        return (process, errors)
    }

    /// Returns once the file has so many lines, or the process is over.
    private static func wait(for process: Process, lines: Int, in path: String) throws {
        while process.isRunning {
            if let data = try? bytes(path), data.count(where: { $0 == 0x0a }) >= lines { return }
            sched_yield()
        }
    }

    // MARK: Models

    /// A network of each kind is trained on what `embed` wrote, and then scores a film: from its embeddings and from
    /// its pictures alike.
    @Test(arguments: ["crn", "mlp", "lstm", "relational"])
    func modelsServeAtOnce(kind: String) throws {
        let film = try Films.scenes().path
        let record = Scratch.path("film.npz").path
        #expect(try Program.run(["embed", film, "--quiet", "--output", record]).status == 0)
        let labels = try Scratch.file("marks.json")
        try Data(#"{"fps":"25/1","boundaries":[400,{"at":725},1050,1450]}"#.utf8).write(to: labels)
        let model = Scratch.path("model.safetensors").path
        let trained = try Self.train(
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
        let folder = try Self.films(2).path
        let lines = try Scratch.file("lines.jsonl")
        try Data(
            (0..<12).map { "{\"start\":\($0),\"end\":\($0 + 1),\"embedding\":[\($0 / 4),1,\($0 % 3)]}\n" }
                .joined().utf8
        ).write(to: lines)
        for (kind, status) in [("relational", Int32(0)), ("lstm", 65)] {
            let model = Scratch.path("model.safetensors").path
            #expect(
                try Self.train(["finetune", folder, "--network", kind, "--epochs", "2", "--output", model])
                    .status == 0)
            let outcome = try Program.run(["score", lines.path, "--model", model, "--quiet"])
            #expect(outcome.status == status, "\(outcome.errors)")
        }
    }

    /// Pre-training gives a detector without labels, and a start for fine-tuning.
    @Test(arguments: ["crn", "lstm"])
    func pretrainedNetworksAreTakenOver(kind: String) throws {
        let folder = try Self.films(3, labelled: false).path
        let pretrained = Scratch.path("pre.safetensors").path
        let outcome = try Self.train(
            ["pretrain", folder, "--network", kind, "--epochs", "4", "--tasks", "ssm,pp=0.5,msm"]
                + ["--output", pretrained])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try Program.run(["model", "info", pretrained]).output.contains("without labels"))
        let labelled = try Self.films(3).path
        var models: [Data] = []
        for start in [["--from", pretrained], ["--network", kind, "--width", "16", "--heads", "2"]] {
            let output = Scratch.path("m.safetensors").path
            let arguments = ["train", "finetune", labelled, "--epochs", "1", "--batch", "16", "--quiet"]
            let tuned = try Program.run(arguments + start + ["--output", output])
            #expect(tuned.status == 0, "\(tuned.errors)")
            models.append(try Self.bytes(output))
        }
        #expect(models[0] != models[1])
    }

    // MARK: Films and labels

    /// Videos are described once: the second run finds them in the cache, and gives the same file.
    @Test func folderOfVideos() throws {
        let folder = Scratch.path("videos")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        // A whole second: setting a date keeps no finer one.
        let date = [FileAttributeKey.modificationDate: Date(timeIntervalSince1970: 1_700_000_000)]
        for clip in ["cuts.mp4", "dissolve.mp4"] {
            let path = folder.appendingPathComponent(clip).path
            try FileManager.default.copyItem(atPath: Fixtures.path(clip), toPath: path)
            try FileManager.default.setAttributes(date, ofItemAtPath: path)
        }
        let labels = folder.appendingPathComponent("cuts_scenes.json")
        try Data(#"{"fps":25,"scenes":[{"start_frame":0},{"start_frame":165},{"start_frame":290}]}"#.utf8)
            .write(to: labels)
        let cache = Scratch.path("cache")
        var models: [Data] = []
        for _ in 0..<2 {
            let output = Scratch.path("m.safetensors").path
            let outcome = try Self.train(
                ["finetune", folder.path, "--labels", labels.path, "--cache", cache.path]
                    + ["--epochs", "3", "--output", output])
            #expect(outcome.status == 0, "\(outcome.errors)")
            models.append(try Self.bytes(output))
            let kept = try FileManager.default.contentsOfDirectory(atPath: cache.path)
            #expect(kept.count == 2)
            // Were the videos read again, these would fail.
            for clip in ["cuts.mp4", "dissolve.mp4"] where models.count == 1 {
                let path = folder.appendingPathComponent(clip).path
                let attributes = try FileManager.default.attributesOfItem(atPath: path)
                let size = try #require(attributes[.size] as? Int)
                try Data(count: size).write(to: URL(fileURLWithPath: path))
                try FileManager.default.setAttributes(date, ofItemAtPath: path)
            }
        }
        #expect(models[0] == models[1])
    }

    /// MovieNet's layout gives what the same films as arrays give.
    @Test func movieNetLayout() throws {
        let (arrays, features) = (Scratch.path("arrays"), Scratch.path("features"))
        try FileManager.default.createDirectory(at: arrays, withIntermediateDirectories: true)
        var random = SmallRandom(state: 4)
        var lines = ""
        for id in ["tt0001", "tt0002"] {
            var film = TinyFilm(scenes: 6, width: 8, using: &random)
            film.durations = film.durations.map { _ in 1 }
            try film.write(to: arrays.appendingPathComponent("\(id).safetensors"), labelled: true)
            try FileManager.default.createDirectory(
                at: features.appendingPathComponent(id), withIntermediateDirectories: true)
            for shot in film.labels.indices {
                let number = String(format: "%04d", shot)
                try film.numPy(shot: shot).write(
                    to: features.appendingPathComponent("\(id)/shot_\(number).npy"))
                // The reference marks the end of a film -1.
                let label = shot == film.labels.count - 1 ? -1 : film.labels[shot] ? 1 : 0
                lines +=
                    "{\"video_id\":\"\(id)\",\"shot_id\":\"\(number)\",\"num_shot\":\(film.labels.count),\"boundary_label\":\(label)}\n"
            }
        }
        let annotations = try Scratch.file("anno.train.ndjson")
        try Data(lines.utf8).write(to: annotations)
        var models: [Data] = []
        for films in [[arrays.path], [features.path, "--movienet", annotations.path]] {
            let output = Scratch.path("m.safetensors").path
            let outcome = try Self.train(["finetune"] + films + ["--epochs", "3", "--output", output])
            #expect(outcome.status == 0, "\(outcome.errors)")
            models.append(try Self.bytes(output))
        }
        #expect(models[0] == models[1])
    }

    /// Key frames in MovieNet's layout: they train an encoder, which then embeds them, and a film.
    @Test func keyFrames() throws {
        let pictures = Scratch.path("keyframes")
        for film in ["tt0001", "tt0002"] {
            let folder = pictures.appendingPathComponent(film).path
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let made = try Program.shell(
                "ffmpeg -v error -i '\(Fixtures.path("cuts.mp4"))' -vf 'fps=1,scale=96:54' -start_number 0 '\(folder)/%d.jpg'"
            )
            #expect(made.status == 0, "\(made.errors)")
            // Fifteen pictures become five shots of three.
            for number in 0..<15 {
                try FileManager.default.moveItem(
                    atPath: "\(folder)/\(number).jpg",
                    toPath: "\(folder)/shot_\(String(format: "%04d", number / 3))_img_\(number % 3).jpg")
            }
        }
        var models: [Data] = []
        let output = Scratch.path("seen.safetensors").path
        for _ in 0..<2 {
            let outcome = try Program.run([
                "train", "pretrain", pictures.path, "--key-frames", "--image-encoder", "resnet18", "--side",
                "32",
                "--neighbors", "1", "--width", "16", "--heads", "2", "--batch", "4", "--epochs", "1",
                "--tasks",
                "ssm,cgm,pp,msm,shot=0.5", "--quiet", "--output", output,
            ])
            #expect(outcome.status == 0, "\(outcome.errors)")
            models.append(try Self.bytes(output))
        }
        #expect(models[0] == models[1])
        let metrics = try String(contentsOfFile: output + ".run/metrics.jsonl", encoding: .utf8)
        #expect(metrics.split(separator: "\n").count == 2 && metrics.contains("\"shot\":"))
        let segmented = try Program.run(["segment", Fixtures.path("cuts.mp4"), "--model", output, "--quiet"])
        #expect(segmented.status == 0, "\(segmented.errors)")
        let annotations = try Scratch.file("anno.train.ndjson")
        try Data(
            ["tt0001", "tt0002"].flatMap { film in
                (0..<5).map {
                    "{\"video_id\":\"\(film)\",\"shot_id\":\"000\($0)\",\"boundary_label\":\($0 % 2)}\n"
                }
            }.joined().utf8
        ).write(to: annotations)
        let tuning = [
            "train", "finetune", pictures.path, "--movienet", annotations.path, "--epochs", "1", "--quiet",
            "--output", Scratch.path("m.safetensors").path,
        ]
        let refused = try Program.run(tuning)
        #expect(refused.status == 65 && refused.errors.contains("--encoder"), "\(refused.errors)")
        let tuned = try Program.run(tuning + ["--encoder", output])
        #expect(tuned.status == 0, "\(tuned.errors)")
    }

    @Test func learnsAndSaysSo() throws {
        let (folder, others) = (try Self.films(5).path, try Self.films(3, seed: 8).path)
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
        #expect(losses.suffix(5).reduce(0, +) < losses.prefix(5).reduce(0, +))
        let curves = try Self.bytes(output + ".run/curves.svg")
        #expect(XMLParser(data: curves).parse())
    }

    /// The length of a gradient shows in the metrics; a limit below it changes the model.
    @Test func gradientsAreClipped() throws {
        let folder = try Self.films(2).path
        var models: [Data] = []
        for clip in [[], ["--clip", "5"], ["--clip", "0.001"], ["--clip", "0"]] {
            let output = Scratch.path("m.safetensors").path
            let outcome = try Self.train(
                ["finetune", folder, "--network", "mlp", "--epochs", "3", "--output", output] + clip)
            #expect(outcome.status == 0, "\(outcome.errors)")
            models.append(try Self.bytes(output))
        }
        #expect(models[0] == models[1] && models[0] != models[2])
        #expect(models[3] != models[2])
    }

    /// Both files of events come from a run that named no feed; each labels its film, and no label is left over.
    @Test func eventsLabelFilmsByTheirFileNames() throws {
        var random = SmallRandom(state: 3)
        let labels = Scratch.path("labels")
        try FileManager.default.createDirectory(at: labels, withIntermediateDirectories: true)
        var films: [String] = []
        for name in ["first", "second"] {
            let film = Scratch.path("\(name).safetensors")
            try TinyFilm(scenes: 8, width: 8, using: &random).write(to: film, labelled: false)
            films.append(film.path)
            let events = try Program.run([
                "segment", Fixtures.path("cuts.mp4"), "--quiet", "--min-scene", "1", "--threshold", "0.1",
            ])
            #expect(events.events.contains { $0.type == "boundary" })
            try Data(events.output.utf8).write(
                to: labels.appendingPathComponent(
                    "\(film.deletingPathExtension().lastPathComponent).events.jsonl"))
        }
        let outcome = try Program.run(
            [
                "train", "finetune", films[0], "--validate", films[1], "--labels", labels.path, "--tolerance",
                "60", "--epochs", "1", "--output", Scratch.path("m.safetensors").path,
            ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(!outcome.errors.contains("belong to no film"), "\(outcome.errors)")
    }

    @Test func estimateWritesNothing() throws {
        let output = Scratch.path("m.safetensors").path
        let outcome = try Self.train(["finetune", try Self.films(2).path, "--estimate", "--output", output])
        #expect(outcome.status == 0 && outcome.errors.contains("MB of memory"), "\(outcome.errors)")
        #expect(!FileManager.default.fileExists(atPath: output + ".run"))
    }

    // MARK: Errors

    @Test func whatCannotBeTrainedOn() throws {
        let labelled = try Self.films(1).path
        let bare = try Self.films(1, labelled: false).path
        let renamed = Scratch.path("another-name.safetensors")
        try FileManager.default.copyItem(atPath: labelled + "/film0.safetensors", toPath: renamed.path)
        let text = try Scratch.file("labels.json")
        try Data(#"{"fps":0,"boundaries":[5]}"#.utf8).write(to: text)
        let short = try Scratch.file("labels.csv")
        try Data("film,shot,label\nfilm0,0,1\n".utf8).write(to: short)
        let cases: [(arguments: [String], status: Int32, message: String)] = [
            (["/nowhere"], 66, "No such file"), ([bare], 65, "no film has labels"),
            ([bare, "--labels", "/nowhere.json"], 66, "/nowhere.json"),
            ([bare, "--labels", text.path], 65, "fps"), ([bare, "--labels", short.path], 65, "shots"),
            ([labelled, "--array", "nothing"], 65, "--array"),
            ([labelled, "--from", Fixtures.path("text.txt")], 65, "no model file"),
            ([labelled, "--from", "x", "--width", "8"], 64, "--from"),
            ([labelled, "--heads", "5"], 64, "heads"),
            ([labelled, "--validate", bare], 65, "has labels"),
            ([labelled, "--validate", labelled], 65, "also trained on"),
            ([labelled, "--validate", renamed.path], 65, "also trained on, as 'film0'"),
            ([labelled, "--clip", "-1"], 64, "--clip"),
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
            ["train", "finetune", labelled, "--quiet", "--output", "/proc/nowhere/m.safetensors"])
        #expect(unwritable.status == 73, "\(unwritable.errors)")
        for arguments in [
            ["finetune", labelled, "--output", "m.bin"], ["pretrain", bare, "--network", "mlp"],
        ] {
            let outcome = try Program.run(
                ["train"] + arguments + (arguments.contains("--output") ? [] : ["--output", "m.safetensors"]))
            #expect(outcome.status == 64, "\(outcome.errors)")
        }
    }
}
