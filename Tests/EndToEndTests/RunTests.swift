import Foundation
import TestSupport
import Testing

/// `scened run`: many feeds that do not disturb one another, started and ended as the configuration says.
@Suite struct RunTests {
    /// One feed is well; the others are silent, absent, or send what nobody can decode. The first does not
    /// notice.
    @Test func oneFeedsTroubleIsNoOthers() throws {
        let good = FeedSource([[.send(try WatchTests.film()), .hold]])
        let silent = FeedSource([[.hold]])
        var chance = SystemRandomNumberGenerator()
        let noise = (0..<300_000).map { _ in UInt8.random(in: 0...255, using: &chance) }
        let poisoned = FeedSource([[.send(try WatchTests.film(upTo: 0.1)), .send(noise)]])
        let site = try RunSite([
            ("good", "tcp://127.0.0.1:\(good.port)"), ("silent", "tcp://127.0.0.1:\(silent.port)"),
            ("absent", "tcp://127.0.0.1:1"), ("poisoned", "tcp://127.0.0.1:\(poisoned.port)"),
        ])
        try site.write(
            [
                ("good", "tcp://127.0.0.1:\(good.port)"), ("silent", "tcp://127.0.0.1:\(silent.port)"),
                ("absent", "tcp://127.0.0.1:1"), ("poisoned", "tcp://127.0.0.1:\(poisoned.port)"),
            ])
        let run = try LiveRun(["run", "--config", site.file.path])
        _ = try run.next("good", "scene")
        _ = try run.next("poisoned", "gap")
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

    /// A film that cannot be read is over like one that was read: what it lacks is said beside its state.
    @Test func whyAFilmHasEndedIsShown() throws {
        let site = try RunSite([])
        try site.write([("film", "\(site.folder.path)/missing.mp4"), ("live", "tcp://127.0.0.1:1")])
        let socket = "\(site.folder.path)/h"
        let text = try String(contentsOf: site.file, encoding: .utf8)
        try text.replacing("http: null", with: "http: {listen: 'unix:\(socket)'}").write(
            to: site.file, atomically: true, encoding: .utf8)
        let run = try LiveRun(["run", "--config", site.file.path])
        while !run.said.contains("feed has ended") { _ = try #require(run.nextEvent()) }
        let status = try Program.run(["status", "--http", "unix:\(socket)"])
        run.send(signal: SIGTERM)
        let outcome = try run.finish()
        let line = try #require(status.output.split(separator: "\n").first { $0.hasPrefix("film ") })
        #expect(line.contains("ended") && line.contains("missing.mp4': No such file"), "\(status.output)")
        #expect(outcome.errors.contains("missing.mp4': No such file"), "\(outcome.errors)")
    }

    /// After a crash the run goes on as one whole stream: the scene that was open ends with a gap that says
    /// why.
    @Test func aKilledRunGoesOn() throws {
        let source = FeedSource([[.send(try WatchTests.film(upTo: 0.4)), .hold]])
        let site = try RunSite([("one", "tcp://127.0.0.1:\(source.port)")])
        let first = try LiveRun(["run", "--config", site.file.path])
        _ = try first.next("one", "scene")
        first.send(signal: SIGKILL)
        _ = try first.finish()
        let second = try LiveRun(["run", "--config", site.file.path])
        let gap = try second.next("one", "gap")
        #expect(gap.fields["reason"] as? String == "restart")
        _ = try second.next("one", "scene")
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
        let site = try RunSite([("one", "tcp://127.0.0.1:\(source.port)")])
        for round in 0..<2 {
            let run = try LiveRun(["run", "--config", site.file.path])
            if round > 0 {
                let gap = try run.next("one", "gap")
                #expect(gap.fields["reason"] as? String == "restart")
            }
            _ = try run.next("one", "scene")
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
        let site = try RunSite([("film", try Films.scenes().path)])
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

    /// Another film at the path of one that was read is read, however old it is, and so is the one that the
    /// configuration names next: each in a run of its own.
    @Test func anotherFilmIsRead() throws {
        let site = try RunSite([])
        let (film, other) = ("film.mp4", "other.mp4")
        let paths = [film, other].map { site.folder.appending(path: $0).path }
        let files = FileManager.default
        try files.copyItem(atPath: Films.scenes().path, toPath: paths[0])
        try files.copyItem(atPath: Fixtures.path("cuts.mp4"), toPath: paths[1])
        try files.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1e9)], ofItemAtPath: paths[1])
        func inputs() throws -> [String] {
            #expect(try Program.run(["run", "--config", site.file.path]).status == 0)
            return try site.runs("film").compactMap { run in
                try Schema.check(lines: run)
                return run.first.flatMap { Event($0)?.fields["input"] as? String }
            }
        }
        try site.write([("film", paths[0])])
        #expect(try inputs() == [paths[0]])
        try files.removeItem(atPath: paths[0])
        try files.moveItem(atPath: paths[1], toPath: paths[0])
        #expect(try inputs() == [paths[0], paths[0]])
        let next = try Films.scenes().path
        try site.write([("film", next)])
        #expect(try inputs() == [paths[0], paths[0], next])
        #expect(try inputs().count == 3)
    }

    @Test func configurationsAreChecked() throws {
        let site = try RunSite([("one", "udp://127.0.0.1:5000"), ("two", try Films.scenes().path)])
        let good = try Program.run(["check-config", site.file.path])
        #expect(good.status == 0)
        #expect(good.lines == ["\(site.file.path): 2 feeds, 1 sink, no faults"])
        try site.write([("one", "udp://127.0.0.1:5000")], extra: "feed: 1")
        for command in [["check-config", site.file.path], ["run", "--config", site.file.path]] {
            let wrong = try Program.run(command)
            #expect(wrong.status == 78)
            #expect(wrong.errorLines.count == 1, "\(wrong.errors)")
        }
        // What keeps no events.
        let fifo = "\(site.folder.path)/fifo"
        try #require(mkfifo(fifo, 0o600) == 0)
        try site.write(
            [("one", "udp://127.0.0.1:5000")], extra: "  - {to: file, name: log, path: '\(fifo)'}")
        for command in [["check-config", site.file.path], ["run", "--config", site.file.path]] {
            let wrong = try Program.run(command)
            #expect(wrong.status == 78 && wrong.errors.contains("sinks[1].path: '\(fifo)' is a FIFO"))
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

    /// What credentials put into addresses stands in no event, on no page and in no line of the log, whether
    /// the server takes or refuses them.
    @Test func credentialsOfAddressesAreNowhere() throws {
        let film = try WatchTests.film(upTo: 0.3)
        let (server, _) = HostRulesTests.server { path in
            path.hasPrefix("/open")
                ? Data("HTTP/1.1 200 OK\r\n\r\n".utf8) + Data(film)
                : Data("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8)
        }
        defer { server.close() }
        let host = "http://127.0.0.1:\(server.port)"
        let site = try RunSite([])
        let secrets = try Scratch.emptyFolder()
        try Data("canary/query 8731".utf8).write(to: secrets.appending(path: "tk"))
        try Data("canary?path".utf8).write(to: secrets.appending(path: "pw"))
        let socket = "\(site.folder.path)/h"
        let feeds = [
            ("open", "\(host)/open/film.ts?k=${credential:tk}"),
            ("path", "\(host)/open/${credential:pw}/film.ts"), ("shut", "\(host)/${credential:pw}/film.ts"),
            ("query", "\(host)/film.ts?k=${credential:tk}"),
        ]
        try site.write(feeds)
        let text = try String(contentsOf: site.file, encoding: .utf8)
        try text.replacing("http: null", with: "http: {listen: 'unix:\(socket)'}").write(
            to: site.file, atomically: true, encoding: .utf8)
        let run = try LiveRun(
            [
                "-c", "CREDENTIALS_DIRECTORY=\"$1\" exec \"$0\" run \"$2\"", Program.scened.path,
                secrets.path, site.file.path,
            ],
            executable: URL(filePath: "/bin/bash"))
        let start = try run.ever("open", "stream_start")
        #expect(start.fields["input"] as? String == "\(host)/open/film.ts?k=***")
        let other = try run.ever("path", "stream_start")
        #expect(other.fields["input"] as? String == "\(host)/open/***/film.ts")
        for feed in ["shut", "query"] {
            _ = run.event { $0.inside(feed, "heartbeat")?.fields["state"] as? String == "backoff" }
        }
        let status = try Program.run(["status", "--http", "unix:\(socket)"])
        run.send(signal: SIGTERM)
        let outcome = try run.finish()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(status.output.contains("\(host)/***/film.ts: "), "\(status.output)")
        let journals = try feeds.flatMap { try site.journal($0.0) }
        let told = [status.output, outcome.errors] + run.events.map(\.line) + journals
        #expect(!told.contains { $0.contains("canary") }, "\(told.filter { $0.contains("canary") })")
    }
}
