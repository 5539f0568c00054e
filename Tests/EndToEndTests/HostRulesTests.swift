import Foundation
import TestSupport
import Testing

/// What a feed's other side sends must not lead to hosts that nobody configured: they see no connection at
/// all.
@Suite struct HostRulesTests {
    /// Answers every request on a connection by its path, once.
    static func server(host: String = "127.0.0.1", _ answer: @escaping @Sendable (String) -> Data) -> (
        listener: LoopbackListener, connections: Count
    ) {
        let count = Count()
        let listener = LoopbackListener(host: host) { client in
            count.add()
            var request = Data()
            var chunk = [UInt8](repeating: 0, count: 4096)
            while request.range(of: Data("\r\n\r\n".utf8)) == nil {
                let got = recv(client, &chunk, chunk.count, 0)
                guard got > 0 else { return }
                request.append(contentsOf: chunk[..<got])
            }
            let words = String(decoding: request, as: UTF8.self).split(separator: " ")
            let response = answer(words.count > 1 ? String(words[1]) : "/")
            response.withUnsafeBytes { bytes in
                var sent = 0
                while sent < bytes.count {
                    let now = send(client, bytes.baseAddress?.advanced(by: sent), bytes.count - sent, 0)
                    guard now > 0 else { return }
                    sent += now
                }
            }
        }
        return (listener, count)
    }

    final class Count: @unchecked Sendable {
        private let lock = NSLock()
        private var value = 0
        var now: Int { lock.withLock { value } }
        func add() { lock.withLock { value += 1 } }
    }

    static func ok(_ body: Data, _ type: String = "video/mp2t") -> Data {
        Data(
            "HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\nContent-Length: \(body.count)\r\nConnection: close\r\n\r\n"
                .utf8)
            + body
    }

    static func playlist(_ lines: [String]) -> Data {
        let text = ["#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:60"] + lines
        return ok(Data(text.joined(separator: "\n").appending("\n").utf8), "application/vnd.apple.mpegurl")
    }

    /// Ways to another host, as the own host sends them.
    static let ways = ["redirect", "segment", "variant", "key"]

    static func answer(_ path: String, _ other: String) -> Data {
        switch path {
        case "/redirect":
            Data(
                "HTTP/1.1 302 Found\r\nLocation: \(other)/film.ts\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                    .utf8)
        case "/segment": playlist(["#EXTINF:60,", "\(other)/film.ts", "#EXT-X-ENDLIST"])
        case "/variant": playlist(["#EXT-X-STREAM-INF:BANDWIDTH=100000", "\(other)/segment"])
        default:
            playlist([
                "#EXT-X-KEY:METHOD=AES-128,URI=\"\(other)/key\"", "#EXTINF:60,", "film.ts", "#EXT-X-ENDLIST",
            ])
        }
    }

    @Test(arguments: ways) func otherHostsSeeNoConnection(way: String) throws {
        let film = Self.ok(try Data(contentsOf: Films.scenes()))
        let other = Self.server(host: "127.0.0.2") { path in
            path == "/film.ts" ? film : Self.playlist(["#EXTINF:60,", "film.ts", "#EXT-X-ENDLIST"])
        }
        let address = "http://127.0.0.2:\(other.listener.port)"
        let own = Self.server { path in path == "/film.ts" ? film : Self.answer(path, address) }
        defer { for server in [own, other] { server.listener.close() } }
        let url = "http://127.0.0.1:\(own.listener.port)/\(way)"
        let options =
            WatchTests.decisions + ["--stall-after", "1", "--reconnect-cap", "0.25", "--heartbeat", "0.5"]
        let refused = try LiveRun(["watch", url] + options)
        var waits = 0
        while waits < 3, let event = refused.nextEvent() {
            #expect(event.type == "heartbeat", "\(event.line)")
            if ["backoff", "stalled"].contains(event.fields["state"] as? String ?? "") { waits += 1 }
        }
        refused.send(signal: SIGTERM)
        _ = try refused.finish()
        #expect(waits == 3 && own.connections.now > 0)
        #expect(other.connections.now == 0)

        guard way != "key" else { return }
        let allowed = try LiveRun(["watch", url, "--allow-host", "127.0.0.2"] + options)
        #expect(allowed.event { $0.type == "shot" } != nil)
        allowed.send(signal: SIGTERM)
        _ = try allowed.finish()
        #expect(other.connections.now > 0)
    }

    /// The feed's status says which host was refused, and what to do.
    @Test func theHostIsNamed() throws {
        let own = Self.server { Self.answer($0, "http://127.0.0.2:9") }
        defer { own.listener.close() }
        let run = try LiveRun(
            [
                "watch", "http://127.0.0.1:\(own.listener.port)/redirect", "--reconnect-cap", "0.25",
                "--verbose",
            ])
        var beats = 0
        while beats < 2, let event = run.nextEvent() { beats += event.type == "heartbeat" ? 1 : 0 }
        run.send(signal: SIGTERM)
        let outcome = try run.finish()
        #expect(outcome.errors.contains("127.0.0.2, which is not allowed"), "\(outcome.errors)")
    }

    @Test(arguments: ["http://x", "a b", "host:80", "*.", "a/b", "*x"])
    func whatIsNoHostIsRefused(text: String) throws {
        let outcome = try Program.run(["watch", "http://127.0.0.1:1/", "--allow-host=\(text)"])
        #expect(outcome.status == 64 && outcome.errors.contains("--allow-host takes"), "\(outcome.errors)")
    }
}
