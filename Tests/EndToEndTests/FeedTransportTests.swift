import Foundation
import TestSupport
import Testing

/// `scened watch` with the `ffmpeg` program as the other side: each transport carries the film, and its end
/// is noticed.
@Suite struct FeedTransportTests {
    struct Transport: CustomTestStringConvertible, Sendable {
        var name: String
        /// Arguments of `ffmpeg` behind the input; PORT and FOLDER are put in.
        var server: String
        var url: String
        /// The film arrives whole, from its first picture, as fast as it can be sent.
        var isWhole = true
        var testDescription: String { name }
    }

    static let transports = [
        Transport(
            name: "TCP", server: "-f mpegts tcp://127.0.0.1:PORT?listen=1", url: "tcp://127.0.0.1:PORT"),
        Transport(
            name: "HTTP", server: "-f mpegts -listen 1 http://127.0.0.1:PORT/s.ts",
            url: "http://127.0.0.1:PORT/s.ts"),
        Transport(
            name: "Unix socket", server: "-f mpegts -listen 1 unix:FOLDER/PORT.sock",
            url: "unix:FOLDER/PORT.sock"),
        Transport(
            name: "RTMP", server: "-f flv -listen 1 rtmp://127.0.0.1:PORT/live/a",
            url: "rtmp://127.0.0.1:PORT/live/a"),
        Transport(
            name: "SRT", server: "-f mpegts srt://127.0.0.1:PORT?mode=listener",
            url: "srt://127.0.0.1:PORT?mode=caller", isWhole: false),
        Transport(
            name: "UDP", server: "-f mpegts udp://127.0.0.1:PORT?pkt_size=1316", url: "udp://127.0.0.1:PORT",
            isWhole: false),
    ]

    static func filled(_ text: String, _ port: UInt16) -> String {
        text.replacingOccurrences(of: "PORT", with: "\(port)")
            .replacingOccurrences(of: "FOLDER", with: Scratch.folder.path)
    }

    /// FFmpeg serves no RTSP: a camera of GStreamer's stands in. Its pictures come in real time, the first of
    /// them first.
    static let camera = Transport(name: "RTSP", server: "", url: "rtsp://127.0.0.1:PORT/live")

    static let hasCamera =
        (try? Program.run(
            URL(fileURLWithPath: "/usr/bin/python3"),
            ["-c", "import gi; gi.require_version('GstRtspServer', '1.0')"]))?.status == 0

    static func serve(_ transport: Transport, _ port: UInt16, options: String) throws -> Peer {
        if transport.server.isEmpty {
            let script = Program.repository.appending(path: "tools/rig/rtsp-server").path
            return try Peer("'\(script)' \(port) '\(Fixtures.path("cuts.mp4"))'")
        }
        let words = filled(transport.server, port).split(separator: " ").map { "'\($0)'" }
        return try Peer(
            "ffmpeg -nostdin -v error \(options)-i '\(Fixtures.path("cuts.ts"))' -an -c copy "
                + words.joined(separator: " "))
    }

    static func shots(_ run: LiveRun) -> [Event] { run.events.filter { $0.type == "shot" } }

    @Test(.enabled(if: hasCamera, "GStreamer's RTSP server for Python is missing"))
    func aCameraIsWatched() throws { try theFilmArrives(Self.camera) }

    @Test(.enabled(if: hasCamera, "GStreamer's RTSP server for Python is missing"))
    func aFrozenCameraIsNoticed() throws { try aFrozenServerIsNoticed(Self.camera) }

    @Test(arguments: transports)
    func theFilmArrives(_ transport: Transport) throws {
        let port = LoopbackListener.freePort()
        let pace = transport.isWhole ? "" : "-re "
        let run = try LiveRun(
            [
                "watch", Self.filled(transport.url, port), "--quiet", "--stall-after", "3", "--reconnect-cap",
                "0.25",
            ],
            limit: 60)
        let peer = try Self.serve(transport, port, options: pace)
        let cuts = try Fixtures.truth("cuts.ts").cuts
        if transport.isWhole {
            _ = run.event { _ in Self.shots(run).count == cuts.count + 1 }
            #expect(Self.shots(run).map { $0.frame("start") } == [0] + cuts.map { Optional($0) })
        } else {
            // Joined a little late: the length of what was seen, from cut to cut, is exact all the same.
            _ = run.event { _ in Self.shots(run).count >= 3 }
            let starts = Self.shots(run).dropFirst().compactMap { $0.seconds("start") }
            let steps = zip(starts, starts.dropFirst()).map { Int((($1 - $0) * 25).rounded()) }
            let truth = zip(cuts, cuts.dropFirst()).map { $1 - $0 }
            #expect(!steps.isEmpty && truth.contains(steps))
        }
        peer.end()
        // The end is a loss, and it says so.
        _ = try #require(
            run.event { event in
                event.type == "heartbeat"
                    && ["stall", "disconnect"].contains(event.fields["reason"] as? String)
            })
        run.send(signal: SIGTERM)
        #expect(try run.finish().status == 143)
        try Schema.check(lines: run.events.map(\.line))
    }

    /// A frozen server is noticed within the deadline and half a second, on the wall clock of the events
    /// themselves.
    @Test(arguments: transports.filter { !["UDP", "SRT"].contains($0.name) })
    func aFrozenServerIsNoticed(_ transport: Transport) throws {
        let port = LoopbackListener.freePort()
        let run = try LiveRun(
            [
                "watch", Self.filled(transport.url, port), "--quiet", "--stall-after", "2", "--reconnect-cap",
                "0.25",
            ],
            limit: 60)
        let peer = try Self.serve(transport, port, options: "-re -stream_loop -1 ")
        _ = try #require(run.event { $0.type == "stream_start" })
        _ = try #require(run.event { $0.type == "watermark" || $0.type == "shot" })
        peer.send(signal: SIGSTOP)
        let stalled = try #require(
            run.event { $0.type == "heartbeat" && $0.fields["state"] as? String == "stalled" })
        #expect(stalled.fields["reason"] as? String == "stall")
        run.send(signal: SIGTERM)
        let outcome = try run.finish()
        peer.end()
        #expect(outcome.status == 143)
        try Schema.check(lines: run.events.map(\.line))
    }

    /// A FIFO whose writer comes late and leaves: the feed waits for it and ends with it.
    @Test func fifo() throws {
        let fifo = Scratch.path("feed.fifo")
        #expect(mkfifo(fifo.path, 0o600) == 0)
        let run = try LiveRun(["watch", fifo.path, "--quiet", "--heartbeat", "0.2", "--threads", "1"])
        _ = try #require(run.event { $0.type == "heartbeat" })
        let peer = try Peer("cat '\(Fixtures.path("cuts.ts"))' > '\(fifo.path)'")
        let outcome = try run.finish()
        withExtendedLifetime(peer) {}
        #expect(outcome.status == 0)
        let file = try Program.run(["watch", Fixtures.path("cuts.ts"), "--quiet", "--threads", "1"])
        #expect(WatchTests.stable(run.events) == WatchTests.stable(file.events))
    }
}
