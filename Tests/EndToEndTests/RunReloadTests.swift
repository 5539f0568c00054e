import Foundation
import TestSupport
import Testing

/// `scened run` reads its configuration again, and the files that it names: what changed takes effect, what
/// did not goes on.
@Suite struct RunReloadTests {
    /// SIGHUP: a new feed starts, one that is gone ends, the one that stays does not notice; a wrong file
    /// changes nothing.
    @Test func aReloadLeavesEqualFeedsAlone() throws {
        let stays = FeedSource([[.send(try WatchTests.film(upTo: 0.3)), .hold]])
        let goes = FeedSource([[.send(try WatchTests.film(upTo: 0.3)), .hold]])
        let comes = FeedSource([[.send(try WatchTests.film(upTo: 0.3)), .hold]])
        let stay = ("stays", "tcp://127.0.0.1:\(stays.port)?a")
        let site = try RunSite([stay, ("goes", "tcp://127.0.0.1:\(goes.port)")])
        try site.write([stay, ("goes", "tcp://127.0.0.1:\(goes.port)")], extra: "log:\n  level: info")
        let run = try LiveRun(["run", "--config", site.file.path])
        _ = try run.next("stays", "stream_start")
        try "feeds: [".write(to: site.file, atomically: true, encoding: .utf8)
        run.send(signal: SIGHUP)
        while !run.said.contains("nothing changes") { _ = try #require(run.nextEvent()) }
        // A feed that has not begun has nothing to end.
        _ = try run.ever("goes", "stream_start")
        try site.write([stay, ("comes", "tcp://127.0.0.1:\(comes.port)")])
        run.send(signal: SIGHUP)
        // Feeds do not wait for one another: the new one may begin before the old one ends.
        _ = try run.ever("goes", "stream_end")
        _ = try run.ever("comes", "stream_start")
        run.send(signal: SIGTERM)
        let outcome = try run.finish()
        for source in [stays, goes, comes] { source.close() }
        #expect(outcome.status == 0, "\(outcome.errors)")
        let journal = try site.journal("stays")
        try Schema.check(lines: journal)
        #expect(journal.count { $0.contains("\"type\":\"stream_start\"") } == 1)
        #expect(journal.count { $0.contains("\"reason\":\"interrupted\"") } == 1)
    }

    /// Another password in the credential of an address is another address, and another run; the same one is
    /// none.
    @Test func aReloadReadsCredentials() throws {
        let film = FeedSource.Step.send(try WatchTests.film(upTo: 0.3))
        let source = FeedSource([[film, .hold], [film, .hold]])
        defer { source.close() }
        let secrets = try Scratch.emptyFolder()
        let secret = secrets.appending(path: "key")
        try Data("first-key".utf8).write(to: secret)
        let site = try RunSite([("one", "tcp://127.0.0.1:\(source.port)?${credential:key}")])
        let run = try LiveRun(
            [
                "-c", "CREDENTIALS_DIRECTORY=\"$1\" exec \"$0\" run \"$2\"", Program.scened.path,
                secrets.path, site.file.path,
            ],
            executable: URL(filePath: "/bin/bash"))
        _ = try run.next("one", "stream_start")
        run.send(signal: SIGHUP)
        while !run.said.contains("configuration read again") { _ = try #require(run.nextEvent()) }
        try Data("second-key".utf8).write(to: secret)
        run.send(signal: SIGHUP)
        _ = try run.next("one", "stream_end")
        _ = try run.next("one", "stream_start")
        run.send(signal: SIGTERM)
        let outcome = try run.finish()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try site.runs("one").count == 2 && source.connections == 2)
        let told = [outcome.errors] + run.events.map(\.line)
        #expect(!told.contains { $0.contains("first-key") || $0.contains("second-key") })
    }

    /// Events have probabilities by the calibration, and by the new one where its file holds another at a
    /// reload: that is another run.
    @Test func aReloadReadsCalibrations() throws {
        let film = FeedSource.Step.send(try WatchTests.film(upTo: 0.4))
        let source = FeedSource([[film, .hold], [film, .hold]])
        let feeds = [("one", "tcp://127.0.0.1:\(source.port)")]
        let site = try RunSite(feeds)
        let calibration = site.folder.appending(path: "calibration.json")
        func calibrate(_ intercept: Double) throws {
            let rows = (1...2).map { "{\"right_shots\":\($0),\"slope\":0,\"intercept\":\(intercept)}" }
            try """
            {"calibration":1,"scorer":"coherence","encoder":"descriptor-1","model":null,
             "rows":[\(rows.joined(separator: ","))]}
            """.write(to: calibration, atomically: true, encoding: .utf8)
        }
        try calibrate(0)
        try site.write(feeds, extra: "log:\n  level: info")
        let text = try String(contentsOf: site.file, encoding: .utf8)
        try text.replacing("min-scene: 1", with: "min-scene: 1\n  calibration: \(calibration.path)").write(
            to: site.file, atomically: true, encoding: .utf8)
        let run = try LiveRun(["run", "--config", site.file.path])
        let boundary = try run.next("one", "boundary")
        #expect(boundary.fields["probability"] as? Double == 0.5)
        try calibrate(1.098612)
        run.send(signal: SIGHUP)
        _ = try run.next("one", "stream_start")
        let other = try run.next("one", "boundary")
        #expect(other.fields["probability"] as? Double == 0.75)
        run.send(signal: SIGTERM)
        let outcome = try run.finish()
        source.close()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try site.runs("one").count == 2)
    }

    /// Scenes of a feed say what was on before, by an index that is opened anew at a reload: that is another
    /// run. Their vectors make the index.
    @Test func aReloadReadsIndexes() throws {
        let film = FeedSource.Step.send(try WatchTests.film(upTo: 0.4))
        let source = FeedSource([[film, .hold], [film, .hold]])
        let feeds = [("one", "tcp://127.0.0.1:\(source.port)")]
        let site = try RunSite(feeds)
        let index = site.folder.appending(path: "index").path
        let events = site.folder.appending(path: "film.jsonl").path
        _ = try Program.run(
            ["segment", Fixtures.path("cuts.mp4"), "--vectors", "--quiet", "--output", events])
        #expect(try Program.run(["index", "follow", index, events]).status == 0)
        try site.write(feeds, extra: "log:\n  level: info")
        let text = try String(contentsOf: site.file, encoding: .utf8)
        try text.replacing(
            "min-scene: 1", with: "min-scene: 1\n  vectors: true\n  repeats: true\n  index: \(index)"
        )
        .write(to: site.file, atomically: true, encoding: .utf8)
        let run = try LiveRun(["run", "--config", site.file.path])
        let start = try run.next("one", "stream_start")
        let first = try run.next("one", "scene")
        #expect((start.fields["options"] as? [String: Any])?["vectors"] is [String: Any])
        #expect(first.fields["vector"] is String && first.fields["seen"] is [String: Any], "\(first.line)")
        // The scene itself comes into the index: then the next run has seen it.
        let lines = site.folder.appending(path: "live.jsonl").path
        try "\(start.line)\n\(first.line)\n".write(toFile: lines, atomically: true, encoding: .utf8)
        #expect(try Program.run(["index", "follow", index, lines]).status == 0)
        run.send(signal: SIGHUP)
        _ = try run.next("one", "stream_start")
        let again = try run.next("one", "scene")
        let seen = try #require(again.fields["seen"] as? [String: Any], "\(again.line)")
        let best = try #require(seen["best"] as? [String: Any], "\(again.line)")
        #expect(best["score"] as? Double ?? 0 > 0.9999)
        #expect((best["recording"] as? String)?.hasPrefix("one@") == true)
        run.send(signal: SIGTERM)
        let outcome = try run.finish()
        source.close()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try site.runs("one").count == 2)
    }

    /// Scenes of a feed have tags by a probe, and by the new one where its file holds another at a reload:
    /// that is another run. One feed on its own has them, too.
    @Test func aReloadReadsProbes() throws {
        let film = FeedSource.Step.send(try WatchTests.film(upTo: 0.4))
        let source = FeedSource([[film, .hold], [film, .hold]])
        let feeds = [("one", "tcp://127.0.0.1:\(source.port)")]
        let site = try RunSite(feeds)
        let probe = site.folder.appending(path: "probe.safetensors").path
        let examples = try ProbeFilms.write(ProbeFilms.examples)
        func teach(seed: Int) throws {
            let outcome = try Program.run([
                "probe", "train", examples, ProbeFilms.folder, "--draws", "0", "--seed", "\(seed)", "--quiet",
                "--output", probe,
            ])
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        func labels(_ scene: Event) -> [String] {
            (scene.fields["tags"] as? [[String: Any]] ?? []).compactMap { $0["label"] as? String }
        }
        func digest(_ start: Event) throws -> String {
            let options = try #require(start.fields["options"] as? [String: Any])
            return "\(try #require(options["probe"], "\(options)"))"
        }
        try teach(seed: 1)
        let watched = try Program.run(
            ["watch", Fixtures.path("cuts.mp4"), "--probe", probe, "--json", "--quiet"])
        let scenes = watched.events.filter { $0.type == "scene" }
        #expect(watched.status == 0 && !scenes.isEmpty, "\(watched.errors)")
        for scene in scenes { #expect(Set(labels(scene)) == ["red", "blue", "dark"], "\(scene.line)") }
        try site.write(feeds, extra: "log:\n  level: info")
        let text = try String(contentsOf: site.file, encoding: .utf8)
        try text.replacing("min-scene: 1", with: "min-scene: 1\n  probe: \(probe)").write(
            to: site.file, atomically: true, encoding: .utf8)
        let run = try LiveRun(["run", "--config", site.file.path])
        let first = try digest(run.next("one", "stream_start"))
        let scene = try run.next("one", "scene")
        #expect(Set(labels(scene)) == ["red", "blue", "dark"], "\(scene.line)")
        try teach(seed: 2)
        run.send(signal: SIGHUP)
        #expect(try digest(run.next("one", "stream_start")) != first)
        #expect(try labels(run.next("one", "scene")).count == 3)
        run.send(signal: SIGTERM)
        let outcome = try run.finish()
        source.close()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try site.runs("one").count == 2)
    }

    /// Scenes of a feed have sentences, and others where the file holds others at a reload: that is another
    /// run.
    @Test func aReloadReadsSentences() throws {
        let film = FeedSource.Step.send(try WatchTests.film(upTo: 0.4))
        let source = FeedSource([[film, .hold], [film, .hold]])
        let feeds = [("one", "tcp://127.0.0.1:\(source.port)")]
        let site = try RunSite(feeds)
        let tags = site.folder.appending(path: "tags.txt")
        func write(_ lines: [String]) throws {
            try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: tags)
        }
        func names(_ scene: Event) throws -> [String] {
            try TagCommandTests.sentences(scene).map(\.name).sorted()
        }
        try write(TagCommandTests.lines)
        try site.write(feeds, extra: "log:\n  level: info")
        let text = try String(contentsOf: site.file, encoding: .utf8)
        let keys = "\n  model: \(TagCommandTests.model)\n  tags: \(tags.path)\n  tag-minimum: 0"
        try text.replacing("min-scene: 1", with: "min-scene: 1" + keys).write(
            to: site.file, atomically: true, encoding: .utf8)
        let run = try LiveRun(["run", "--config", site.file.path])
        let first = try run.next("one", "stream_start")
        #expect(first.line.contains("\"sentence_tags\":{"))
        #expect(try names(run.next("one", "scene")) == ["match", "other", "studio", "weather"])
        try write(["night\ta street at night", "day\ta street at noon"])
        run.send(signal: SIGHUP)
        _ = try run.next("one", "stream_start")
        #expect(try names(run.next("one", "scene")) == ["day", "night"])
        run.send(signal: SIGTERM)
        let outcome = try run.finish()
        source.close()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try site.runs("one").count == 2)
        // A feed without a model, or with one that has no text tower, is refused.
        for (model, wanted) in [
            ("", "set model, too"), ("\n  model: \(ImageModelTests.both)", "holds no text tower"),
        ] {
            try text.replacing("min-scene: 1", with: "min-scene: 1\(model)\n  tags: \(tags.path)").write(
                to: site.file, atomically: true, encoding: .utf8)
            let refused = try Program.run(["check-config", site.file.path])
            #expect(refused.status == 78 && refused.errors.contains(wanted), "\(refused.errors)")
        }
    }
}
