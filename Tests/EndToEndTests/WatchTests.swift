import Foundation
import TestSupport
import Testing

/// `scened watch` against servers that fail: what was there is there, what was missing is told, and it goes
/// on.
@Suite struct WatchTests {
    static let decisions = [
        "--quiet", "--min-scene", "1", "--neighbors", "2", "--threshold", "0.2", "--split-after", "2",
    ]

    /// The film as a transport stream, cut at about `share` of it.
    static func film(upTo share: Double = 1) throws -> [UInt8] {
        let bytes = [UInt8](try Data(contentsOf: Films.scenes()))
        return Array(bytes.prefix(Int(Double(bytes.count) * share) / 188 * 188))
    }

    static func run(_ port: UInt16, _ options: [String] = []) throws -> LiveRun {
        try LiveRun(
            ["watch", "tcp://127.0.0.1:\(port)"] + decisions
                + ["--stall-after", "1", "--reconnect-cap", "0.25"] + options)
    }

    /// The lines without heartbeats and without what depends on how many of them there were.
    static func stable(_ events: [Event]) -> [String] {
        Events.stable(events.filter { $0.type != "heartbeat" }.map(\.line)).map {
            $0.replacingOccurrences(of: "\"seq\":[0-9]+", with: "\"seq\":0", options: .regularExpression)
        }
    }

    @Test(arguments: ["cuts.ts", "cuts.mp4", "restart.ts"])
    func aFileGivesTheEventsOfSegment(_ clip: String) throws {
        let options = Self.decisions + ["--threads", "1", "--deadline", "8"]
        let watched = try Program.run(["watch", Fixtures.path(clip)] + options)
        let segmented = try Program.run(
            ["segment", Fixtures.path(clip), "--split", "ticks", "--provisional"] + options)
        #expect(watched.errors.isEmpty)
        #expect(watched.status == 0)
        #expect(Events.stable(watched.lines) == Events.stable(segmented.lines))
        try Schema.check(watched)
    }

    @Test func aPipeIsReadToItsEnd() throws {
        let options = Self.decisions.joined(separator: " ")
        let piped = try Program.shell("cat '\(Fixtures.path("cuts.ts"))' | scened watch - \(options)")
        let file = try Program.run(["watch", Fixtures.path("cuts.ts")] + Self.decisions)
        #expect(piped.status == 0)
        #expect(Events.stable(piped.lines) == Events.stable(file.lines))
    }

    /// The server falls silent, is replaced by one that hangs up, and comes back whole; then the user has
    /// seen enough.
    @Test func outagesAreToldAndSurvived() throws {
        let source = FeedSource([
            [.send(try Self.film(upTo: 0.5)), .hold], [.send(try Self.film(upTo: 0.3))],
            [.send(try Self.film()), .hold],
        ])
        let run = try Self.run(source.port)
        let stalled = try #require(
            run.event { $0.type == "heartbeat" && $0.fields["state"] as? String == "stalled" })
        #expect(stalled.fields["reason"] as? String == "stall")
        let first = try #require(run.event { $0.type == "gap" })
        #expect(first.fields["reason"] as? String == "stall")
        #expect(first.fields["timeline"] as? Int == 1)
        let second = try #require(run.event { $0.type == "gap" && $0.fields["timeline"] as? Int == 2 })
        #expect(second.fields["reason"] as? String == "disconnect")
        // A scene of the third connection, which is silent by now.
        let again = try #require(second.seconds("end"))
        _ = try #require(run.event { $0.type == "scene" && ($0.seconds("end") ?? 0) > again + 20 })
        run.send(signal: SIGINT)
        let outcome = try run.finish()
        source.close()
        #expect(outcome.status == 130)
        #expect(outcome.errors.isEmpty)
        #expect(run.events.last?.fields["reason"] as? String == "interrupted")
        try Schema.check(lines: run.events.map(\.line))
        try Self.expectCleanBefore(first, run)
    }

    /// What lies further than K + p parts before the gap equals the events of an unbroken run (contract 13).
    static func expectCleanBefore(_ gap: Event, _ run: LiveRun) throws {
        let clean = try Program.run(["watch", Films.scenes().path] + decisions)
        let limit = try #require(gap.seconds("start")) - 3 * 2 - 6
        func early(_ events: [Event]) -> [String] {
            stable(events.filter { ["shot", "boundary", "scene"].contains($0.type) }).filter { line in
                let event = Event(line)
                return (event?.seconds("end") ?? event?.seconds("at") ?? .infinity) < limit
            }
        }
        #expect(early(run.events) == early(clean.events))
        #expect(early(clean.events).count > 2)
    }

    /// SIGKILL to the process that decodes: a gap says so, and its successor carries on.
    @Test func aKilledWorkerIsReplaced() throws {
        let source = FeedSource([[.send(try Self.film(upTo: 0.5)), .hold]])
        let run = try Self.run(source.port, ["--stall-after", "30"])
        _ = try #require(run.event { $0.type == "watermark" && ($0.seconds("at") ?? 0) >= 22 })
        let worker = try #require(run.children.first)
        kill(worker, SIGKILL)
        let gap = try #require(run.event { $0.type == "gap" })
        #expect(gap.fields["reason"] as? String == "decoder_reset")
        let again = try #require(gap.seconds("end"))
        _ = try #require(run.event { $0.type == "shot" && ($0.seconds("start") ?? 0) >= again })
        run.send(signal: SIGTERM)
        let outcome = try run.finish()
        source.close()
        #expect(outcome.status == 143)
        try Schema.check(lines: run.events.map(\.line))
        try Self.expectCleanBefore(gap, run)
    }

    /// Nobody is left behind: the worker ends with the feed, however that ends.
    @Test func aKilledFeedTakesItsWorkerAlong() throws {
        let source = FeedSource([[.send(try Self.film(upTo: 0.2)), .hold]])
        let run = try Self.run(source.port, ["--stall-after", "30"])
        _ = try #require(run.event { $0.type == "shot" })
        let worker = try #require(run.children.first)
        run.send(signal: SIGKILL)
        _ = try run.finish()
        source.close()
        #expect(Processes.hasEnded(worker, within: 5))
    }

    static let failures: [([String], Int32)] = [
        (["watch", "/nonexistent.ts"], 66), (["watch", "/etc/passwd"], 66),
        (["watch", "a.ts", "--stall-after", "0"], 64),
        (["watch", "tcp://127.0.0.1:1", "--follow"], 64), (["watch", "--follow-idle", "1", "a.ts"], 64),
        (["feed-worker"], 64), (["watch", "foo://x"], 64), (["watch", "udp://127.0.0.1"], 64),
        (["watch", "http://"], 64), (["watch", "udp://127.0.0.1:70000"], 64),
    ]

    @Test(arguments: failures)
    func mistakesHaveAStatusAndOneLine(arguments: [String], status: Int32) throws {
        let outcome = try Program.run(arguments)
        #expect(outcome.status == status, "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
        if status != 64 { #expect(outcome.errorLines.count == 1, "\(outcome.errors)") }
    }

    @Test func aReaderThatLeavesEndsIt() throws {
        let outcome = try Program.shell(
            "scened watch '\(Fixtures.path("cuts.ts"))' --quiet | head -1 >/dev/null")
        #expect(outcome.status == 141)
        #expect(outcome.errors.isEmpty)
    }

    /// Where there is no server yet, heartbeats say so, and one that comes later is found.
    @Test func aServerMayComeLater() throws {
        let early = FeedSource([[]])
        let port = early.port
        let run = try Self.run(port)
        let silent = try #require(run.event { $0.type == "heartbeat" })
        #expect(silent.fields["at"] is NSNull)
        run.send(signal: SIGTERM)
        let outcome = try run.finish()
        early.close()
        #expect(outcome.status == 143)
        #expect(run.events.allSatisfy { $0.type == "heartbeat" })
    }

    /// A file that grows is followed across its end, and ends once it is left alone.
    @Test func aGrowingFileIsFollowed() throws {
        let bytes = try Self.film(upTo: 0.4)
        let file = Scratch.path("growing.ts")
        let half = bytes.count / 376 * 188
        try Data(bytes[..<half]).write(to: file)
        let run = try LiveRun(["watch", file.path, "--follow", "--follow-idle", "1.5"] + Self.decisions)
        _ = try #require(run.event { $0.type == "shot" })
        let handle = try FileHandle(forWritingTo: file)
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(bytes[half...]))
        try handle.close()
        let outcome = try run.finish()
        #expect(outcome.status == 0)
        let whole = Scratch.path("whole.ts")
        try Data(bytes).write(to: whole)
        let clean = try Program.run(["watch", whole.path] + Self.decisions)
        #expect(Self.stable(run.events) == Self.stable(clean.events))
    }

    /// Neither arguments nor output nor errors show what stands in the address.
    @Test func passwordsStayInside() throws {
        let source = FeedSource([[.send(try Self.film(upTo: 0.2)), .hold]])
        let run = try LiveRun(
            ["watch", "tcp://cam:canary8731@127.0.0.1:\(source.port)", "--verbose", "--stall-after", "30"])
        _ = run.event { $0.type == "shot" || $0.type == "heartbeat" }
        for worker in run.children {
            #expect(!Processes.text(of: worker, "cmdline").contains("canary8731"))
            #expect(!Processes.text(of: worker, "environ").contains("canary8731"))
        }
        run.send(signal: SIGTERM)
        let outcome = try run.finish()
        source.close()
        #expect(!outcome.errors.contains("canary8731"))
        #expect(!run.events.contains { $0.line.contains("canary8731") })
    }

    static let partners: [(options: [String], keys: String)] = [
        (["--block-delay", "60"], "block-delay: 60"),
        (["--blocks-without", "mark"], "blocks-without: [mark]"),
        (["--follow-idle", "3"], "follow-idle: 3"), (["--audio-stream", "1"], "audio-stream: 1"),
        (["--audio-stream", "1", "--no-audio"], "audio-stream: 1\n    audio: false"),
        (["--seen-threshold", "0.9"], "seen-threshold: 0.9"), (["--tag-minimum", "0.1"], "tag-minimum: 0.1"),
        (["--novelty-rate", "0.1"], "novelty-rate: 0.1"), (["--reasons"], "reasons: true"),
        (["--sound", "--no-audio"], "sound: true\n    audio: false"),
        (["--threshold", "0.4", "--scenes-per-hour", "20"], "threshold: 0.4\n    scenes-per-hour: 20"),
        (["--split", "none", "--split-after", "5"], "split: none\n    split-after: 5"),
        (["--split", "none", "--intra-shot"], "split: none\n    intra-shot: true"),
        (["--min-shot", "6"], "min-shot: 6"),
    ]

    /// What `watch` refuses of its options, a configuration may not say of a feed.
    @Test(arguments: partners)
    func whatWatchRefusesConfigurationsMayNotSay(_ pair: (options: [String], keys: String)) throws {
        let film = Fixtures.path("cuts.ts")
        #expect(try Program.run(["watch", film] + pair.options).status == 64)
        let folder = try Scratch.emptyFolder()
        let file = folder.appending(path: "scened.yaml")
        func check(_ keys: String) throws -> Program.Outcome {
            let top = "state: \(folder.path)/state\nhttp: null\n"
            let yaml = top + "feeds:\n  - name: a\n    input: '\(film)'\n\(keys)"
            try yaml.write(to: file, atomically: true, encoding: .utf8)
            return try Program.run(["check-config", file.path])
        }
        #expect(try check("").status == 0)
        let refused = try check("    \(pair.keys)\n")
        #expect(refused.status == 78 && refused.errorLines.count == 1, "\(refused.errors)")
    }

    /// Schemes have no case (RFC 3986).
    @Test func schemesMayBeLarge() throws {
        let source = FeedSource([[.send(try Self.film(upTo: 0.2)), .hold]])
        let run = try LiveRun(["watch", "TCP://127.0.0.1:\(source.port)", "--stall-after", "30"])
        #expect(run.event { $0.type == "stream_start" } != nil)
        run.send(signal: SIGTERM)
        #expect(try run.finish().status == 143)
        source.close()
    }

    /// Nobody can copy again what an encoder sent that has left.
    @Test func whoeverLeavesIsNotToBeCopied() throws {
        let port = LoopbackListener.freePort()
        let address = "rtmp://127.0.0.1:\(port)/live/key"
        let run = try LiveRun(
            ["watch", "\(address)?listen=1", "--heartbeat", "0.25", "--verbose", "--threads", "1"], limit: 60)
        let encoder = try Peer(
            "bash -c \"until ffmpeg -nostdin -v error -re -i '\(Fixtures.path("cuts.ts"))' -t 4 -an -c copy "
                + "-f flv \(address); do :; done\"")
        func isAway(_ event: Event) -> Bool {
            event.type == "heartbeat" && event.fields["state"] as? String == "backoff"
        }
        _ = try #require(run.event(where: isAway), "\(run.said)")
        encoder.end()
        run.send(signal: SIGTERM)
        #expect(try run.finish().status == 143)
        #expect(!run.said.contains("copy the input"), "\(run.said)")
    }
}
