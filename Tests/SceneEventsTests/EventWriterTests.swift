import JSONText
import SceneEvents
import Testing
import Timeline

@Suite struct EventWriterTests {
    static let clock = MediaClock(
        timeBase: TimeBase(numerator: 1, denominator: 12288), startPTS: 512,
        timecode: TimecodeFormat(labelsPerSecond: 24))

    static func started() -> EventWriter {
        var writer = EventWriter()
        _ = writer.line(.streamStart(start))
        return writer
    }

    static let start = StreamStart(
        version: "1.2.3", input: "film \"a\"\n.mp4", feed: "default", run: "R", timeline: 0,
        media: MediaSummary(container: "mov", codec: "h264", width: 640, height: 360, clock: clock),
        options: [("split", "\"thirds\""), ("deadline", "null")],
        model: ModelSummary(scorer: "coherence", encoder: "descriptor", neighborCount: 8),
        delayBound: 110_500_000, detectorLag: 5_000_000, decoderDelay: 3,
        build: [("ffmpeg", "5.1.9")], wall: "2026-01-01T00:00:00.000Z")

    @Test func streamStartNamesEverything() {
        var writer = EventWriter()
        let expected =
            #"{"v":1,"type":"stream_start","seq":1,"id":"stream_start/0/512","version":"1.2.3","#
            + #""input":"film \"a\"\n.mp4","feed":"default","run":"R","timeline":0,"start_pts":512,"#
            + #""media":{"container":"mov","codec":"h264","width":640,"height":360,"time_base":"1/12288"},"#
            + #""options":{"split":"thirds","deadline":null},"#
            + #""model":{"scorer":"coherence","encoder":"descriptor","k":8,"digest":null},"model_file":null,"#
            + #""delay_bound":110.500000,"detector_lag":5.000000,"decoder_delay":3,"#
            + #""build":{"ffmpeg":"5.1.9"},"wall":"2026-01-01T00:00:00.000Z"}"# + "\n"
        #expect(writer.line(.streamStart(Self.start)) == expected)
    }

    /// Where sound comes first; else the line is as it always was.
    @Test func streamStartTellsWhereTheFileStarts() {
        var start = Self.start
        start.media.startOffset = 1_610_000
        var writer = EventWriter()
        #expect(
            writer.line(.streamStart(start)).contains(#""start_pts":512,"start_offset":1.610000,"media":"#))
    }

    @Test func picturesOfAnotherKindAreFound() {
        var finder = PictureKindFinder(Self.start.media)
        let analysis = AnalysisPicture(planes: [UInt8](repeating: 0, count: AnalysisPicture.byteCount))
        func push(_ codec: String?, _ width: Int?, isDamaged: Bool = false) -> StreamChange? {
            var picture = Picture(at: Instant(pts: 7), duration: 1, analysis: analysis, isDamaged: isDamaged)
            picture.codec = codec
            picture.size = width.map { PictureSize(width: $0, height: 360) }
            return finder.push(picture)
        }
        #expect(push(nil, nil) == nil)
        #expect(push("h264", 640) == nil)
        #expect(push("hevc", 320, isDamaged: true) == nil)
        let change = StreamChange(
            at: Instant(pts: 7), codec: "hevc", size: PictureSize(width: 640, height: 360))
        #expect(push("hevc", 640) == change)
        #expect(push("hevc", 640) == nil)
        #expect(push(nil, 320)?.size.width == 320)
    }

    /// The example of contract 1: 12.333333 s at frame 296 of a 24 fps film.
    @Test func instantsCarryThreeClocks() {
        var writer = Self.started()
        let at = Instant(pts: 151_552 + 512, frame: 296, timecode: 296)
        let line = writer.line(.watermark(at))
        #expect(
            line
                == #"{"v":1,"type":"watermark","seq":2,"id":"watermark/0/152064","at":{"t":12.333333,"pts":152064,"#
                + #""time_base":"1/12288","frame":296,"timecode":"00:00:12:08"}}"# + "\n")
    }

    @Test func lostFramesPrintNull() {
        var writer = Self.started()
        let line = writer.line(.watermark(Instant(pts: 512)))
        #expect(line.contains(#""t":0.000000,"pts":512,"time_base":"1/12288","frame":null,"timecode":null"#))
    }

    @Test func sequenceIsGaplessAndIdentityIndependentOfIt() {
        var writer = Self.started()
        var seen: [String] = []
        for _ in 0..<3 { seen.append(writer.line(.watermark(Instant(pts: 600)))) }
        #expect(writer.nextSequence == 5)
        for (offset, line) in seen.enumerated() {
            #expect(line.contains("\"seq\":\(offset + 2),\"id\":\"watermark/0/600\""))
        }
    }

    /// Of very many timelines the oldest are forgotten, and what lies there counts as on the last of these.
    @Test func placesLieOnTimelines() {
        var timelines = TimelineNumbers(first: 7)
        #expect(timelines.last == 7 && timelines.number(at: .min) == 7)
        timelines.begin(8, at: 100)
        timelines.begin(9, at: 100)
        #expect([99, 100, 101].map { timelines.number(at: $0) } == [7, 9, 9] && timelines.last == 9)
        let most = TimelineNumbers.most
        for number in 1...most { timelines.begin(9 + number, at: 100 + Int64(number)) }
        #expect(timelines.numbers.count == most + 1 && timelines.last == 9 + most)
        #expect([0, 100, 101, 102].map { timelines.number(at: $0) } == [9, 9, 10, 11])
    }

    @Test func unwantedTypesTakeNoNumber() {
        var writer = EventWriter()
        writer.skip(.streamStart(Self.start))
        let line = writer.line(.watermark(Instant(pts: 600)))
        #expect(line.contains("\"seq\":1,"))
    }

    static let decimalCases: [(Int64, String)] = [
        (0, "0.000000"), (1, "0.000001"), (-1, "-0.000001"), (1_000_000, "1.000000"),
        (-2_500_000, "-2.500000"), (.min, "-9223372036854.775808"),
    ]

    @Test(arguments: decimalCases)
    func decimals(micro: Int64, text: String) {
        #expect(JSONLine.decimal(micro: micro) == text)
    }

    @Test(arguments: [
        ("plain", "\"plain\""), ("quote\"back\\slash", #""quote\"back\\slash""#),
        ("tab\tnew\nline", #""tab\tnew\nline""#),
        ("\u{1}\u{7f}", #""\u0001\u007f""#), ("Zürich 場面", "\"Zürich 場面\""),
    ])
    func strings(text: String, literal: String) {
        #expect(JSONLine.quoted(text) == literal)
    }
}

@Suite struct TimeBaseTests {
    /// 1/3 s, 2/3 s: exact rounding, no drift after a thousand hours.
    static let exact: [(Int64, Int64, Int64, Int64)] = [
        (1, 1, 3, 333_333), (2, 1, 3, 666_667), (-2, 1, 3, -666_667),
        (86_400_000_000, 1001, 24000, 3_603_600_000_000_000),
        (324_000_000_000, 1, 90_000, 3_600_000_000_000),
    ]

    @Test(arguments: exact)
    func microseconds(ticks: Int64, numerator: Int64, denominator: Int64, expected: Int64) {
        #expect(TimeBase(numerator: numerator, denominator: denominator).microseconds(ticks) == expected)
    }

    static let floored: [(Double, Int64, Int64, Int64)] = [
        (10, 1, 90_000, 900_000), (10, 1001, 24000, 239), (0.2, 1, 25, 5),
    ]

    @Test(arguments: floored)
    func ticksNeverExceedTheSeconds(seconds: Double, numerator: Int64, denominator: Int64, expected: Int64) {
        #expect(TimeBase(numerator: numerator, denominator: denominator).ticks(seconds: seconds) == expected)
    }
}

@Suite struct ScoreTests {
    static let cases: [(Double, Int32)] = [
        (0.5, 500_000), (0.4999996, 500_000), (-3, 0), (7, 1_000_000), (.nan, 0),
    ]

    @Test(arguments: cases)
    func roundsAndClamps(value: Double, millionths: Int32) {
        #expect(Score(value).millionths == millionths)
    }
}
