import Foundation
import MediaInput
import TestSupport
import Testing
import Timeline

/// Contract 1 and 2: instants are the stream's own.
@Suite struct TimeTests {
    static let film = [
        "cuts.mp4", "cuts_moov_last.mp4", "cuts_fragmented.mp4", "cuts.mkv", "cuts.ts", "cuts.webm",
        "cuts.avi",
        "cuts_mpeg2.ts", "cuts_mpeg2.mpg", "cuts_hevc.mp4",
    ]

    @Test(arguments: film)
    func everyContainerGivesTheSameTimes(clip: String) throws {
        let recording = try Recording(clip: clip)
        #expect(recording.pictures.count == 400)
        #expect(recording.times == (0..<400).map { Int64($0) * 40_000 } as [Int64])
        #expect(recording.pictures.map(\.at.frame) == (0..<400).map { Int64($0) })
        #expect(recording.pictures.map(\.at.timecode) == (0..<400).map { Int64($0) })
        #expect(recording.summary.clock.timecode == TimecodeFormat(labelsPerSecond: 25))
        let last = try #require(recording.pictures.last)
        #expect(recording.summary.clock.timeBase.microseconds(last.duration) == 40_000)
        #expect(recording.cuts() == [40, 85, 123, 165, 205, 250, 290, 325, 365])
        #expect(recording.ending == .end)
        #expect(recording.statistics.pictures == 400)
        #expect(recording.statistics.repairedTimestamps == 0)
        #expect(recording.statistics.damagedPictures == 0)
        #expect((recording.summary.width, recording.summary.height) == (320, 180))
    }

    @Test(arguments: ["vfr.mp4", "vfr.mkv", "vfr.ts"])
    func variableRateKeepsItsTimesAndLosesItsTimecode(clip: String) throws {
        let recording = try Recording(clip: clip)
        #expect(recording.times == (0..<60).map { ($0 + $0 / 2) * 40_000 } as [Int64])
        #expect(recording.pictures.map(\.at.frame) == (0..<60).map { Int64($0) })
        #expect(
            recording.pictures.allSatisfy { $0.at.timecode == nil || $0.at.frame == 0 || $0.at.frame == 1 })
        #expect(recording.cuts() == [30])
        let durations = recording.pictures.dropLast().map {
            recording.summary.clock.timeBase.microseconds($0.duration)
        }
        let periods: [Int64] = (0..<59).map { $0 % 2 == 0 ? 40_000 : 80_000 }
        #expect(durations == periods)
    }

    @Test func aStartOffsetIsKept() throws {
        let recording = try Recording(clip: "offset.mkv")
        #expect(recording.summary.clock.startPTS == 3_600_000)
        #expect(recording.times == (0..<60).map { Int64($0) * 40_000 } as [Int64])
    }

    /// Sound may begin long before the pictures; a clock that does not wrap says by how much.
    @Test func anOffsetOfHoursIsKept() throws {
        let film = try Fixtures.film(
            "late_pictures.mkv",
            "ffmpeg -nostdin -v error -f lavfi -i sine=d=1 -itsoffset 46800 "
                + "-f lavfi -i testsrc=s=96x54:r=25:d=1 -map 1:v -map 0:a -fps_mode passthrough -c:v mpeg4 "
                + "-c:a flac \"$1\"")
        let recording = try Recording(.url(film.path))
        #expect(recording.summary.startOffset == 46_800_000_000)
        #expect(recording.pictures.count == 25)
    }

    @Test func aWrappedClockRunsOn() throws {
        let recording = try Recording(clip: "wrap.ts")
        #expect(recording.summary.clock.startPTS == 95_442 * 90_000)
        #expect(recording.times == (0..<60).map { Int64($0) * 40_000 } as [Int64])
        #expect(recording.gaps.isEmpty)
        #expect(recording.statistics.repairedTimestamps == 0)
        #expect(try #require(recording.pictures.last).at.pts > 1 << 33)
    }

    @Test func aRestartedClockIsAGapWithoutLength() throws {
        let recording = try Recording(clip: "restart.ts")
        #expect(recording.times == (0..<120).map { Int64($0) * 40_000 } as [Int64])
        let gap = try #require(recording.gaps.first)
        #expect(recording.gaps.count == 1)
        #expect(gap.start == recording.pictures[59].end)
        #expect(gap.end == recording.pictures[60].at)
        #expect(gap.start.pts == gap.end.pts)
        #expect(recording.pictures[59].at.frame == 59)
        #expect(recording.pictures[60...].allSatisfy { $0.at.frame == nil && $0.at.timecode == nil })
    }

    @Test func aClockThatJumpsAheadIsAGap() throws {
        let recording = try Recording(clip: "jump.ts")
        let expected: [Int64] = (0..<120).map { $0 * 40_000 + ($0 < 60 ? 0 : 20_000_000) }
        #expect(recording.times == expected)
        let gap = try #require(recording.gaps.first)
        #expect(recording.summary.clock.timeBase.microseconds(gap.end.pts - gap.start.pts) == 20_000_000)
        #expect(recording.pictures[59].duration == 3600)
    }

    @Test func anEditListHidesWhatItCuts() throws {
        let recording = try Recording(clip: "edit_list.mp4")
        let film = try Recording(clip: "cuts.mp4")
        let first = try #require(recording.cuts().first)
        #expect((27...28).contains(first))
        #expect(recording.times.prefix(70) == ((0..<70).map { Int64($0) * 40_000 } as [Int64])[...])
        let pairs = zip(recording.pictures, film.pictures.dropFirst(40 - first)).prefix(70)
        #expect(pairs.allSatisfy { $0.analysis == $1.analysis })
    }

    @Test func anOpenGroupStartsWithWhatCanBeShown() throws {
        let recording = try Recording(clip: "open_gop.ts")
        #expect(recording.pictures.count > 20)
        #expect(recording.times == recording.times.indices.map { Int64($0) * 40_000 } as [Int64])
        #expect(recording.times.first == 0)
        #expect(recording.pictures.first?.at.frame == 0)
    }

    @Test(arguments: [
        ("ntsc.mp4", "00:00:00;00", "00:00:01;29"), ("timecode.mp4", "01:00:59;20", "01:01:01;21"),
        ("timecode_moov_last.mp4", "01:00:59;20", "01:01:01;21"),
        ("timecode.mkv", "01:00:59;20", "01:01:01;21"),
    ])
    func timecodeContinuesTheEmbeddedStart(clip: String, first: String, last: String) throws {
        let recording = try Recording(clip: clip)
        let format = try #require(recording.summary.clock.timecode)
        let labels = recording.pictures.map { $0.at.timecode.map(format.string(frames:)) }
        #expect(labels.count == 60)
        #expect(labels.first == first)
        #expect(labels.last == last)
    }

    /// Contract 2: what the header claims of the whole reaches nothing.
    @Test func claimsOfTheContainerReachNothing() throws {
        var bytes = try Fixtures.bytes("cuts.mp4")
        for box in ["mvhd", "tkhd", "mdhd"] {
            let type = try #require(bytes.firstRange(of: Array(box.utf8)))
            // Version 0: the duration stands 16 bytes (mvhd, mdhd) or 20 bytes (tkhd) behind version and
            // flags.
            let at = type.upperBound + (box == "tkhd" ? 20 : 16)
            bytes.replaceSubrange(at..<at + 4, with: [0, 0x77, 0x12, 0x34])
        }
        let pipe = PipeSource(bytes, chunks: [65_536])
        #expect(try Recording(.descriptor(pipe.readEnd, name: "pipe")) == Recording(clip: "cuts.mp4"))
    }
}
