import MediaInput
import TestSupport
import Testing
import Timeline

/// Inputs that hold one stream behind the other: all pictures stand on one timeline, and what changed is
/// told.
@Suite struct LinkTests {
    static let clips = [
        "pid_change.ts", "codec_change.ts", "sound_change.ts", "chained.ogv", "two_inits.mp4",
        "two_segments.mkv", "two_live_segments.mkv", "two_headers.flv",
    ]

    @Test(arguments: clips)
    func allPicturesStandOnOneTimeline(clip: String) throws {
        let recording = try Recording(clip: clip)
        #expect(recording.pictures.count == 120)
        #expect(recording.gaps.isEmpty)
        #expect(recording.ending == .end)
        // Where the same PID goes on, its packets are numbered anew, which looks like a loss.
        #expect(recording.statistics.damagedPictures == (clip == "sound_change.ts" ? 1 : 0))
        #expect(recording.statistics.decodeErrors == 0)
        #expect(recording.cuts() == [30, 60, 90])
        #expect(recording.pictures.compactMap(\.at.frame) == Array(0..<120))
        // 25 a second throughout; FLV and Matroska round to milliseconds.
        for (time, expected) in zip(recording.times, (0..<120).map { Int64($0) * 40_000 }) {
            #expect(abs(time - expected) <= 1000, "\(clip): \(time), not \(expected)")
        }
    }

    @Test(arguments: clips, [1, 8])
    func threadsMakeNoDifference(clip: String, threads: Int) throws {
        var options = MediaOptions()
        options.threads = threads
        #expect(try Recording(clip: clip, options: options).lines == Recording(clip: clip).lines)
    }

    @Test(arguments: clips)
    func aPipeInOddChunksGivesWhatTheFileGives(clip: String) throws {
        let pipe = PipeSource(try Fixtures.bytes(clip), chunks: [1, 187, 4099, 31, 65_537, 7])
        let piped = try Recording(.descriptor(pipe.readEnd, name: "pipe"))
        #expect(piped.lines == (try Recording(clip: clip)).lines)
    }

    @Test(arguments: [
        ("pid_change.ts", "h264", 320), ("codec_change.ts", "hevc", 320), ("two_inits.mp4", "h264", 480),
        ("two_segments.mkv", "hevc", 320), ("two_headers.flv", "h264", 320),
    ])
    func picturesSayWhatTheyAre(clip: String, codec: String, width: Int) throws {
        let recording = try Recording(clip: clip)
        var kinds = PictureKindFinder(recording.summary)
        let changes = recording.pictures.compactMap { kinds.push($0) }
        let isOther = recording.summary.codec != codec || recording.summary.width != width
        #expect(changes.count == (isOther ? 1 : 0))
        #expect(recording.pictures.last?.codec == codec)
        #expect(recording.pictures.last?.size?.width == width)
        if isOther { #expect(changes.first?.at.frame == 60) }
    }

    /// Streams with a clock of their own are joined without a hole; one whose clock ran on keeps its hole.
    @Test func streamsAreCutWhereTheBytesSay() throws {
        let clip = try Fixtures.bytes("cuts_fragmented.mp4")
        let pipe = PipeSource(clip + clip + clip, chunks: [4096])
        let recording = try Recording(.descriptor(pipe.readEnd, name: "pipe"))
        #expect(recording.pictures.count == 1200)
        #expect(recording.gaps.isEmpty)
        let whole = try Recording(clip: "cuts_fragmented.mp4")
        let planes = whole.pictures.map(\.analysis)
        #expect(recording.pictures.map(\.analysis) == planes + planes + planes)
    }

    /// A recording that begins within a packet.
    @Test func aTransportStreamThatBeginsWithinAPacket() throws {
        let rest = Array(try Fixtures.bytes("pid_change.ts").dropFirst(47 * 188 + 100))
        let pipe = PipeSource(rest, chunks: [4096])
        let recording = try Recording(.descriptor(pipe.readEnd, name: "pipe"))
        #expect(recording.pictures.count > 60)
        #expect(
            recording.pictures.last?.end.pts == (try Recording(clip: "pid_change.ts")).pictures.last?.end.pts)
    }

    /// Plain files written one after another, small enough for the second to be in the first bytes.
    @Test func tinyFilesInARow() throws {
        let clip = try Fixtures.bytes("upright.mp4")
        let pipe = PipeSource(clip + clip, chunks: [4096])
        #expect(try Recording(.descriptor(pipe.readEnd, name: "pipe")).pictures.count == 20)
    }

    @Test func whatFollowsAndCannotBeReadIsTold() throws {
        var second = try Fixtures.bytes("cuts_fragmented.mp4")
        // The description of the samples, ruined.
        let place = try #require(second.firstRange(of: Array("stsd".utf8))?.lowerBound)
        for index in place..<place + 120 { second[index] = 0x2a }
        let pipe = PipeSource(try Fixtures.bytes("cuts_fragmented.mp4") + second, chunks: [4096])
        let recording = try Recording(.descriptor(pipe.readEnd, name: "tape"))
        #expect(recording.pictures.count == 400)
        guard case .damaged(let reason) = recording.ending else {
            Issue.record("ended as \(String(describing: recording.ending))")
            return
        }
        #expect(reason.hasPrefix("tape: "), "\(reason)")
    }

    /// What stands between two links and cannot be read is told, though the second can.
    @Test func whatIsPassedOverIsTold() throws {
        let clip = try Fixtures.bytes("cuts_fragmented.mp4")
        var ruined = clip
        let place = try #require(ruined.firstRange(of: Array("stsd".utf8))?.lowerBound)
        for index in place..<place + 120 { ruined[index] = 0x2a }
        let pipe = PipeSource(clip + ruined + clip, chunks: [4096])
        let recording = try Recording(.descriptor(pipe.readEnd, name: "tape"))
        #expect(recording.pictures.count == 800)
        #expect(recording.pictures[399].at.frame == 399 && recording.pictures[400].at.frame == nil)
        guard case .damaged = recording.ending else {
            Issue.record("ended as \(String(describing: recording.ending))")
            return
        }
    }

    /// A table of programs that fills more than one packet, as of a whole multiplex.
    @Test func aTableOfManyPrograms() throws {
        var long: [UInt8] = []
        var counter: UInt8 = 0
        let bytes = try Fixtures.bytes("pid_change.ts")
        for start in stride(from: 0, to: bytes.count, by: 188) {
            let packet = Array(bytes[start..<start + 188])
            guard packet[1] & 0x1f == 0, packet[2] == 0 else {
                long += packet
                continue
            }
            long += Self.table(of: packet, counter: &counter)
        }
        let pipe = PipeSource(long, chunks: [4096])
        let recording = try Recording(.descriptor(pipe.readEnd, name: "multiplex"))
        #expect(recording.pictures.count == 120 && recording.ending == .end)
        #expect(recording.pictures.compactMap(\.at.frame) == Array(0..<120))
    }

    /// The packets of a table that names what `packet`'s does, behind fifty programs that never come.
    private static func table(of packet: [UInt8], counter: inout UInt8) -> [UInt8] {
        let own = Array(packet[5...])
        let length = 3 + (Int(own[1] & 0x0f) << 8 | Int(own[2]))
        var programs = (0..<50).flatMap { number -> [UInt8] in
            let map = 0x1100 + number
            return [0x20, UInt8(number), 0xe0 | UInt8(map >> 8), UInt8(map & 0xff)]
        }
        programs += own[8..<length - 4]
        var section = Array(own[..<8]) + programs
        let size = section.count + 4 - 3
        (section[1], section[2]) = (own[1] & 0xf0 | UInt8(size >> 8), UInt8(size & 0xff))
        let checksum = section.reduce(UInt32.max) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte) << 24) { crc, _ in
                crc & 0x8000_0000 == 0 ? crc << 1 : crc << 1 ^ 0x04c1_1db7
            }
        }
        section += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: checksum >> $0) }
        var payload = [0] + section
        var packets: [UInt8] = []
        while !payload.isEmpty {
            let part = payload.prefix(184)
            packets += [0x47, packets.isEmpty ? 0x40 : 0, 0, 0x10 | counter] + part
            packets += [UInt8](repeating: 0xff, count: 184 - part.count)
            payload.removeFirst(part.count)
            counter = (counter + 1) & 0x0f
        }
        return packets
    }
}
