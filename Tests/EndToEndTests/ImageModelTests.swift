import Foundation
import TestSupport
import Testing

/// Image encoders inside `segment` and `embed`: a tiny network, so that the way of the pixels is what is
/// tested.
@Suite struct ImageModelTests {
    static let fixtures = Program.repository.appendingPathComponent("fixtures/encoders")
    /// A ResNet and a context network of K 2 for its vectors.
    static let both = fixtures.appendingPathComponent("resnet_k2.safetensors").path
    static let options = ["--quiet", "--scores", "--intra-shot", "--min-scene", "1"]

    /// The encoder alone, as `import` stores it.
    static func encoder() throws -> String {
        let model = Scratch.path("encoder.safetensors").path
        let source = fixtures.appendingPathComponent("resnet_basic.safetensors").path
        let outcome = try Program.run(["model", "import", source, "--output", model])
        #expect(outcome.status == 0, "\(outcome.errors)")
        return model
    }

    /// `--precision` is kept in the file, shown, and obeyed; other values are wrong usage.
    @Test func precisionIsTheFilesOwn() throws {
        let (model, source) = (
            Scratch.path("bfloat.safetensors").path,
            Self.fixtures.appendingPathComponent("resnet_k2.safetensors").path
        )
        let imported = try Program.run(
            ["model", "import", source, "--output", model, "--precision", "bfloat16"])
        #expect(imported.status == 0, "\(imported.errors)")
        let info = try Program.run(["model", "info", model])
        // A processor without such products makes the file for float32, and says so.
        let isHad = !imported.errors.contains("no bfloat16 products")
        #expect((info.output.contains("scened.precision") && info.output.contains("bfloat16")) == isHad)
        #expect(try Program.run(["model", "verify", model]).status == 0)
        let run = try Program.run(["segment", Fixtures.path("cuts.mp4"), "--model", model] + Self.options)
        try Schema.check(run)
        #expect(run.events.contains { $0.type == "score" })
        for unknown in ["half", ""] {
            let refused = try Program.run(
                ["model", "import", source, "--output", model, "--precision", unknown])
            #expect(refused.status == 64 && refused.errors.contains("float32 or bfloat16"))
        }
    }

    static func model(_ outcome: Program.Outcome) -> [String: Any] {
        outcome.events.first?.fields["model"] as? [String: Any] ?? [:]
    }

    @Test(arguments: ["cuts.ts", "vfr.mkv", "restart.ts", "resize.ts", "dissolve.mp4", "rotated_90.mp4"])
    func fileAndPipeAgree(clip: String) throws {
        let path = Fixtures.path(clip)
        let file = try Program.run(["segment", path, "--model", Self.both] + Self.options)
        #expect(file.status == 0 && file.errors.isEmpty, "\(file.errors)")
        try Schema.check(file)
        let options = Self.options.joined(separator: " ")
        let piped = try Program.shell("cat '\(path)' | scened segment - --model '\(Self.both)' \(options)")
        #expect(Events.stable(piped.lines) == Events.stable(file.lines))
        let model = Self.model(file)
        #expect(model["encoder"] as? String == "resnet" && model["scorer"] as? String == "crn")
        #expect(model["k"] as? Int == 2 && (model["digest"] as? String)?.count == 64)
        let build = try #require(file.events.first?.fields["build"] as? [String: String])
        #expect(["portable", "avx2", "avx512"].contains(build["kernels"]))
        #expect(build["openblas"]?.contains(" ") == true)
    }

    @Test func threadsMakeNoDifference() throws {
        func events(_ threads: String) throws -> [String] {
            let run = try Program.run(
                ["segment", Fixtures.path("cuts.mp4"), "--model", Self.both, "--threads", threads]
                    + Self.options)
            return Events.stable(run.lines.filter { !$0.contains("\"type\":\"stream_start\"") })
        }
        #expect(try events("1") == events("3"))
    }

    /// Without a deadline and with one, which asks for the open shot's embedding.
    @Test(arguments: [[], ["--split", "ticks", "--split-after", "2", "--deadline", "6"]])
    func embedAndScoreGiveTheEventsOfSegment(parts: [String]) throws {
        let path = Fixtures.path("cuts.mp4")
        let whole = try Program.run(["segment", path, "--model", Self.both] + parts + Self.options)
        #expect(whole.events.contains { $0.type == "score" })
        let file = Scratch.path("film.npz").path
        let embedded = try Program.run(
            ["embed", path, "--model", Self.both, "--quiet", "--output", file] + parts)
        #expect(embedded.status == 0, "\(embedded.errors)")
        let scored = try Program.run(["score", file, "--model", Self.both] + Self.options)
        #expect(Events.stable(scored.lines) == Events.stable(whole.lines))
    }

    /// What the encoder sees decides: other weights, other scores; and no context network leaves coherence.
    @Test func anEncoderAloneIsScoredByCoherence() throws {
        let path = Fixtures.path("cuts.mp4")
        let encoder = try Self.encoder()
        let run = try Program.run(
            ["segment", path, "--model", encoder, "--neighbors", "3"] + Self.options)
        try Schema.check(run)
        let model = Self.model(run)
        #expect(model["encoder"] as? String == "resnet" && model["scorer"] as? String == "coherence")
        #expect(model["k"] as? Int == 3 && (model["digest"] as? String)?.count == 64)
        let plain = try Program.run(["segment", path, "--neighbors", "3"] + Self.options)
        func scores(_ outcome: Program.Outcome) -> [Double] {
            outcome.events.filter { $0.type == "score" }.compactMap { $0.fields["score"] as? Double }
        }
        #expect(scores(run).count == scores(plain).count && scores(run) != scores(plain))
        let file = Scratch.path("film.safetensors").path
        #expect(
            try Program.run(["embed", path, "--model", encoder, "--quiet", "--output", file]).status == 0)
        let scored = try Program.run(["score", file, "--model", encoder, "--neighbors", "3"] + Self.options)
        #expect(Events.stable(scored.lines) == Events.stable(run.lines))
        let bare = try Program.run(["score", file, "--neighbors", "3"] + Self.options)
        #expect(scores(bare) == scores(run))
    }

    @Test func whatDoesNotFitIsSaidInOneLine() throws {
        let clip = Fixtures.path("cuts.mp4")
        let context = EmbedScoreTests.model
        let cases: [([String], Int32, String)] = [
            (["embed", clip, "--output", "x.npz", "--model", context], 65, "no image encoder"),
            (
                ["embed", clip, "--output", "x.npz", "--model", Fixtures.path("text.txt")], 65,
                "not a model file"
            ),
            (["segment", clip, "--model", "/nowhere/m"], 66, "No such"),
        ]
        for (arguments, status, text) in cases {
            let outcome = try Program.run(arguments)
            #expect(outcome.status == status && outcome.errors.contains(text), "\(outcome.errors)")
            #expect(outcome.errorLines.count == 1 && outcome.output.isEmpty)
        }
        let neighbors = try Program.run(["segment", clip, "--model", Self.both, "--neighbors", "3"])
        #expect(neighbors.status == 64 && neighbors.errors.contains("2 at most"))
        // The network wants the ResNet's 12 numbers, the descriptor gives others.
        let file = Scratch.path("film.npz").path
        #expect(try Program.run(["embed", clip, "--quiet", "--output", file]).status == 0)
        let misfit = try Program.run(["score", file, "--model", Self.both])
        #expect(misfit.status == 65 && misfit.errorLines.count == 1)
    }
}
