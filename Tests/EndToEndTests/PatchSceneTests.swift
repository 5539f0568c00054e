import Foundation
import TestSupport
import Testing

/// `model scene-encoder`, and indexes of films whose scenes are described by their pictures.
@Suite struct PatchSceneTests {
    private static let weights =
        Program.repository.appendingPathComponent("fixtures/scenes/patches.safetensors").path

    private static func encoder(_ options: [String] = []) throws -> String {
        let model = Scratch.path("patches.safetensors").path
        let outcome = try Program.run(["model", "scene-encoder", weights, "--output", model] + options)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return model
    }

    /// The demo film, five scenes in 73 s, and the same smaller and at another frame rate.
    private static func films() throws -> (film: String, twin: String) {
        let twin = try Fixtures.film(
            "patch_twin.mp4",
            "ffmpeg -nostdin -v error -i \"$demo\" -vf 'scale=480:-2,fps=20' "
                + "-c:v libx264 -preset veryfast -crf 26 -g 40 \"$1\"")
        return (try Films.scenes().path, twin.path)
    }

    private static func refused(
        _ arguments: [String], _ status: Int32, _ text: String, location: SourceLocation = #_sourceLocation
    ) throws {
        let outcome = try Program.run(arguments)
        #expect(
            outcome.status == status && outcome.errorLines.count == 1 && outcome.errors.contains(text),
            "\(arguments): \(outcome.status) \(outcome.errors)", sourceLocation: location)
    }

    private static func vectors(_ index: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: index + "/vectors-0000.npy"))
    }

    @Test func modelFilesSayWhatTheyAre() throws {
        let model = try Self.encoder(["--shots", "4", "--frames-per-shot", "2"])
        #expect(try Program.run(["model", "verify", model]).status == 0)
        let info = try Program.run(["model", "info", model])
        #expect(
            info.output.contains(
                "patches-1, patches of 4 shots, 2 frames of each, to 24, positions tall-bicubic, weights "),
            "\(info.output)")
        #expect(info.output.contains("clip-vit+patches-1"))
        let json = try Program.run(["model", "info", model, "--json"])
        #expect(json.output.contains(#""scene_encoder":"patches-1","scene_encoder_digest":""#))
        // Made of a model file, it is the same; and it is an image encoder still.
        let again = Scratch.path("again.safetensors").path
        let outcome = try Program.run(["model", "scene-encoder", model, "--output", again, "--shots", "4"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let embedded = Scratch.path("film.npz").path
        let embed = try Program.run(
            ["embed", Fixtures.path("cuts.mp4"), "--model", model, "--output", embedded, "--quiet"])
        #expect(embed.status == 0, "\(embed.errors)")
    }

    /// Every scene finds its twin; threads, a second run and events of the film change nothing.
    @Test func filmsAreIndexedByTheirPictures() throws {
        let (film, twin) = try Self.films()
        let model = try Self.encoder()
        let index = Scratch.path("index").path
        let added = try Program.run(["index", "add", index, film, twin, "--scene-encoder", model])
        #expect(added.status == 0 && added.errors.isEmpty, "\(added.errors)")
        #expect(added.output == "scenes: 5 scenes added\npatch_twin: 5 scenes added\n", "\(added.output)")
        let info = try Program.run(["index", "info", index, "--json", "--verify"])
        #expect(
            info.output.contains(#""encoder":"clip-vit","digest":""#)
                && info.output.contains(#""scene_encoder":"patches-1","scene_encoder_digest":""#)
                && info.output.contains(#""dimension":24"#), "\(info.output)")
        for number in 1...5 {
            let found = try Program.run(
                ["similar", "--scene", "scenes#\(number)", "--index", index, "--exclude-same", "--top", "1"])
            #expect(
                found.output.contains("\"recording\":\"patch_twin\",\"scene\":\(number),"), "\(found.output)")
        }
        // A film is asked about as it is, by one moment or as a whole.
        let recording = try Program.run(["similar", "scenes@30", "--index", index, "--top", "3"])
        let asked = try Program.run([
            "similar", "\(film)@30", "--index", index, "--top", "3", "--threads", "1",
        ])
        #expect(asked.status == 0 && asked.output == recording.output, "\(asked.errors)")
        let each = try Program.run(["similar", "--each", film, "--index", index, "--top", "1"])
        #expect(each.status == 0 && each.lines.count == 5, "\(each.errors)")
        // One pass where events tell the scenes; the index has its own copy of the encoder.
        try FileManager.default.removeItem(atPath: model)
        let events = Scratch.path("film.events.jsonl").path
        #expect(try Program.run(["segment", film, "--quiet", "--output", events]).status == 0)
        let again = try Program.run(["index", "add", index, film, "--events", events, "--threads", "3"])
        #expect(
            again.status == 0 && again.output == "scenes: already in the index, 5 scenes\n",
            "\(again.output)")
    }

    /// More shots than the encoder sees, and more frames than shots have key frames.
    @Test(arguments: [["--shots", "2"], ["--shots", "5", "--frames-per-shot", "3"], ["--shots", "1"]])
    func otherLayouts(options: [String]) throws {
        let (film, _) = try Self.films()
        let (one, other) = (Scratch.path("one").path, Scratch.path("other").path)
        for (index, model) in [
            (one, try Self.encoder(options)),
            (other, try Self.encoder(options + ["--interpolation", "tall-bilinear"])),
        ] {
            let added = try Program.run(["index", "add", index, film, "--scene-encoder", model])
            #expect(added.status == 0 && added.errors.isEmpty, "\(added.errors)")
        }
        let isOneFrame = options == ["--shots", "1"]
        #expect(try (Self.vectors(one) == Self.vectors(other)) == isOneFrame)
    }

    @Test func whatCannotBeDoneHasARemedy() throws {
        let folder = try Scratch.emptyFolder().path
        let (film, _) = try Self.films()
        let clip = Fixtures.path("cuts.mp4")
        let model = try Self.encoder()
        let embedded = "\(folder)/cuts.npz"
        #expect(try Program.run(["embed", clip, "--quiet", "--output", embedded]).status == 0)
        let index = "\(folder)/index"
        #expect(try Program.run(["index", "add", index, clip, "--scene-encoder", model]).status == 0)
        // Embeddings hold no pictures.
        try Self.refused(["index", "add", index, embedded], 65, "give the film itself")
        try Self.refused(["similar", "\(embedded)@1", "--index", index], 65, "give the film itself")
        // Neither does a run.
        try Self.refused(
            ["segment", clip, "--index", index, "--quiet"], 65, "it looks at pictures")
        try Self.refused(["watch", clip, "--index", index], 65, "it looks at pictures")
        // Other weights, other layouts.
        try Self.refused(
            ["index", "add", index, film, "--scene-encoder", try Self.encoder(["--shots", "8"])], 65,
            "was made with weights")
        try Self.refused(["index", "add", index, "/nowhere.mp4"], 66, "/nowhere.mp4")
        try Self.refused(["index", "add", index, "-"], 66, "give a file")
        // Events of another film, and events without shots.
        let events = "\(folder)/cuts.jsonl"
        #expect(try Program.run(["segment", clip, "--quiet", "--output", events]).status == 0)
        try Self.refused(["index", "add", index, film, "--events", events], 65, "give the film that")
        #expect(
            try Program.run([
                "segment", clip, "--quiet", "--events", "stream_start,scene,stream_end", "--output", events,
            ]).status == 0)
        try Self.refused(["index", "add", index, clip, "--events", events], 65, "it tells no shots")
        let usage = try Program.run(["similar", "\(clip)@1", "--index", index, "--model", model])
        #expect(usage.status == 64 && usage.errors.contains("leave it out"), "\(usage.errors)")
        // No CLIP.
        let none = "\(folder)/none.safetensors"
        let resnet = Program.repository.appendingPathComponent("fixtures/encoders/resnet_basic.safetensors")
            .path
        try Self.refused(
            ["model", "scene-encoder", resnet, "--output", none], 65, "no vision transformer of CLIP")
        for options in [
            ["--shots", "17"], ["--shots", "0"], ["--frames-per-shot", "4"],
            ["--shots", "9", "--frames-per-shot", "2"], ["--interpolation", "wide"],
            ["--activation", "relu"], ["--precision", "half"],
        ] {
            let outcome = try Program.run(
                ["model", "scene-encoder", Self.weights, "--output", none] + options)
            #expect(outcome.status == 64, "\(options): \(outcome.errors)")
        }
        #expect(!FileManager.default.fileExists(atPath: none))
    }
}
