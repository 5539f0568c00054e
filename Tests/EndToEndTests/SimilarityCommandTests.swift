import Foundation
import TestSupport
import Testing

/// `--similarity` and `--beside`: an image encoder and the descriptor side by side in training-free scores.
@Suite struct SimilarityCommandTests {
    static let both = ["--similarity", "encoder,descriptor"]
    static let options = ["--quiet", "--scores", "--intra-shot", "--min-scene", "1", "--neighbors", "3"]

    private static func scores(_ outcome: Program.Outcome) -> [Double] {
        outcome.events.filter { $0.type == "score" }.compactMap { $0.fields["score"] as? Double }
    }

    private static func cues(_ outcome: Program.Outcome) -> [String]? {
        ImageModelTests.model(outcome)["similarity"] as? [String]
    }

    @Test func bothCuesCount() throws {
        let (clip, encoder) = (Fixtures.path("cuts.mp4"), try ImageModelTests.encoder())
        let arguments = ["segment", clip, "--model", encoder] + Self.options
        let run = try Program.run(arguments + Self.both + ["--reasons"])
        #expect(run.status == 0, "\(run.errors)")
        try Schema.check(run)
        #expect(Self.cues(run) == ["resnet", "descriptor-1"])
        #expect(ImageModelTests.model(run)["encoder"] as? String == "resnet")
        let alone = try Program.run(arguments)
        #expect(Self.cues(alone) == nil && !alone.output.contains("similarity"))
        let descriptor = try Program.run(["segment", clip] + Self.options)
        #expect(Self.scores(run).count == Self.scores(alone).count && Self.scores(run).count > 5)
        #expect(Self.scores(run) != Self.scores(alone) && Self.scores(run) != Self.scores(descriptor))
        // What was so before is the default, and can be said.
        let said = try Program.run(arguments + ["--similarity", "encoder"])
        #expect(Events.stable(said.lines) == Events.stable(alone.lines))
        let turned = try Program.run(arguments + ["--similarity", " descriptor , encoder", "--reasons"])
        #expect(Events.stable(turned.lines) == Events.stable(run.lines))
        let verbose = try Program.run(arguments.filter { $0 != "--quiet" } + Self.both + ["--verbose"])
        #expect(verbose.errors.contains("encoder resnet + descriptor-1,"), "\(verbose.errors)")
        let watched = try Program.run(["watch", clip, "--model", encoder] + Self.options + Self.both)
        #expect(watched.status == 0 && Self.cues(watched) == ["resnet", "descriptor-1"])
        let ticks = try Program.run(arguments + Self.both + ["--split", "ticks"])
        #expect(Self.scores(watched) == Self.scores(ticks))
    }

    /// Vectors of scenes are the encoder's alone; files of embeddings hold each cue's, so that `score` gives
    /// the same answers.
    @Test(arguments: [[], ["--split", "ticks", "--split-after", "2", "--deadline", "6"]])
    func filesOfEmbeddingsHoldTheCues(parts: [String]) throws {
        let (clip, encoder) = (Fixtures.path("cuts.mp4"), try ImageModelTests.encoder())
        func path(_ name: String) -> String { Scratch.path(name).path }
        let (one, two, colors) = (path("one.npz"), path("two.npz"), path("colors.npz"))
        let arguments = ["segment", clip, "--model", encoder, "--vectors"] + parts + Self.options
        let alone = try Program.run(arguments + ["--embeddings", one])
        let run = try Program.run(arguments + Self.both + ["--embeddings", two])
        #expect(alone.status == 0 && run.status == 0, "\(alone.errors)\(run.errors)")
        func vectors(_ outcome: Program.Outcome) -> Any? {
            (outcome.events.first?.fields["options"] as? [String: Any])?["vectors"]
        }
        #expect(vectors(run) as? String == vectors(alone) as? String && vectors(run) != nil)
        // `score` on both files gives the same answers.
        let embedded = try Program.run(["embed", clip, "--quiet", "--output", colors] + parts)
        #expect(embedded.status == 0, "\(embedded.errors)")
        let plain = try Program.run(
            ["segment", clip, "--model", encoder] + parts + Self.options + Self.both)
        for files in [[one, "--beside", colors], [two]] {
            let scored = try Program.run(["score"] + files + ["--model", encoder] + Self.options)
            #expect(scored.status == 0, "\(scored.errors)")
            #expect(Events.stable(scored.lines) == Events.stable(plain.lines))
            let bare = try Program.run(["score"] + files + Self.options)
            #expect(Self.scores(bare) == Self.scores(run) && !Self.scores(run).isEmpty)
            let related = try Program.run(
                ["score"] + files + ["--model", "builtin:relational"] + Self.options)
            #expect(Self.cues(related) == ["resnet", "descriptor-1"], "\(related.errors)")
        }
        // The other way round the descriptor is the first.
        let turned = try Program.run(["score", colors, "--beside", one] + Self.options)
        #expect(Self.scores(turned) == Self.scores(run) && Self.cues(turned) == ["descriptor-1", "resnet"])
    }

    @Test func whatDoesNotGoTogether() throws {
        let (clip, encoder) = (Fixtures.path("cuts.mp4"), try ImageModelTests.encoder())
        let (file, other) = (Scratch.path("cuts.npz").path, Scratch.path("other.npz").path)
        #expect(try Program.run(["embed", clip, "--quiet", "--output", file]).status == 0)
        let dissolve = ["embed", Fixtures.path("dissolve.mp4"), "--quiet", "--output", other]
        #expect(try Program.run(dissolve).status == 0)
        let cases: [(arguments: [String], status: Int32, text: String)] = [
            (
                ["segment", clip] + Self.both, 64,
                "--similarity encoder,descriptor needs a model with an image encoder"
            ),
            (["watch", clip] + Self.both, 64, "give one, or leave descriptor out"),
            (
                ["segment", clip, "--model", ImageModelTests.both] + Self.both, 64,
                "does not go with the network crn"
            ),
            (
                ["segment", clip, "--model", "builtin:relational"] + Self.both, 64,
                "needs a model with an image encoder"
            ),
            (["embed", clip, "--output", file] + Self.both, 64, "needs a model with an image encoder"),
            (
                ["segment", clip, "--model", encoder, "--similarity", "descriptor"], 64,
                "takes encoder, and with it"
            ),
            (
                ["segment", clip, "--model", encoder, "--similarity", "color"], 64,
                "takes encoder, and with it"
            ),
            (
                ["segment", clip, "--model", encoder, "--similarity", "encoder,encoder"], 64,
                "takes encoder, and with it"
            ),
            (["score", file, "--beside", other], 65, "other parts"),
            (["score", file, "--beside", "/nowhere.npz"], 66, "/nowhere.npz"),
            (
                [
                    "score", file, "--beside", file, "--model",
                    Program.repository.appending(path: "fixtures/crn/descriptor_k2.safetensors").path,
                ], 64, "--beside does not go with the network crn"
            ),
        ]
        try Refusals.check(cases)
        // The encoder alone is what they have.
        #expect(try Program.run(["segment", clip, "--quiet", "--similarity", "encoder"]).status == 0)
    }

    /// The key of the configuration, and the option in a run of the service.
    @Test func configuration() throws {
        let encoder = try ImageModelTests.encoder()
        let cases: [(keys: String, status: Int32, text: String)] = [
            ("model: \(encoder)\n    similarity: [encoder, descriptor]", 0, ""),
            ("model: \(encoder)\n    similarity: [encoder]", 0, ""),
            ("similarity: [encoder]", 0, ""),
            (
                "model: \(encoder)\n    similarity: [descriptor]", 78,
                "takes encoder, and with it descriptor or sound"
            ),
            ("model: \(encoder)\n    similarity: [color]", 78, "takes a list of encoder, descriptor, sound"),
            ("similarity: [encoder, descriptor]", 78, "similarity: encoder,descriptor needs a model"),
            (
                "model: builtin:relational\n    similarity: [encoder, descriptor]", 78,
                "needs a model with an image encoder"
            ),
        ]
        try Refusals.checkConfigurations(of: Fixtures.path("cuts.mp4"), cases)
    }

    /// A calibration of one cue is none of two, and one of two can be made and used.
    @Test func calibrations() throws {
        let (film, encoder) = (Fixtures.path("cuts.mp4"), try ImageModelTests.encoder())
        let truth = try EvaluateCommandTests.file("cuts.json", #"{"fps":25,"boundaries":[165,290]}"#)
        let made = Scratch.path("two.json").path
        let evaluated = try Program.run(
            [
                "evaluate", "delays", film, "--truth", truth, "--model", encoder, "--neighbors", "1,2",
                "--deadlines", "8", "--min-scene", "1", "--quiet", "--write-calibration", made,
            ] + Self.both)
        #expect(evaluated.status == 0, "\(evaluated.errors)")
        let arguments = [
            "segment", film, "--model", encoder, "--neighbors", "2", "--quiet", "--scores", "--calibration",
            made,
        ]
        let used = try Program.run(arguments + Self.both)
        #expect(used.status == 0 && used.output.contains("\"probability\""), "\(used.errors)")
        let refused = try Program.run(arguments)
        #expect(refused.status == 65 && refused.errors.contains("by other cues"), "\(refused.errors)")
    }

    /// A batch with other cues does its films anew, and again the same it does nothing.
    @Test func batch() throws {
        let encoder = try ImageModelTests.encoder()
        let (films, output) = (Scratch.path("films"), Scratch.path("results").path)
        try FileManager.default.createDirectory(at: films, withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            atPath: Fixtures.path("cuts.mp4"), toPath: films.appendingPathComponent("cuts.mp4").path)
        func run(_ options: [String]) throws -> Program.Outcome {
            try Program.run(
                ["batch", films.path, "--output", output, "--", "--model", encoder] + options)
        }
        func events() throws -> String {
            let found = FileManager.default.enumerator(atPath: output)?.compactMap { $0 as? String } ?? []
            let name = try #require(found.first { $0.hasSuffix("events.jsonl") })
            return try String(contentsOfFile: "\(output)/\(name)", encoding: .utf8)
        }
        #expect(try run([]).status == 0)
        #expect(try !events().contains("\"similarity\""))
        #expect(try run(Self.both).status == 0)
        let told = try events()
        #expect(told.contains("\"similarity\":[\"resnet\",\"descriptor-1\"]"))
        #expect(try run(Self.both).status == 0)
        // Not one byte is new: the run's identity would be another.
        #expect(try events() == told)
        // Another threshold is scored from the embeddings, which hold both cues.
        #expect(try run(Self.both + ["--threshold", "0.3"]).status == 0)
        let again = try events()
        #expect(again.contains("\"similarity\":[\"resnet\",\"descriptor-1\"]"))
        let plain = try Program.run(
            [
                "segment", films.appendingPathComponent("cuts.mp4").path, "--model", encoder, "--threshold",
                "0.3",
            ]
                + Self.both)
        func answers(_ lines: [String]) -> [String] {
            Events.stable(lines).filter { $0.contains("\"boundary\"") || $0.contains("\"scene\"") }
        }
        #expect(
            answers(again.split(separator: "\n").map(String.init)) == answers(plain.lines)
                && !answers(plain.lines).isEmpty)
    }
}
