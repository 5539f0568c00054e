import Foundation
import TestSupport
import Testing

/// Encoders that push: `ffmpeg` connects to an address on which `scened watch` listens, leaves, and comes
/// again.
@Suite struct ListeningTests {
    struct Way: CustomTestStringConvertible, Sendable {
        var name: String
        /// What `watch` is given; PORT is put in.
        var url: String
        /// What `ffmpeg` is given.
        var encoder: String
        var testDescription: String { name }
    }

    private static let protocols =
        (try? Program.shell("ffmpeg -hide_banner -protocols").output.split(separator: "\n").map {
            $0.trimmingCharacters(in: .whitespaces)
        }) ?? []

    static let ways = [
        Way(name: "TCP", url: "tcp://127.0.0.1:PORT?listen", encoder: "-f mpegts tcp://127.0.0.1:PORT"),
        Way(
            name: "RTMP", url: "rtmp://127.0.0.1:PORT/live/key?listen=1",
            encoder: "-f flv rtmp://127.0.0.1:PORT/live/key"),
        Way(
            name: "SRT", url: "srt://127.0.0.1:PORT?mode=listener",
            encoder: "-f mpegts srt://127.0.0.1:PORT?mode=caller"),
    ].filter { $0.name != "SRT" || protocols.contains("srt") }

    /// Pushes the film once, as soon as somebody listens.
    private static func push(_ way: Way, _ port: UInt16) throws -> Peer {
        let target = FeedTransportTests.filled(way.encoder, port)
        let line =
            "until ffmpeg -nostdin -v error -re -i '\(Fixtures.path("cuts.ts"))' -t 4 -an -c copy "
            + "\(target); do :; done"
        return try Peer("bash -c \"\(line)\"")
    }

    @Test(arguments: ways) func encodersComeAndGo(_ way: Way) throws {
        let port = LoopbackListener.freePort(way.name == "SRT" ? SOCK_DGRAM : SOCK_STREAM)
        // It waits for much longer than a feed may be silent, and no attempt fails.
        let run = try LiveRun(
            [
                "watch", FeedTransportTests.filled(way.url, port), "--stall-after", "0.5", "--heartbeat",
                "0.25", "--threads", "1",
            ], limit: 90)
        var waits = 0
        while waits < 5, let event = run.nextEvent() {
            #expect(event.type == "heartbeat" && event.fields["state"] as? String == "opening" || waits == 0)
            #expect(event.fields["opens"] as? Int ?? 0 <= 1)
            waits += 1
        }
        for sign in ["stream_start", "gap"] {
            let encoder = try Self.push(way, port)
            _ = try #require(run.event { $0.type == sign }, "\(run.said)")
            let shown = run.events.count
            _ = try #require(
                run.event { event in
                    run.events.count > shown && event.type == "heartbeat"
                        && event.fields["state"] as? String == "opening"
                }, "after \(sign): \(run.said)")
            encoder.end()
        }
        run.send(signal: SIGTERM)
        let outcome = try run.finish()
        #expect(outcome.status == 143)
        try Schema.check(lines: run.events.map(\.line))
    }

    /// Somebody who connects and says nothing does not keep the encoder out for ever, and a port that is
    /// taken is told.
    @Test(arguments: ["tcp", "udp"]) func aTakenPortIsTold(_ scheme: String) throws {
        let kind = scheme == "udp" ? SOCK_DGRAM : SOCK_STREAM
        let (taken, port) = LoopbackListener.taken(kind)
        defer { close(taken) }
        let query = scheme == "tcp" ? "?listen" : "?reuse=0"
        let run = try LiveRun(
            [
                "watch", "\(scheme)://127.0.0.1:\(port)\(query)", "--reconnect-cap", "0.25", "--stall-after",
                "0.5", "--heartbeat", "0.25", "--verbose",
            ], limit: 30)
        _ = run.event { $0.fields["state"] as? String == "backoff" }
        _ = run.event { $0.fields["opens"] as? Int ?? 0 >= 2 }
        run.send(signal: SIGTERM)
        let outcome = try run.finish()
        #expect(
            outcome.errors.contains(
                "Address already in use: another program has this port: end it, or give another port"),
            "\(outcome.errors)")
    }
}
