import Foundation
import TestSupport
import Testing

/// What `segment` reads as a file, `watch` reads from a network, where feeds come that way; else it says why
/// not.
@Suite struct FeedFormatTests {
    /// Arguments of `ffmpeg` between the input and the output's name, by format.
    static let formats = [
        "mpjpeg": "-c:v mjpeg -f mpjpeg", "mjpeg": "-c:v mjpeg -f mjpeg",
        "yuv4mpegpipe": "-pix_fmt yuv420p -f yuv4mpegpipe", "ogg": "-c:v libtheora -f ogg",
        "matroska": "-c:v mpeg4 -f matroska", "flv": "-c:v flv1 -f flv", "avi": "-c:v mpeg4 -f avi",
        "nut": "-c:v mpeg4 -f nut", "mxf": "-c:v mpeg2video -f mxf", "asf": "-c:v mpeg4 -f asf",
        "wtv": "-c:v mpeg2video -f wtv", "mpeg": "-c:v mpeg2video -f mpeg",
        "mpegvideo": "-c:v mpeg2video -f mpeg2video", "m4v": "-c:v mpeg4 -f m4v", "ivf": "-c:v libvpx -f ivf",
        "gif": "-f gif", "apng": "-f apng", "h263": "-s 352x288 -c:v h263 -f h263",
        "dv": "-target pal-dv -f dv", "smjpeg": "-c:v mjpeg -f smjpeg",
    ]

    /// The film in a format; nil where this `ffmpeg` cannot write it.
    static func film(_ arguments: String) throws -> URL? {
        let output = Scratch.path("film")
        let made = try Program.shell(
            "ffmpeg -nostdin -v error -i '\(Fixtures.path("cuts.ts"))' -t 4 -an \(arguments) '\(output.path)'"
        )
        return made.status == 0 ? output : nil
    }

    static func container(_ start: Event?) -> String? {
        (start?.fields["media"] as? [String: Any])?["container"] as? String
    }

    static func served(_ film: URL, _ type: String = "application/octet-stream") throws -> LoopbackListener {
        let answer = HostRulesTests.ok(try Data(contentsOf: film), type)
        return HostRulesTests.server { _ in answer }.listener
    }

    @Test(arguments: formats.keys.sorted()) func aFeedMayBe(_ format: String) throws {
        guard let film = try Self.film(try #require(Self.formats[format])) else { return }
        let segmented = try Program.run(["shots", film.path, "--quiet"])
        let container = try #require(Self.container(segmented.events.first))
        let server = try Self.served(film)
        defer { server.close() }
        let run = try LiveRun(
            ["watch", "http://127.0.0.1:\(server.port)/", "--heartbeat", "0.5", "--verbose"], limit: 60)
        var beats = 0
        let start = run.event { event in
            beats += event.type == "heartbeat" && event.fields["state"] as? String == "backoff" ? 1 : 0
            return event.type == "stream_start" || beats > 1
        }
        #expect(Self.container(start) == container, "\(run.said)")
        run.send(signal: SIGTERM)
        _ = try run.finish()
    }

    /// A container that no feed needs: read as a file by both, refused from a network with words.
    @Test func whatIsNotReadIsNamed() throws {
        guard let film = try Self.film("-c:v flv1 -f swf") else { return }
        for command in ["shots", "watch"] {
            let outcome = try Program.run([command, film.path, "--quiet"])
            #expect(outcome.status == 0, "\(command): \(outcome.errors)")
        }
        let server = try Self.served(film)
        defer { server.close() }
        let outcome = try LiveRun.untilBackoff("http://127.0.0.1:\(server.port)/")
        #expect(
            outcome.errors.contains("swf is not read from a network: give a file, or send MPEG-TS"),
            "\(outcome.errors)")
    }

    /// A connection that is reset, or closed, before the first byte.
    @Test(arguments: [true, false]) func aServerWithoutAByteIsTold(isReset: Bool) throws {
        let server = LoopbackListener { client in
            guard isReset else { return }
            var linger = linger(l_onoff: 1, l_linger: 0)
            setsockopt(client, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
        }
        defer { server.close() }
        let outcome = try LiveRun.untilBackoff("tcp://127.0.0.1:\(server.port)")
        #expect(!outcome.errors.contains("give a video file"), "\(outcome.errors)")
        #expect(outcome.errors.contains("check that the other side sends video"), "\(outcome.errors)")
    }
}
