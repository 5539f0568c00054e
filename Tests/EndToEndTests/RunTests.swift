import Foundation
import TestSupport
import Testing

/// `scened run`: many feeds that do not disturb one another, started, changed and ended as the configuration says.
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
        func journal(_ feed: String) throws -> [String] {
            let folder = folder.appending(path: "state/journal/\(feed)")
            return try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
                .filter { $0.hasSuffix(".jsonl") }
                .flatMap { name in
                    try String(contentsOf: folder.appending(path: name), encoding: .utf8).split(
                        separator: "\n"
                    ).map(
                        String.init)
                }
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

    struct Missing: Error { var what: String }

    /// One feed is well; the others are silent, absent, or send what nobody can decode. The first does not notice.
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

    /// SIGHUP: a new feed starts, one that is gone ends, the one that stays does not notice; a wrong file changes nothing.
    @Test(
        .enabled(
            if: ProcessInfo.processInfo.environment["SCENED_RELOAD"] != nil,
            "it waits for ever in about one run of four, and why is not known yet: set SCENED_RELOAD to run it"
        ))
    func aReloadLeavesEqualFeedsAlone() throws {
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
        _ = try #require(run.event { Self.event($0, "goes", "stream_start") != nil })
        try site.write([stay, ("comes", "tcp://127.0.0.1:\(comes.port)")])
        run.send(signal: SIGHUP)
        _ = try Self.next(run, "goes", "stream_end")
        _ = try Self.next(run, "comes", "stream_start")
        run.send(signal: SIGTERM)
        let outcome = try run.finish()
        for source in [stays, goes, comes] { source.close() }
        #expect(outcome.status == 0, "\(outcome.errors)")
        let journal = try site.journal("stays")
        try Schema.check(lines: journal)
        #expect(journal.count { $0.contains("\"type\":\"stream_start\"") } == 1)
        #expect(journal.count { $0.contains("\"reason\":\"interrupted\"") } == 1)
    }

    /// After a stop of any kind the journal's run goes on: numbers without a hole, and a gap that says why.
    @Test(arguments: [SIGTERM, SIGKILL])
    func aRestartGoesOn(signal: Int32) throws {
        let source = FeedSource([[.send(try WatchTests.film(upTo: 0.4)), .hold]])
        let site = try Site([("one", "tcp://127.0.0.1:\(source.port)")])
        let first = try LiveRun(["run", "--config", site.file.path])
        _ = try Self.next(first, "one", "scene")
        first.send(signal: signal)
        _ = try first.finish()
        let second = try LiveRun(["run", "--config", site.file.path])
        let gap = try Self.next(second, "one", "gap")
        #expect(gap.fields["reason"] as? String == "restart")
        second.send(signal: SIGTERM)
        #expect(try second.finish().status == 0)
        source.close()
        let events = try site.journal("one").compactMap(Event.init)
        #expect(events.map { $0.fields["seq"] as? Int } == (1...events.count).map { Optional($0) })
        let starts = events.filter { $0.type == "stream_start" }.compactMap { $0.fields["timeline"] as? Int }
        #expect(starts.count == 2 && starts[0] == 0 && starts[1] > 0)
        #expect(
            Set(events.filter { $0.type == "stream_start" }.map { $0.fields["run"] as? String }).count == 1)
        let named = events.filter { $0.type != "boundary" }.map(\.id)
        #expect(Set(named).count == named.count)
    }

    @Test func configurationsAreChecked() throws {
        let site = try Site([("one", "udp://127.0.0.1:5000"), ("two", "film.ts")])
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
        try site.write([("one", "film.ts")], extra: "")
        let text = try String(contentsOf: site.file, encoding: .utf8)
        try text.replacing("split-after: 2", with: "split-after: 2\n  deadline: 1").write(
            to: site.file, atomically: true, encoding: .utf8)
        let short = try Program.run(["check-config", site.file.path])
        #expect(short.status == 78)
        #expect(short.errors.contains("feed 'one'"))
    }
}
