import Foundation
import MediaInput
import TestSupport
import Testing
import Timeline

/// Pictures that are looked up are those that reading the whole film gives.
@Suite struct KeyFramesTests {
    private static let side = 120

    private static func whole(_ clip: String) throws -> (pictures: [(pts: Int64, RGBPicture)], MediaClock) {
        var options = MediaOptions()
        options.views = [.thumbnail(longestSide: side)]
        options.threads = 1
        let reader = try MediaReader(.url(Fixtures.path(clip)), options: options, stop: StopFlag())
        var pictures: [(Int64, RGBPicture)] = []
        while let item = reader.next() {
            guard case .picture(let picture) = item else { continue }
            pictures.append((picture.at.pts, try #require(picture.views[.thumbnail(longestSide: side)])))
        }
        return (pictures, reader.summary.clock)
    }

    /// Open groups of pictures, B-pictures, variable rate, an edit list, clocks that wrap, two kinds of
    /// stream without an index.
    private static let clips = [
        "groups_open.ts", "groups_vfr.mp4", "edit_list.mp4", "cuts_hevc.mp4",
        "cuts_mpeg2.ts", "cuts.webm", "offset.mkv", "wrap.ts", "cuts.avi", "rotated_90.mp4", "anamorphic.mp4",
    ]

    /// Also where groups are decoded while they are read.
    @Test(arguments: clips, [KeyFrames.mostBytes, 0])
    func everyPictureIsFound(_ clip: String, _ longestKept: Int) throws {
        let (pictures, clock) = try Self.whole(clip)
        let finder = try KeyFrames(
            Fixtures.path(clip), longestSide: Self.side, longestKept: longestKept, stop: StopFlag())
        #expect(finder.timeBase == clock.timeBase)
        let wishes = stride(from: 0, to: pictures.count, by: 7).map { index in
            KeyFrames.Wish(pts: finder.pts(of: pictures[index].pts, on: clock))
        }
        var answers: [KeyFrames.Answer] = []
        try finder.read(wishes) {
            answers.append($0)
            return true
        }
        #expect(answers.map(\.wish) == wishes)
        for (number, answer) in answers.enumerated() {
            #expect(answer.pts == pictures[7 * number].pts, "\(clip): picture \(7 * number)")
            #expect(answer.picture == pictures[7 * number].1, "\(clip): picture \(7 * number)")
        }
    }

    /// Films whose key frames have no presentation times, by the arguments of `ffmpeg` that make them of
    /// `cuts.mp4`; in the last one two pictures share a packet.
    private static let untimed = [
        "untimed.avi": "-c:v libx264 -preset ultrafast -bf 2 -g 20",
        "untimed.wmv": "-c:v libx264 -preset ultrafast -bf 2 -g 20 -f asf",
        "untimed.h264": "-c:v libx264 -preset ultrafast -bf 2 -g 20",
        "untimed.m2v": "-c:v mpeg2video -bf 2 -q:v 4 -g 15",
        "untimed_mpeg4.avi": "-c:v mpeg4 -bf 2 -q:v 4 -g 15",
        "untimed_packed.avi": "-c:v libxvid -bf 2 -q:v 4 -g 15",
    ]

    @Test(arguments: untimed.keys.sorted(), [KeyFrames.mostBytes, 0])
    func picturesWithoutTimesAreFound(_ clip: String, _ longestKept: Int) throws {
        let arguments = try #require(Self.untimed[clip])
        _ = try Fixtures.film(
            clip,
            "ffmpeg -nostdin -v error -y -i '\(Fixtures.path("cuts.mp4"))' -an \(arguments) \"$1\" "
                + "2>/dev/null")
        try everyPictureIsFound(clip, longestKept)
    }

    /// What an image encoder looks at is the same, too.
    @Test func cropsAreFound() throws {
        let view = Picture.View.crop(PictureGeometry(shortSide: 72, cropSide: 64))
        var options = MediaOptions()
        options.views = [view]
        let reader = try MediaReader(.url(Fixtures.path("cuts.mp4")), options: options, stop: StopFlag())
        var crops: [Int64: RGBPicture] = [:]
        while let item = reader.next() {
            if case .picture(let picture) = item { crops[picture.at.pts] = picture.views[view] }
        }
        let wishes = crops.keys.sorted().enumerated().filter { $0.offset % 23 == 0 }.map {
            KeyFrames.Wish(pts: $0.element)
        }
        let finder = try KeyFrames(Fixtures.path("cuts.mp4"), view: view, stop: StopFlag())
        var count = 0
        try finder.read(wishes) { answer in
            #expect(answer.picture == crops[answer.wish.pts] && answer.pts == answer.wish.pts)
            count += 1
            return true
        }
        #expect(count == wishes.count && count > 10)
    }

    /// Key frames alone are asked for: no more is decoded than is handed out.
    @Test func keyFramesCostOnePicture() throws {
        let (pictures, _) = try Self.whole("cuts.mp4")
        let finder = try KeyFrames(Fixtures.path("cuts.mp4"), longestSide: Self.side, stop: StopFlag())
        var answers: [KeyFrames.Answer] = []
        let wishes = [30, 110, 390].map {
            KeyFrames.Wish(pts: pictures[$0].pts, within: pictures[0].pts...pictures[$0].pts)
        }
        try finder.read(wishes) {
            answers.append($0)
            return true
        }
        #expect(answers.count == 3 && finder.decoded == 3)
        for answer in answers {
            let place = try #require(pictures.firstIndex { $0.pts == answer.pts })
            #expect(answer.pts <= answer.wish.pts && pictures[place].1 == answer.picture)
        }
    }

    /// A key frame within the range that is allowed comes instead of a picture that costs more.
    @Test func aRangeMakesItCheap() throws {
        let (pictures, _) = try Self.whole("groups_open.mp4")
        let path = Fixtures.path("groups_open.mp4")
        let finder = try KeyFrames(path, longestSide: Self.side, stop: StopFlag())
        // Key frames are pictures 0, 25, 50, ...
        let range = pictures[40].pts...pictures[84].pts
        var answers: [KeyFrames.Answer] = []
        try finder.read([KeyFrames.Wish(pts: pictures[40].pts, within: range)]) {
            answers.append($0)
            return true
        }
        #expect(answers.first?.pts == pictures[50].pts && finder.decoded == 1)
        #expect(answers.first?.picture == pictures[50].1)
        // No key frame of the range is near: the picture itself.
        let strict = try KeyFrames(path, longestSide: Self.side, stop: StopFlag())
        answers = []
        try strict.read([KeyFrames.Wish(pts: pictures[40].pts, within: pictures[30].pts...pictures[45].pts)])
        {
            answers.append($0)
            return true
        }
        #expect(answers.first?.pts == pictures[40].pts)
    }

    /// Wishes before the first and behind the last picture get those.
    @Test func endsAreClamped() throws {
        let (pictures, _) = try Self.whole("cuts.mkv")
        let finder = try KeyFrames(Fixtures.path("cuts.mkv"), longestSide: Self.side, stop: StopFlag())
        var found: [Int64] = []
        try finder.read([KeyFrames.Wish(pts: -5000), KeyFrames.Wish(pts: 1 << 40)]) {
            found.append($0.pts)
            return true
        }
        #expect(found == [pictures.first?.pts, pictures.last?.pts])
    }

    /// No picture from elsewhere stands for one that is not in the file.
    @Test(arguments: [KeyFrames.mostBytes, 0])
    func boundsAreKept(_ longestKept: Int) throws {
        let (pictures, _) = try Self.whole("cuts.mkv")
        let finder = try KeyFrames(
            Fixtures.path("cuts.mkv"), longestSide: Self.side, longestKept: longestKept, stop: StopFlag())
        let behind = pictures[399].pts + 5000
        var found: [Int64] = []
        try finder.read([
            KeyFrames.Wish(pts: -5000, bounds: -6000...(-4000)),
            KeyFrames.Wish(pts: pictures[10].pts, bounds: pictures[0].pts...pictures[20].pts),
            KeyFrames.Wish(pts: behind, within: behind...behind, bounds: behind - 1000...behind + 1000),
        ]) {
            found.append($0.pts)
            return true
        }
        #expect(found == [pictures[10].pts])
    }

    /// Times behind a reset of the clock are not those that events tell.
    @Test(arguments: [KeyFrames.mostBytes, 0])
    func aResetOfTheClockEndsIt(_ longestKept: Int) throws {
        let (pictures, _) = try Self.whole("restart.ts")
        let finder = try KeyFrames(
            Fixtures.path("restart.ts"), longestSide: Self.side, longestKept: longestKept, stop: StopFlag())
        let wishes = stride(from: 0, to: 120, by: 7).map { index in
            KeyFrames.Wish(
                pts: pictures[index].pts,
                bounds: index < 60
                    ? pictures[0].pts...pictures[59].pts : pictures[60].pts...pictures[119].pts)
        }
        var answers: [KeyFrames.Answer] = []
        try finder.read(wishes) {
            answers.append($0)
            return true
        }
        #expect(answers.map(\.pts) == wishes.prefix(9).map(\.pts))
        for (number, answer) in answers.enumerated() {
            #expect(answer.picture == pictures[7 * number].1, "picture \(7 * number)")
        }
    }

    @Test(arguments: [
        ("/nowhere.mp4", "check the path"), ("-", "give a file"), ("http://127.0.0.1:1/a.mp4", "give a file"),
        ("/dev/null", "give a file"),
    ])
    func whatCannotBeSearchedHasARemedy(_ path: String, _ remedy: String) {
        let error = #expect(throws: MediaError.self) {
            try KeyFrames(path, longestSide: 64, stop: StopFlag())
        }
        #expect(error?.message.contains(remedy) ?? false, "\(error?.message ?? "")")
    }
}
