import Foundation
import TestSupport
import Testing

/// Feeds whose model has an encoder of pictures, and an index of the same model: what was on before is said
/// as it is with the descriptor.
@Suite struct PicturedFeedTests {
    enum Encoder: String, CaseIterable, Sendable {
        case resnet = "resnet_basic"
        case clip

        /// As `import` stores it.
        func model() throws -> String {
            let model = Scratch.path("\(rawValue).safetensors").path
            let source = ImageModelTests.fixtures.appendingPathComponent("\(rawValue).safetensors").path
            let outcome = try Program.run(["model", "import", source, "--output", model])
            try #require(outcome.status == 0, "\(outcome.errors)")
            return model
        }
    }

    /// An index of the demo film as recording `film`, with scenes of `min-scene` 1.
    private static func index(_ model: String, _ options: [String] = []) throws -> String {
        let folder = try Scratch.emptyFolder().path
        let outcome = try Program.shell(
            """
            cd '\(folder)' && scened embed '\(Films.scenes().path)' --quiet --model '\(model)' --output film.npz &&
            scened score film.npz --quiet --model '\(model)' --min-scene 1 --output film.jsonl &&
            scened index add index film.npz --quiet --events film.jsonl \(options.joined(separator: " "))
            """)
        try #require(outcome.status == 0, "\(outcome.errors)")
        return folder + "/index"
    }

    /// The demo film, smaller and at another frame rate.
    private static func twin() throws -> String {
        try Fixtures.film(
            "pictured_twin.mp4",
            "ffmpeg -nostdin -v error -i \"$demo\" -vf 'scale=480:-2,fps=20' "
                + "-c:v libx264 -preset veryfast -crf 26 -g 40 \"$1\""
        ).path
    }

    /// Shots are split and windows are as wide as usual, as in the index.
    private static func configure(_ site: RunSite, _ feeds: [(String, String)], _ keys: [String]) throws {
        try site.write(feeds, extra: "log:\n  level: info")
        let text = try String(contentsOf: site.file, encoding: .utf8)
        let (old, new) = ("split-after: 2\n  neighbors: 2\n  min-scene: 1", ["min-scene: 1"] + keys)
        try #require(text.contains(old))
        try text.replacing(old, with: new.joined(separator: "\n  ")).write(
            to: site.file, atomically: true, encoding: .utf8)
    }

    private static func best(_ scene: Event) -> (recording: String?, scene: Int?, score: Double)? {
        guard let seen = scene.fields["seen"] as? [String: Any], let best = seen["best"] as? [String: Any]
        else { return nil }
        return (best["recording"] as? String, best["scene"] as? Int, best["score"] as? Double ?? 0)
    }

    /// Through the service, two feeds with one model: a copy finds each scene of the film in its place. The
    /// vectors of the feeds make an index of the same model, and `similar` finds scenes of the film in it.
    @Test(arguments: Encoder.allCases)
    func aServiceKnowsWhatWasOn(encoder: Encoder) throws {
        let model = try encoder.model()
        let index = try Self.index(model)
        let feeds = [("copy", try Self.twin()), ("same", try Films.scenes().path)]
        let site = try RunSite(feeds)
        try Self.configure(site, feeds, ["model: \(model)", "index: \(index)", "vectors: true"])
        let run = try Program.run(["run", "--config", site.file.path])
        #expect(run.status == 0, "\(run.errors)")
        for (feed, _) in feeds {
            let journal = try site.journal(feed)
            try Schema.check(lines: journal)
            let scenes = journal.compactMap(Event.init).filter { $0.type == "scene" }
            #expect(scenes.count >= 4, "\(scenes.map(\.line))")
            for (place, scene) in scenes.enumerated() {
                let best = try #require(Self.best(scene), "\(scene.line)")
                #expect(best.recording == "film" && best.scene == place + 1, "\(feed): \(scene.line)")
                #expect(best.score > (feed == "same" ? 0.999999 : 0.999), "\(feed): \(scene.line)")
            }
        }
        let (events, channel) = (Scratch.path("copy.jsonl").path, Scratch.path("channel").path)
        try site.journal("copy").map { $0 + "\n" }.joined().write(
            toFile: events, atomically: true, encoding: .utf8)
        let followed = try Program.run(["index", "follow", channel, events])
        #expect(followed.status == 0 && followed.lines.count >= 4, "\(followed.errors)")
        let film = URL(fileURLWithPath: index).deletingLastPathComponent().path + "/film.npz"
        let found = try Program.run([
            "similar", "\(film)@0:05", "--index", channel, "--top", "1", "--json",
        ])
        #expect(
            found.status == 0 && found.output.contains("\"recording\":\"copy@")
                && found.output.contains("\"scene\":1,"), "\(found.output)\(found.errors)")
    }

    /// `watch`, with what `train scenes` learned over embeddings of the same model: the vectors are the
    /// trained encoder's.
    @Test func aTrainedSceneEncoder() throws {
        let model = try Encoder.clip.model()
        let folder = try Scratch.emptyFolder().path
        let trained = folder + "/scenes.safetensors"
        let names = ["one", "two", "three"]
        for name in names {
            let film = try #require(ProbeFilms.films[name])
            let embedded = try Program.run([
                "embed", film, "--quiet", "--model", model, "--output", "\(folder)/\(name).npz",
            ])
            #expect(embedded.status == 0, "\(embedded.errors)")
        }
        try "recording,similar\none,two\n".write(
            toFile: folder + "/pairs.csv", atomically: true, encoding: .utf8)
        let small = [
            "--width", "16", "--heads", "2", "--layers", "1", "--batch", "4", "--pair-epochs", "1", "--steps",
            "24", "--rate", "0.01", "--window", "3",
        ]
        let learned = try Program.run(
            ["train", "scenes"] + names.map { "\(folder)/\($0).npz" }
                + ["--similar", "\(folder)/pairs.csv", "--held-out", "0", "--quiet", "--output", trained]
                + small)
        #expect(learned.status == 0, "\(learned.errors)")
        let index = try Self.index(model, ["--scene-encoder", "'\(trained)'"])
        let watched = try Program.run([
            "watch", try Self.twin(), "--model", model, "--index", index, "--vectors", "--min-scene", "1",
            "--json", "--quiet",
        ])
        #expect(watched.status == 0, "\(watched.errors)")
        let start = try #require(watched.events.first { $0.type == "stream_start" })
        #expect(start.line.contains(#""encoder":"clip-vit","digest":""#))
        #expect(start.line.contains(#""scene_encoder":"transformer-1","scene_encoder_digest":""#))
        let scenes = watched.events.filter { $0.type == "scene" }
        #expect(scenes.count >= 4)
        for (place, scene) in scenes.enumerated() {
            let best = try #require(Self.best(scene), "\(scene.line)")
            #expect(best.recording == "film" && best.scene == place + 1, "\(scene.line)")
        }
        // Its vectors are not the mean's.
        let plain = try Program.run([
            "watch", try Self.twin(), "--model", model, "--index", try Self.index(model), "--vectors",
            "--min-scene", "1", "--json", "--quiet",
        ])
        func vectors(_ outcome: Program.Outcome) -> [String] {
            outcome.events.filter { $0.type == "scene" }.compactMap { $0.fields["vector"] as? String }
        }
        #expect(vectors(watched).count == scenes.count && vectors(watched) != vectors(plain))
    }

    /// An index of another encoder, or of other weights, is refused in one line that names the feed.
    @Test func anIndexOfAnotherModel() throws {
        let (resnet, clip) = (try Encoder.resnet.model(), try Encoder.clip.model())
        let index = try Self.index(clip)
        let feeds = [("news", try Films.scenes().path)]
        let site = try RunSite(feeds)
        let cases: [(keys: [String], text: String)] = [
            (["model: \(resnet)"], "its encoder is resnet, the index '\(index)' holds clip-vit"),
            ([], "its encoder is descriptor-1, the index '\(index)' holds clip-vit"),
        ]
        for (keys, text) in cases {
            try Self.configure(site, feeds, keys + ["index: \(index)"])
            for command in [["check-config", site.file.path], ["run", "--config", site.file.path]] {
                let refused = try Program.run(command)
                #expect(
                    refused.status == 78 && refused.errorLines.count == 1
                        && refused.errors.contains("feed 'news': ") && refused.errors.contains(text),
                    "\(refused.status) \(refused.errors)")
            }
        }
    }

    /// A reload with another model and the old index changes nothing; with an index of the new model it
    /// begins a new run, whose scenes are found there.
    @Test func aReloadWithAnotherModel() throws {
        let film = FeedSource.Step.send(try WatchTests.film(upTo: 0.9))
        let source = FeedSource([[film, .hold], [film, .hold]])
        let feeds = [("one", "tcp://127.0.0.1:\(source.port)")]
        let site = try RunSite(feeds)
        let model = site.folder.appending(path: "model.safetensors").path
        let index = site.folder.appending(path: "index").path
        func put(_ encoder: Encoder, withIndex: Bool) throws {
            let made = try encoder.model()
            for (from, to) in [(made, model)] + (withIndex ? [(try Self.index(made), index)] : []) {
                try? FileManager.default.removeItem(atPath: to)
                try FileManager.default.moveItem(atPath: from, toPath: to)
            }
        }
        try put(.clip, withIndex: true)
        try Self.configure(site, feeds, ["model: \(model)", "index: \(index)"])
        let run = try LiveRun(["run", "--config", site.file.path])
        #expect(try Self.best(run.next("one", "scene"))?.recording == "film")
        try put(.resnet, withIndex: false)
        run.send(signal: SIGHUP)
        while !run.said.contains("nothing changes") { _ = try #require(run.nextEvent()) }
        #expect(run.said.contains("holds clip-vit"), "\(run.said)")
        try put(.resnet, withIndex: true)
        run.send(signal: SIGHUP)
        #expect(try run.next("one", "stream_start").line.contains("\"encoder\":\"resnet\""))
        let best = try Self.best(run.next("one", "scene"))
        #expect(best?.recording == "film" && best?.scene == 1)
        run.send(signal: SIGTERM)
        let outcome = try run.finish()
        source.close()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try site.runs("one").count == 2)
    }
}
