import Foundation
import TestSupport
import Testing

/// `scened run`: many feeds that do not disturb one another, started, changed and ended as the configuration
/// says.
@Suite struct RunTests {
    /// A configuration and a state directory of its own.
    struct Site {
        let folder = Scratch.path("site")
        var file: URL { folder.appending(path: "scened.yaml") }

        init(_ feeds: [(name: String, input: String)]) throws {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try write(feeds)
        }

        /// Events of all feeds go to standard output, each with its feed's name.
        func write(_ feeds: [(name: String, input: String)], extra: String = "") throws {
            let list = feeds.map { "  - name: \($0.name)\n    input: \"\($0.input)\"\n" }.joined()
            let text = """
                state: \(folder.path)/state
                http: null
                defaults:
                  stall-after: 1
                  heartbeat: 0.5
                  reconnect-cap: 0.25
                  split-after: 2
                  neighbors: 2
                  min-scene: 1
                limits:
                  opens-per-second: 50
                sinks:
                  - to: stdout
                    envelope: true
                \(extra)
                feeds:
                \(list)
                """
            try text.write(to: file, atomically: true, encoding: .utf8)
        }

        /// The journal of a feed, as lines.
        func journal(_ feed: String) throws -> [String] { try runs(feed).flatMap { $0 } }

        /// The same, run by run.
        func runs(_ feed: String) throws -> [[String]] {
            let segments = try segments(feed)
            let runs = Set(segments.map { $0.deletingLastPathComponent() }).sorted { $0.path < $1.path }
            return try runs.map { run in
                try segments.filter { $0.deletingLastPathComponent() == run }
                    .flatMap { segment in
                        try String(contentsOf: segment, encoding: .utf8).split(separator: "\n").map(
                            String.init)
                    }
            }
        }

        /// The journal's files, in order.
        func segments(_ feed: String) throws -> [URL] {
            let folder = folder.appending(path: "state/journal/\(feed)")
            return try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
                .filter { $0.hasSuffix(".jsonl") }.map { folder.appending(path: $0) }
        }
    }

    /// The event inside an envelope, if it is of `feed` and of `type`.
    static func event(_ line: Event, _ feed: String, _ type: String) -> Event? {
        guard line.fields["feed"] as? String == feed, let inner = line.fields["event"] as? [String: Any],
            inner["type"] as? String == type, let data = try? JSONSerialization.data(withJSONObject: inner)
        else { return nil }
        return Event(String(decoding: data, as: UTF8.self))
    }

    static func next(_ run: LiveRun, _ feed: String, _ type: String) throws -> Event {
        while let line = run.nextEvent() {
            if let event = event(line, feed, type) { return event }
        }
        throw Missing(what: "\(type) of \(feed)")
    }

    /// Such an event, wherever it stands among those read or to come.
    static func ever(_ run: LiveRun, _ feed: String, _ type: String) throws -> Event {
        guard let line = run.event(where: { event($0, feed, type) != nil }),
            let event = event(line, feed, type)
        else {
            throw Missing(what: "\(type) of \(feed)")
        }
        return event
    }

    struct Missing: Error { var what: String }

    /// One feed is well; the others are silent, absent, or send what nobody can decode. The first does not
    /// notice.
    @Test func oneFeedsTroubleIsNoOthers() throws {
        let good = FeedSource([[.send(try WatchTests.film()), .hold]])
        let silent = FeedSource([[.hold]])
        var chance = SystemRandomNumberGenerator()
        let noise = (0..<300_000).map { _ in UInt8.random(in: 0...255, using: &chance) }
        let poisoned = FeedSource([[.send(try WatchTests.film(upTo: 0.1)), .send(noise)]])
        let site = try Site([
            ("good", "tcp://127.0.0.1:\(good.port)"), ("silent", "tcp://127.0.0.1:\(silent.port)"),
            ("absent", "tcp://127.0.0.1:1"), ("poisoned", "tcp://127.0.0.1:\(poisoned.port)"),
        ])
        try site.write(
            [
                ("good", "tcp://127.0.0.1:\(good.port)"), ("silent", "tcp://127.0.0.1:\(silent.port)"),
                ("absent", "tcp://127.0.0.1:1"), ("poisoned", "tcp://127.0.0.1:\(poisoned.port)"),
            ])
        let run = try LiveRun(["run", "--config", site.file.path])
        _ = try Self.next(run, "good", "scene")
        _ = try Self.next(run, "poisoned", "gap")
        run.send(signal: SIGTERM)
        let outcome = try run.finish()
        for source in [good, silent, poisoned] { source.close() }
        #expect(outcome.status == 0, "\(outcome.errors)")
        let journal = try site.journal("good")
        try Schema.check(lines: journal)
        #expect(!journal.contains { $0.contains("\"type\":\"gap\"") && !$0.contains("\"reason\":\"stall\"") })
        #expect(journal.last?.contains("\"type\":\"stream_end\"") == true)
        try Schema.check(lines: site.journal("poisoned"))
    }

    /// SIGHUP: a new feed starts, one that is gone ends, the one that stays does not notice; a wrong file
    /// changes nothing.
    @Test func aReloadLeavesEqualFeedsAlone() throws {
        let stays = FeedSource([[.send(try WatchTests.film(upTo: 0.3)), .hold]])
        let goes = FeedSource([[.send(try WatchTests.film(upTo: 0.3)), .hold]])
        let comes = FeedSource([[.send(try WatchTests.film(upTo: 0.3)), .hold]])
        let stay = ("stays", "tcp://127.0.0.1:\(stays.port)?a")
        let site = try Site([stay, ("goes", "tcp://127.0.0.1:\(goes.port)")])
        try site.write([stay, ("goes", "tcp://127.0.0.1:\(goes.port)")], extra: "log:\n  level: info")
        let run = try LiveRun(["run", "--config", site.file.path])
        _ = try Self.next(run, "stays", "stream_start")
        try "feeds: [".write(to: site.file, atomically: true, encoding: .utf8)
        run.send(signal: SIGHUP)
        while !run.said.contains("everything stays as it was") { _ = try #require(run.nextEvent()) }
        // A feed that has not begun has nothing to end.
        _ = try Self.ever(run, "goes", "stream_start")
        try site.write([stay, ("comes", "tcp://127.0.0.1:\(comes.port)")])
        run.send(signal: SIGHUP)
        // Feeds do not wait for one another: the new one may begin before the old one ends.
        _ = try Self.ever(run, "goes", "stream_end")
        _ = try Self.ever(run, "comes", "stream_start")
        run.send(signal: SIGTERM)
        let outcome = try run.finish()
        for source in [stays, goes, comes] { source.close() }
        #expect(outcome.status == 0, "\(outcome.errors)")
        let journal = try site.journal("stays")
        try Schema.check(lines: journal)
        #expect(journal.count { $0.contains("\"type\":\"stream_start\"") } == 1)
        #expect(journal.count { $0.contains("\"reason\":\"interrupted\"") } == 1)
    }

    /// Events have probabilities by the calibration, and by the new one where its file holds another at a
    /// reload: that is another run.
    @Test func aReloadReadsCalibrations() throws {
        let film = FeedSource.Step.send(try WatchTests.film(upTo: 0.4))
        let source = FeedSource([[film, .hold], [film, .hold]])
        let feeds = [("one", "tcp://127.0.0.1:\(source.port)")]
        let site = try Site(feeds)
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
        let boundary = try Self.next(run, "one", "boundary")
        #expect(boundary.fields["probability"] as? Double == 0.5)
        try calibrate(1.098612)
        run.send(signal: SIGHUP)
        _ = try Self.next(run, "one", "stream_start")
        let other = try Self.next(run, "one", "boundary")
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
        let site = try Site(feeds)
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
        let start = try Self.next(run, "one", "stream_start")
        let first = try Self.next(run, "one", "scene")
        #expect((start.fields["options"] as? [String: Any])?["vectors"] is [String: Any])
        #expect(first.fields["vector"] is String && first.fields["seen"] is [String: Any], "\(first.line)")
        // The scene itself comes into the index: then the next run has seen it.
        let lines = site.folder.appending(path: "live.jsonl").path
        try "\(start.line)\n\(first.line)\n".write(toFile: lines, atomically: true, encoding: .utf8)
        #expect(try Program.run(["index", "follow", index, lines]).status == 0)
        run.send(signal: SIGHUP)
        _ = try Self.next(run, "one", "stream_start")
        let again = try Self.next(run, "one", "scene")
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
        let site = try Site(feeds)
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
        let first = try digest(Self.next(run, "one", "stream_start"))
        let scene = try Self.next(run, "one", "scene")
        #expect(Set(labels(scene)) == ["red", "blue", "dark"], "\(scene.line)")
        try teach(seed: 2)
        run.send(signal: SIGHUP)
        #expect(try digest(Self.next(run, "one", "stream_start")) != first)
        #expect(try labels(Self.next(run, "one", "scene")).count == 3)
        run.send(signal: SIGTERM)
        let outcome = try run.finish()
        source.close()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try site.runs("one").count == 2)
    }

    /// After a crash the run goes on as one whole stream: the scene that was open ends with a gap that says
    /// why.
    @Test func aKilledRunGoesOn() throws {
        let source = FeedSource([[.send(try WatchTests.film(upTo: 0.4)), .hold]])
        let site = try Site([("one", "tcp://127.0.0.1:\(source.port)")])
        let first = try LiveRun(["run", "--config", site.file.path])
        _ = try Self.next(first, "one", "scene")
        first.send(signal: SIGKILL)
        _ = try first.finish()
        let second = try LiveRun(["run", "--config", site.file.path])
        let gap = try Self.next(second, "one", "gap")
        #expect(gap.fields["reason"] as? String == "restart")
        _ = try Self.next(second, "one", "scene")
        second.send(signal: SIGTERM)
        #expect(try second.finish().status == 0)
        source.close()
        // One `stream_start`, `seq` without a hole, shots, scenes and gaps that tile, counts that are right.
        let journal = try site.journal("one")
        try Schema.check(lines: journal)
        let gaps = journal.compactMap(Event.init).filter { $0.type == "gap" }
        #expect(gaps.contains { ($0.seconds("end") ?? 0) > ($0.seconds("start") ?? 0) })
    }

    /// After a stop in order another run begins, which says that there was one before; no `id` comes twice.
    @Test func aStoppedFeedBeginsAnotherRun() throws {
        let source = FeedSource([[.send(try WatchTests.film(upTo: 0.4)), .hold]])
        let site = try Site([("one", "tcp://127.0.0.1:\(source.port)")])
        for round in 0..<2 {
            let run = try LiveRun(["run", "--config", site.file.path])
            if round > 0 {
                let gap = try Self.next(run, "one", "gap")
                #expect(gap.fields["reason"] as? String == "restart")
            }
            _ = try Self.next(run, "one", "scene")
            run.send(signal: SIGTERM)
            #expect(try run.finish().status == 0)
        }
        source.close()
        let runs = try site.runs("one")
        #expect(runs.count == 2)
        for run in runs { try Schema.check(lines: run) }
        let named = runs.joined().compactMap { Event($0) }.filter { $0.type != "boundary" }.map(\.id)
        #expect(Set(named).count == named.count)
    }

    /// A file that a crash interrupted is read on as if nothing had happened; one that was read is not read
    /// again.
    @Test func aFileGoesOnAsIfNothingHappened() throws {
        let site = try Site([("film", try Films.scenes().path)])
        #expect(try Program.run(["run", "--config", site.file.path]).status == 0)
        let expected = try site.journal("film")
        try Schema.check(lines: expected)
        let run = try #require(try site.segments("film").first)
        let bytes = try Data(contentsOf: run)
        // A crash leaves any part of the bytes: whole lines, half a line, none.
        for share in [0, 0.001, 0.3, 0.31, 0.62, 0.97, 0.9999] {
            try bytes.prefix(Int(Double(bytes.count) * share)).write(to: run)
            #expect(try Program.run(["run", "--config", site.file.path]).status == 0)
            let events = WatchTests.stable(try site.journal("film").compactMap(Event.init))
            #expect(events == WatchTests.stable(expected.compactMap(Event.init)), "\(share)")
            try Schema.check(lines: site.journal("film"))
        }
        let journal = try site.journal("film")
        #expect(try Program.run(["run", "--config", site.file.path]).status == 0)
        #expect(try site.journal("film") == journal)
    }

    @Test func configurationsAreChecked() throws {
        let site = try Site([("one", "udp://127.0.0.1:5000"), ("two", try Films.scenes().path)])
        let good = try Program.run(["check-config", site.file.path])
        #expect(good.status == 0)
        #expect(good.lines == ["\(site.file.path): 2 feeds, 1 sinks, no faults"])
        try site.write([("one", "udp://127.0.0.1:5000")], extra: "feed: 1")
        for command in [["check-config", site.file.path], ["run", "--config", site.file.path]] {
            let wrong = try Program.run(command)
            #expect(wrong.status == 78)
            #expect(wrong.errorLines.count == 1, "\(wrong.errors)")
        }
        #expect(try Program.run(["check-config", "/nonexistent.yaml"]).status == 66)
        try site.write([("one", try Films.scenes().path)], extra: "")
        let text = try String(contentsOf: site.file, encoding: .utf8)
        try text.replacing("split-after: 2", with: "split-after: 2\n  deadline: 1").write(
            to: site.file, atomically: true, encoding: .utf8)
        let short = try Program.run(["check-config", site.file.path])
        #expect(short.status == 78)
        #expect(short.errors.contains("feed 'one'"))
        try text.replacing("split-after: 2", with: "split-after: 2\n  calibration: /nonexistent.json").write(
            to: site.file, atomically: true, encoding: .utf8)
        let uncalibrated = try Program.run(["check-config", site.file.path])
        #expect(uncalibrated.status == 78 && uncalibrated.errors.contains("/nonexistent.json"))
    }
}
