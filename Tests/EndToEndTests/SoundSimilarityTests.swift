import Foundation
import TestSupport
import Testing

/// `--similarity encoder,sound`: what parts sound like beside what they show, in training-free scores.
@Suite struct SoundSimilarityTests {
    static let cue = ["--similarity", "encoder,sound"]
    static let options = ["--quiet", "--scores", "--intra-shot", "--min-scene", "1", "--neighbors", "3"]

    private static func scores(_ outcome: Program.Outcome) -> [Double] {
        outcome.events.filter { $0.type == "score" }.compactMap { $0.fields["score"] as? Double }
    }

    /// Where the sound changes with the picture the score rises, and where it goes on it falls.
    @Test func soundCounts() throws {
        let film = try Fixtures.twoRooms()
        let plain = try Program.run(["segment", film] + Self.options)
        let heard = try Program.run(["segment", film] + Self.options + Self.cue)
        #expect(heard.status == 0, "\(heard.errors)")
        try Schema.check(heard)
        #expect(ImageModelTests.model(heard)["similarity"] as? [String] == ["descriptor-1", "sound-1"])
        #expect(ImageModelTests.model(plain)["similarity"] == nil)
        let (without, with) = (Self.scores(plain), Self.scores(heard))
        // The last is the end of the film.
        try #require(without.count == 6 && with.count == 6)
        #expect(with[2] > without[2], "\(without) \(with)")
        #expect([0, 1, 3, 4].allSatisfy { with[$0] < with[2] }, "\(without) \(with)")
        // What parts sound like is told only where it was asked for.
        #expect(!heard.output.contains("\"coverage\""))
        let told = try Program.run(["segment", film, "--sound"] + Self.options + Self.cue)
        #expect(Self.scores(told) == with && told.output.contains("\"coverage\""))
    }

    /// A live feed hears what the file holds, and a film without sound is as without the cue.
    @Test func feedsAndSilentFilms() throws {
        let film = try Fixtures.twoRooms("two-rooms.ts", "-c:a mp2")
        let watched = try Program.run(["watch", film] + Self.options + Self.cue)
        let ticks = try Program.run(["segment", film, "--split", "ticks"] + Self.options + Self.cue)
        #expect(watched.status == 0 && !Self.scores(ticks).isEmpty)
        #expect(Self.scores(watched) == Self.scores(ticks))
        let late = ["--split", "ticks", "--deadline", "6"]
        let deadline = try Program.run(["segment", film] + late + Self.options + Self.cue)
        let live = try Program.run(["watch", film, "--deadline", "6"] + Self.options + Self.cue)
        #expect(Self.scores(live) == Self.scores(deadline) && !Self.scores(live).isEmpty)
        let silent = Fixtures.path("cuts.mp4")
        let plain = try Program.run(["segment", silent] + Self.options)
        #expect(
            Self.scores(try Program.run(["segment", silent] + Self.options + Self.cue))
                == Self.scores(plain))
    }

    /// Beside an image encoder, with the descriptor or without it.
    @Test func threeCues() throws {
        let (film, encoder) = (try Fixtures.twoRooms(), try ImageModelTests.encoder())
        let arguments = ["segment", film, "--model", encoder] + Self.options
        let two = try Program.run(arguments + Self.cue)
        let three = try Program.run(arguments + ["--similarity", "sound,descriptor,encoder"])
        #expect(ImageModelTests.model(two)["similarity"] as? [String] == ["resnet", "sound-1"])
        #expect(
            ImageModelTests.model(three)["similarity"] as? [String] == ["resnet", "descriptor-1", "sound-1"])
        #expect(Self.scores(two) != Self.scores(three) && Self.scores(three).count == 6)
    }

    /// The relational network hears, too: in a file as in a feed, and from files of embeddings.
    @Test func aRelationalNetworkHears() throws {
        let film = try Fixtures.twoRooms()
        let arguments = ["segment", film, "--model", "builtin:relational"] + Self.options
        let plain = try Program.run(arguments)
        let heard = try Program.run(arguments + Self.cue + ["--reasons"])
        try Schema.check(heard)
        #expect(ImageModelTests.model(heard)["similarity"] as? [String] == ["descriptor-1", "sound-1"])
        #expect(ImageModelTests.model(plain)["similarity"] == nil)
        let (without, with) = (Self.scores(plain), Self.scores(heard))
        try #require(without.count == 6 && with.count == 6)
        #expect(with != without)
        #expect([0, 1, 3, 4].allSatisfy { with[$0] < with[2] }, "\(without) \(with)")
        let feed = try Fixtures.twoRooms("two-rooms.ts", "-c:a mp2")
        let model = ["--model", "builtin:relational"]
        let ticks = try Program.run(["segment", feed, "--split", "ticks"] + model + Self.options + Self.cue)
        let watched = try Program.run(["watch", feed] + model + Self.options + Self.cue)
        #expect(Self.scores(watched) == Self.scores(ticks) && !Self.scores(ticks).isEmpty)
        // A film without sound is, but for rounding, as without the cue.
        let silent = ["segment", Fixtures.path("cuts.mp4")] + model + Self.options
        let (alone, beside) = (try Program.run(silent), try Program.run(silent + Self.cue))
        let pairs = zip(Self.scores(alone), Self.scores(beside))
        #expect(pairs.allSatisfy { abs($0 - $1) < 1e-4 } && Self.scores(alone).count > 5)
    }

    /// What `embed` was told is in its file, and `score` gives the events of `segment`, at a deadline, too.
    @Test(arguments: [[], ["--split", "ticks", "--deadline", "6"]])
    func filesOfEmbeddingsHoldSound(parts: [String]) throws {
        let film = try Fixtures.twoRooms()
        let (file, same) = (Scratch.path("heard.npz").path, Scratch.path("same.npz").path)
        let embedded = try Program.run(
            ["embed", film, "--quiet", "--output", file] + parts + Self.cue)
        #expect(embedded.status == 0, "\(embedded.errors)")
        for model in [[], ["--model", "builtin:relational"]] {
            let segmented = try Program.run(
                ["segment", film, "--embeddings", same] + parts + model + Self.options + Self.cue)
            let scored = try Program.run(["score", file] + model + Self.options)
            #expect(Events.stable(scored.lines) == Events.stable(segmented.lines), "\(scored.errors)")
            #expect(Self.scores(scored).count > 5)
        }
        #expect(
            try Data(contentsOf: URL(fileURLWithPath: file)) == Data(contentsOf: URL(fileURLWithPath: same)))
        // A network of embeddings takes the first.
        let bare = Scratch.path("bare.npz").path
        #expect(try Program.run(["embed", film, "--quiet", "--output", bare] + parts).status == 0)
        let crn = [
            "--model", Program.repository.appending(path: "fixtures/crn/descriptor_k2.safetensors").path,
        ]
        let arguments = ["--quiet", "--scores", "--min-scene", "1"]
        let first = try Program.run(["score", file] + crn + arguments)
        #expect(Self.scores(first) == Self.scores(try Program.run(["score", bare] + crn + arguments)))
        #expect(!Self.scores(first).isEmpty, "\(first.errors)")
    }

    /// What the film shows and sounds like, as `embed` writes it, and where its second scene begins.
    private static func heardFilm(_ film: String) throws -> (file: String, labels: String) {
        let folder = Scratch.path("heard")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: "two-rooms.npz").path
        #expect(try Program.run(["embed", film, "--quiet", "--output", file] + cue).status == 0)
        return (
            file, try EvaluateCommandTests.file("two-rooms.json", #"{"fps":25,"boundaries":[225]}"#)
        )
    }

    /// A relational network that learned from films with sound asks for it by itself.
    @Test func aTrainedNetworkHearsByItself() throws {
        let film = try Fixtures.twoRooms()
        let (file, labels) = try Self.heardFilm(film)
        let model = Scratch.path("hears.safetensors").path
        let trained = try Program.run([
            "train", "finetune", file, "--labels", labels, "--epochs", "2", "--neighbors", "2", "--batch",
            "4",
            "--run", Scratch.path("run").path, "--output", model, "--quiet",
        ])
        #expect(trained.status == 0, "\(trained.errors)")
        // The film itself gives the same network.
        let same = Scratch.path("same.safetensors").path
        let direct = try Program.run([
            "train", "finetune", film, "--labels", labels, "--similarity", "encoder,sound", "--epochs", "2",
            "--neighbors", "2", "--batch", "4", "--run", Scratch.path("direct").path, "--output", same,
            "--quiet",
        ])
        #expect(direct.status == 0, "\(direct.errors)")
        #expect(
            try Data(contentsOf: URL(fileURLWithPath: same)) == Data(contentsOf: URL(fileURLWithPath: model)))
        let arguments = ["segment", film, "--model", model, "--quiet", "--scores", "--min-scene", "1"]
        let heard = try Program.run(arguments)
        #expect(ImageModelTests.model(heard)["similarity"] as? [String] == ["descriptor-1", "sound-1"])
        let asked = try Program.run(arguments + Self.cue)
        let alone = try Program.run(arguments + ["--similarity", "encoder"])
        #expect(Self.scores(asked) == Self.scores(heard) && Self.scores(alone) != Self.scores(heard))
        #expect(ImageModelTests.model(alone)["similarity"] == nil)
        // Without its sound it goes by the pictures, and says so.
        let deaf = try Program.run(arguments + ["--no-audio"])
        #expect(deaf.status == 0 && Self.scores(deaf) == Self.scores(alone))
        #expect(ImageModelTests.model(deaf)["similarity"] == nil)
        try Self.checkFilesOfEmbeddings(of: film, model: model, heard: heard, alone: alone)
        try Self.checkBatch(of: film, model: model, heard: heard)
        let unheard = try RunSite([("one", film)])
        let keys = "\n    model: \(model)\n    audio: false\n"
        let written = try String(contentsOf: unheard.file, encoding: .utf8)
        try (written + keys).write(to: unheard.file, atomically: true, encoding: .utf8)
        #expect(try Program.run(["check-config", unheard.file.path]).status == 0)
        // The sound is chosen where the network asks for it, and nowhere else.
        let first = try Program.run(arguments + ["--audio-stream", "1"])
        #expect(Self.scores(first) == Self.scores(heard), "\(first.errors)")
        let unused = try Program.run(arguments + ["--audio-stream", "1", "--similarity", "encoder"])
        #expect(unused.status == 64 && unused.errors.contains("--audio-stream needs"), "\(unused.errors)")
        let told = try Program.run(["model", "info", model])
        #expect(told.status == 0, "\(told.errors)")
    }

    /// `score` by a network that was trained with sound: what the file of embeddings lacks is refused, and
    /// can be left out.
    private static func checkFilesOfEmbeddings(
        of film: String, model: String, heard: Program.Outcome, alone: Program.Outcome
    ) throws {
        let (bare, both) = (Scratch.path("plain.npz").path, Scratch.path("both.npz").path)
        #expect(try Program.run(["embed", film, "--quiet", "--output", bare]).status == 0)
        #expect(try Program.run(["embed", film, "--quiet", "--output", both] + cue).status == 0)
        let network = ["--model", model, "--quiet", "--scores", "--min-scene", "1"]
        let cases: [(arguments: [String], status: Int32, text: String)] = [
            (
                ["score", bare] + network, 65,
                "was trained to compare parts by encoder,sound, and the embeddings hold no sound: embed again with --similarity encoder,sound, or give --similarity encoder"
            ),
            (["score", bare, "--similarity", "encoder,sound"] + network, 65, "lacks a cue of --similarity"),
            (["score", bare, "--similarity", "encoder", "--beside", both], 64, "leave one of them out"),
            (
                ["score", bare, "--similarity", "encoder,descriptor"], 64,
                "needs a model with an image encoder"
            ),
            (
                ["score", both, "--model", EmbedScoreTests.model] + cue, 64,
                "does not go with the network crn"
            ),
        ]
        try Refusals.check(cases)
        let runs: [(file: String, cues: [String], same: Program.Outcome)] = [
            (both, [], heard), (both, cue, heard), (both, ["--similarity", "encoder"], alone),
            (bare, ["--similarity", "encoder"], alone),
        ]
        for (file, cues, same) in runs {
            let scored = try Program.run(["score", file] + cues + network)
            #expect(Events.stable(scored.lines) == Events.stable(same.lines), "\(scored.errors)")
        }
    }

    /// A batch that changes to such a network reads its films again.
    private static func checkBatch(of film: String, model: String, heard: Program.Outcome) throws {
        let (films, output) = (Scratch.path("films"), Scratch.path("results").path)
        try FileManager.default.createDirectory(at: films, withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            atPath: film, toPath: films.appendingPathComponent("two-rooms.mp4").path)
        let common = ["--scores", "--min-scene", "1"]
        let cases: [(options: [String], isHeard: Bool)] = [
            (["--neighbors", "2"], false), (["--model", model], true),
            (["--model", model, "--similarity", "encoder"], false),
            (["--model", model, "--similarity", "encoder", "--threshold", "0.4"], false),
            (["--model", model, "--threshold", "0.4"], true),
        ]
        for (options, isHeard) in cases {
            let run = try Program.run(
                ["batch", films.path, "--output", output, "--quiet", "--"] + common + options)
            #expect(run.status == 0, "\(options): \(run.errors)")
            let names = FileManager.default.enumerator(atPath: output)?.compactMap { $0 as? String } ?? []
            let name = try #require(names.first { $0.hasSuffix("events.jsonl") })
            let text = try String(contentsOfFile: "\(output)/\(name)", encoding: .utf8)
            #expect(text.contains("\"similarity\":[\"descriptor-1\",\"sound-1\"]") == isHeard, "\(options)")
            let told = text.split(separator: "\n").filter { $0.contains("\"type\":\"score\"") }
            #expect(!told.isEmpty)
            guard isHeard else { continue }
            let direct = heard.lines.filter { $0.contains("\"type\":\"score\"") }
            #expect(told.count == direct.count)
        }
    }

    /// A network of embeddings learns from the first cue, and says what it leaves out.
    @Test func aNetworkOfEmbeddingsSaysWhatItLeavesOut() throws {
        let film = try Fixtures.twoRooms()
        let (file, labels) = try Self.heardFilm(film)
        let trained = try Program.run([
            "train", "finetune", file, "--labels", labels, "--epochs", "1", "--neighbors", "2", "--batch",
            "4", "--network", "mlp", "--run", Scratch.path("run").path, "--output",
            Scratch.path("mlp.safetensors").path,
        ])
        #expect(
            trained.status == 0 && trained.errors.contains("sound-1 of the films left out"),
            "\(trained.errors)")
    }

    @Test func whatDoesNotGoTogether() throws {
        let film = try Fixtures.twoRooms()
        let cases: [(arguments: [String], status: Int32, text: String)] = [
            (["segment", film, "--no-audio"] + Self.cue, 64, "--similarity compares sound that --no-audio"),
            (["watch", film, "--no-audio"] + Self.cue, 64, "leave one out"),
            (
                ["segment", film, "--model", ImageModelTests.both] + Self.cue, 64,
                "encoder,sound does not go with the network crn, which takes one embedding of each part"
            ),
            (["segment", film, "--similarity", "sound"], 64, "takes encoder, and with it"),
            (
                ["train", "finetune", film, "--network", "crn", "--output", "x.safetensors"] + Self.cue, 64,
                "--similarity is for relational networks"
            ),
            (
                [
                    "train", "finetune", film, "--output", "x.safetensors", "--similarity",
                    "encoder,descriptor",
                ], 64, "needs a model with an image encoder"
            ),
            (
                ["segment", film, "--similarity", "encoder,sound,descriptor"], 64,
                "encoder,descriptor,sound needs a model with an image encoder: give one, or leave descriptor out"
            ),
        ]
        try Refusals.check(cases)
        #expect(try Program.run(["segment", film, "--quiet", "--audio-stream", "1"] + Self.cue).status == 0)
        try Refusals.checkConfigurations(
            of: film,
            [
                ("similarity: [encoder, sound]", 0, ""),
                (
                    "similarity: [encoder, sound]\n    audio: false", 78,
                    "compares sound that audio: false"
                ),
                ("model: builtin:relational\n    similarity: [encoder, sound]", 0, ""),
                (
                    "model: \(ImageModelTests.both)\n    similarity: [encoder, sound]", 78,
                    "does not go with the network crn"
                ),
            ])
    }
}
