import Foundation
import TestSupport
import Testing

/// A server that leads on and on: how many connections one attempt makes, how fast, and what is said.
@Suite struct RedirectionTests {
    /// Moments of connections, seconds.
    final class Moments: @unchecked Sendable {
        private let lock = NSLock()
        private var moments: [Double] = []
        var all: [Double] { lock.withLock { moments } }
        func add() { lock.withLock { moments.append(ProcessInfo.processInfo.systemUptime) } }
    }

    static func found(_ location: String) -> Data {
        Data(
            "HTTP/1.1 302 Found\r\nLocation: \(location)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                .utf8)
    }

    /// Whatever is asked for leads to another path, without end.
    private static func circle(_ moments: Moments) -> LoopbackListener {
        HostRulesTests.server { path in
            moments.add()
            return found("/\(path.count)\(path)")
        }.listener
    }

    @Test func aCircleEnds() throws {
        let moments = Moments()
        let server = Self.circle(moments)
        defer { server.close() }
        let run = try LiveRun(
            ["watch", "http://127.0.0.1:\(server.port)/", "--heartbeat", "0.5", "--verbose"], limit: 60)
        _ = run.event { $0.fields["state"] as? String == "backoff" }
        let seen = moments.all
        run.send(signal: SIGTERM)
        let outcome = try run.finish()
        #expect(seen.count == 6)
        // One redirection is followed at once, the others a second apart. A busy machine only makes it
        // longer.
        for (before, after) in zip(seen.dropFirst(), seen.dropFirst(2)) { #expect(after - before > 0.9) }
        #expect(
            outcome.errors.contains("it is redirected again and again (6 connections)"), "\(outcome.errors)")
    }

    /// `segment` is held to the same.
    @Test func aCircleEndsForSegment() throws {
        let moments = Moments()
        let server = Self.circle(moments)
        defer { server.close() }
        let outcome = try Program.run(["segment", "http://127.0.0.1:\(server.port)/", "--quiet"])
        #expect(outcome.status == 66 && moments.all.count == 6)
        #expect(outcome.errors.contains("it is redirected again and again"), "\(outcome.errors)")
    }

    /// The segments of a playlist are not led on for ever, either.
    @Test func aCircleOfSegmentsEnds() throws {
        let moments = Moments()
        let server = HostRulesTests.server { path in
            if path == "/live.m3u8" {
                return HostRulesTests.playlist(["#EXTINF:60,", "/s.ts", "#EXT-X-ENDLIST"])
            }
            moments.add()
            return Self.found("/\(path.count)\(path)")
        }.listener
        defer { server.close() }
        let run = try LiveRun(
            ["watch", "http://127.0.0.1:\(server.port)/live.m3u8", "--heartbeat", "0.5"], limit: 60)
        _ = run.event { $0.fields["state"] as? String == "backoff" }
        let seen = moments.all.count
        run.send(signal: SIGTERM)
        _ = try run.finish()
        #expect(1...6 ~= seen)
    }

    /// A refusal is known by its code, not by digits that an address may hold.
    @Test(arguments: [("/404 ", "503 Service Unavailable"), ("/x", "410 Gone"), ("/x", "403 Forbidden")])
    func refusals(_ path: String, _ status: String) throws {
        let server = HostRulesTests.server { _ in
            Data("HTTP/1.1 \(status)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8)
        }.listener
        defer { server.close() }
        let address = "http://127.0.0.1:\(server.port)\(path)"
        let run = try LiveRun(["watch", address, "--heartbeat", "0.5", "--verbose"], limit: 60)
        _ = run.event { $0.fields["state"] as? String == "backoff" }
        run.send(signal: SIGTERM)
        let outcome = try run.finish()
        let isRefused = outcome.errors.contains("check the address, its user and its password")
        #expect(isRefused == !status.hasPrefix("5"), "\(outcome.errors)")
    }
}
