import MediaInput
import TestSupport
import Testing
import Timeline

/// What decoded pictures become, whatever their format.
@Suite struct PictureTests {
    @Test(arguments: [
        "yuv422p", "yuv444p", "yuv440p", "yuv411p", "yuv410p", "nv12", "nv21", "yuyv422", "uyvy422",
        "yuv420p10le", "yuv422p12le", "yuv444p16le", "yuv420p16be", "rgb24", "bgr0", "gbrp", "rgb48le",
        "yuva420p",
    ])
    func allFormatsOfAPictureAgree(format: String) throws {
        let reference = try Recording(clip: "format_yuv420p.nut")
        let other = try Recording(clip: "format_\(format).nut")
        #expect(reference.pictures.count == 5)
        #expect(other.pictures.count == 5)
        for (left, right) in zip(reference.pictures, other.pictures) {
            #expect(difference(left, right) < 2.5, "\(format)")
        }
    }

    @Test(arguments: ["rgb565le", "pal8"])
    func coarseFormatsAgreeCoarsely(format: String) throws {
        let reference = try Recording(clip: "format_yuv420p.nut")
        let other = try Recording(clip: "format_\(format).nut")
        for (left, right) in zip(reference.pictures, other.pictures) { #expect(difference(left, right) < 8) }
    }

    @Test(arguments: ["gray", "gray10le", "gray16le", "ya8"])
    func grayPicturesHaveTheSameLumaAndNeutralChroma(format: String) throws {
        let reference = try Recording(clip: "format_yuv420p.nut").pictures[0].analysis.planes
        let gray = try Recording(clip: "format_\(format).nut").pictures[0].analysis.planes
        let luma = 0..<AnalysisPicture.lumaCount
        #expect(difference(Array(reference[luma]), Array(gray[luma])) < 1.5)
        #expect(gray[AnalysisPicture.lumaCount...].allSatisfy { $0 == 128 })
    }

    @Test(arguments: [1, 2, 17, 63, 65, 130])
    func smallAndOddSizesAreFilledWithTheirColor(width: Int) throws {
        let sizes = [1: "1x1", 2: "2x2", 17: "17x9", 63: "63x35", 65: "65x37", 130: "130x74"]
        let recording = try Recording(clip: "size_\(try #require(sizes[width])).mkv")
        let planes = try #require(recording.pictures.first).analysis.planes
        // 0x4080c0 in full-range BT.601.
        let (luma, rest) = (planes[..<AnalysisPicture.lumaCount], planes[AnalysisPicture.lumaCount...])
        #expect(luma.allSatisfy { abs(Int($0) - 116) <= 2 })
        #expect(rest.prefix(AnalysisPicture.chromaCount).allSatisfy { abs(Int($0) - 171) <= 2 })
        #expect(rest.suffix(AnalysisPicture.chromaCount).allSatisfy { abs(Int($0) - 91) <= 2 })
        #expect(recording.pictures.count == 3)
    }

    @Test(arguments: [90, 180, 270])
    func rotatedPicturesStandUpright(turn: Int) throws {
        let upright = try Recording(clip: "upright.mp4")
        let rotated = try Recording(clip: "rotated_\(turn).mp4")
        let isTurned = turn != 180
        #expect(rotated.summary.width == (isTurned ? 180 : 320))
        #expect(rotated.summary.height == (isTurned ? 320 : 180))
        #expect(difference(upright.pictures[0], rotated.pictures[0]) > 3)
        // ffmpeg's `rotate=90` writes a matrix that turns the picture a quarter counterclockwise (its own
        // player does the same): the upper right corner comes to the upper left.
        let from = corners(upright.pictures[0])
        let to = corners(rotated.pictures[0])
        let steps = turn / 90
        for index in 0..<4 {
            let moved = from[(index + steps) % 4]
            #expect(abs(to[index] - moved) <= 12)
        }
    }

    /// Luma of the four corners, clockwise from the upper left.
    private func corners(_ picture: Picture) -> [Int] {
        let (width, height) = (AnalysisPicture.width, AnalysisPicture.height)
        return [0, width - 1, height * width - 1, (height - 1) * width].map {
            Int(picture.analysis.planes[$0])
        }
    }

    @Test func theShownSizeHasSquarePixels() throws {
        let recording = try Recording(clip: "anamorphic.mp4")
        #expect((recording.summary.width, recording.summary.height) == (427, 180))
    }

    @Test func tenBitPicturesLookLikeEightBitOnes() throws {
        let ten = try Recording(clip: "ten_bit.mp4")
        #expect(ten.pictures.count == 10)
        #expect(difference(ten.pictures[5], try Recording(clip: "upright.mp4").pictures[5]) < 2)
    }

    @Test(arguments: ["hdr_smpte2084.mp4", "hdr_arib-std-b67.mp4"])
    func highDynamicRangeBecomesStandard(clip: String) throws {
        let recording = try Recording(clip: clip)
        #expect(recording.pictures.count == 10)
        let luma = recording.pictures[0].analysis.planes[..<AnalysisPicture.lumaCount].map(Int.init)
        let standard = try Recording(clip: "ten_bit.mp4").pictures[0].analysis.planes[
            ..<AnalysisPicture.lumaCount
        ]
        .map(Int.init)
        // Not the code values themselves, but in the same order: brighter stays brighter.
        #expect(zip(luma, standard).contains { abs($0 - $1) > 8 })
        let pairs = stride(from: 0, to: luma.count - 97, by: 97).filter {
            standard[$0] - standard[$0 + 97] > 25
        }
        #expect(!pairs.isEmpty)
        #expect(pairs.allSatisfy { luma[$0] > luma[$0 + 97] })
    }

    @Test func interlacedPicturesAreRead() throws {
        let recording = try Recording(clip: "interlaced.mp4")
        #expect(recording.pictures.count == 20)
        #expect(recording.cuts().isEmpty)
        #expect(recording.summary.clock.timecode == TimecodeFormat(labelsPerSecond: 25))
    }

    @Test func picturesGoOnWhenTheirSizeChanges() throws {
        let recording = try Recording(clip: "resize.ts")
        #expect(recording.pictures.count == 100)
        #expect(recording.cuts() == [30])
        // The joint of two streams is a break in the count of MPEG-TS packets: the picture before it may be
        // cut off.
        #expect(recording.statistics.damagedPictures <= 1)
        #expect((recording.summary.width, recording.summary.height) == (320, 180))
    }
}
