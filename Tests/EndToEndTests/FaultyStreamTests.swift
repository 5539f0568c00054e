import Foundation
import TestSupport
import Testing

/// Connections that stay up while what they carry goes wrong.
@Suite struct FaultyStreamTests {
    static let options = [
        "--quiet", "--min-scene", "1", "--neighbors", "2", "--threshold", "0.2", "--split-after", "2",
        "--reconnect-cap", "0.25",
    ]

    /// The encoder becomes another one on the same stream, its clock begins anew: the reader goes on with the
    /// new codec behind a gap, and nothing is opened anew.
    @Test func anotherCodecOnTheSameStream() throws {
        let film = try WatchTests.film(upTo: 0.2)
        let other = try Fixtures.bytes("cuts_mpeg2.ts")
        let source = FeedSource([[.send(film), .pace(other, seconds: 8)], [.send(other), .hold]])
        let run = try LiveRun(
            ["watch", "tcp://127.0.0.1:\(source.port)", "--stall-after", "1.5"] + Self.options)
        let gap = try #require(run.event { $0.type == "gap" })
        #expect(gap.fields["reason"] as? String == "discontinuity")
        let again = try #require(gap.seconds("end"))
        _ = try #require(run.event { $0.type == "shot" && ($0.seconds("start") ?? 0) >= again })
        run.send(signal: SIGTERM)
        _ = try run.finish()
        source.close()
        try Schema.check(lines: run.events.map(\.line))
    }

    /// Ten seconds with sound; three of them lack the video.
    static func soundOnly() throws -> [UInt8] {
        let film = try Fixtures.film(
            "sound.ts",
            "ffmpeg -nostdin -v error -f lavfi -i testsrc2=s=160x90:r=25:d=10 -f lavfi -i sine=d=10 "
                + "-c:v libx264 -preset ultrafast -tune zerolatency -g 25 -pix_fmt yuv420p -c:a mp2 -shortest -f mpegts \"$1\""
        )
        let bytes = [UInt8](try Data(contentsOf: film))
        let packets = bytes.count / 188
        // A null packet (ISO/IEC 13818-1, 2.4.1) in place of each that is left out, so that time goes on at
        // its pace.
        let null = [0x47, 0x1f, 0xff, 0x10] + [UInt8](repeating: 0xff, count: 184)
        return (0..<packets).flatMap { index -> [UInt8] in
            let packet = Array(bytes[index * 188..<(index + 1) * 188])
            let isVideo = packet[1] & 0x1f == 0x01 && packet[2] == 0x00
            let isHole = index > packets * 3 / 10 && index < packets * 6 / 10
            return isHole && isVideo ? null : packet
        }
    }

    /// Sound alone is no stall: the connection stays, and the gap says that the video was missing.
    @Test func soundWithoutVideo() throws {
        let source = FeedSource([[.pace(try Self.soundOnly(), seconds: 9), .hold]])
        let run = try LiveRun(
            ["watch", "tcp://127.0.0.1:\(source.port)", "--stall-after", "1.2"] + Self.options)
        let stalled = try #require(
            run.event { $0.type == "heartbeat" && $0.fields["state"] as? String == "stalled" })
        #expect(stalled.fields["reason"] as? String == "no_video")
        let gap = try #require(run.event { $0.type == "gap" })
        #expect(gap.fields["reason"] as? String == "no_video")
        #expect(gap.fields["timeline"] as? Int == 0)
        let length = try #require(gap.seconds("end")) - (try #require(gap.seconds("start")))
        #expect(2...4 ~= length)
        #expect(source.connections == 1)
        run.send(signal: SIGTERM)
        _ = try run.finish()
        source.close()
        try Schema.check(lines: run.events.map(\.line))
    }
}
