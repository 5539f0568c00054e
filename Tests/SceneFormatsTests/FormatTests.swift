import TestSupport
import Platform
import SceneFormats
import Testing
import Timeline

/// The corners of each format: escaping, rounding, timecodes, what cannot be expressed.
@Suite struct FormatTests {
    private func text(_ sample: SampleStream, _ format: ExportFormat, title: String = "") throws -> String {
        try format.text(try EventLog(reading: sample.lines), title: title)
    }

    @Test func everyFormatHasAName() {
        let names = ExportFormat.all.map(\.name)
        #expect(Set(names).count == 19 && names.count == 19)
        #expect(Set(names).isSuperset(of: ["webvtt", "ffmetadata", "csv", "edl"]))
        // Help texts put them into one column.
        #expect(names.allSatisfy { $0.count <= 13 && ExportFormat(name: $0)?.name == $0 })
        #expect(ExportFormat.all.allSatisfy { $0.summary.count <= 60 && !$0.summary.hasSuffix(".") })
    }

    /// What begins before the first picture, as only other producers write it: the remedy names a format that
    /// takes it.
    @Test func earlyScenes() throws {
        var sample = SampleStream()
        sample.ticksOfFrame = { ($0 - 1) * 512 }
        let log = try EventLog(reading: sample.lines)
        for format in [ExportFormat.webvtt, .matroska] {
            let error = #expect(throws: ExportError.self) { try format.text(log, title: "") }
            #expect(
                error?.description
                    == "\(format.name) cannot express scene 1: it begins before the first picture; export csv instead"
            )
        }
        #expect(try ExportFormat.csv.text(log, title: "").contains("-0.0"))
    }

    @Test(arguments: [
        ("", "WEBVTT"), ("A film", "WEBVTT A film"), ("two\nlines\r\u{2028}x", "WEBVTT two lines  x"),
        ("a --> b", "WEBVTT a --\u{203a} b"), ("a ---> b", "WEBVTT a ---\u{203a} b"), (" \n", "WEBVTT"),
        ("\n\n1\n00:00 --> 00:01", "WEBVTT 1 00:00 --\u{203a} 00:01"), ("<b>&amp;", "WEBVTT <b>&amp;"),
        ("a--\u{301}>b", "WEBVTT a--\u{301}>b"), ("--\r\n>", "WEBVTT --  >"),
    ])
    func webvttTitle(title: String, line: String) throws {
        let text = try text(.oneScene, .webvtt, title: title)
        let first = text.unicodeScalars.prefix { $0 != "\n" }
        #expect(String(String.UnicodeScalarView(first)) == line)
        #expect(text.hasSuffix("\n\nscene/0/1024\n00:00:00.000 --> 00:00:02.000\nScene 1\n"))
    }

    /// Frames of 1/24 s: rounded up, hours beyond 99.
    @Test(
        arguments: [
            (1, "00:00:00.042"), (5, "00:00:00.209"), (86_399, "00:59:59.959"), (86_400, "01:00:00.000"),
            (8_640_000, "100:00:00.000"),
        ] as [(Int64, String)])
    func webvttTimes(frames: Int64, end: String) throws {
        let text = try text(SampleStream(lengths: [frames]), .webvtt)
        #expect(text.contains("\n00:00:00.000 --> \(end)\n"))
    }

    /// Neighboring cues share their instant, and no cue is empty, even where a scene is shorter than a
    /// millisecond.
    @Test func webvttShortScenes() throws {
        let sample = SampleStream(
            lengths: [1, 4, 12_288], frameTicks: 1, startPTS: 0, timecode: nil)
        let text = try text(sample, .webvtt)
        #expect(text.contains("00:00:00.000 --> 00:00:00.001\n"))
        #expect(text.contains("00:00:00.001 --> 00:00:00.002\n"))
        #expect(text.contains("00:00:00.001 --> 00:00:01.001\n"))
    }

    @Test(arguments: [
        ("", ";FFMETADATA1\n\n[CHAPTER]"), ("A film", ";FFMETADATA1\ntitle=A film\n\n[CHAPTER]"),
        ("a=b;c#d\\e\nf", "title=a\\=b\\;c\\#d\\\\e\\\nf\n\n[CHAPTER]"),
        ("a\0b\rc", "title=abc\n\n[CHAPTER]"),
        ("[CHAPTER]", "title=[CHAPTER]\n\n[CHAPTER]"), ("x\n[CHAPTER]", "title=x\\\n[CHAPTER]\n\n[CHAPTER]"),
        ("a\r\nb", "title=a\\\nb\n\n[CHAPTER]"),
    ])
    func ffmetadataTitle(title: String, expected: String) throws {
        #expect(try text(.oneScene, .ffmetadata, title: title).contains(expected))
    }

    /// Players count from where the file starts, editors by timecode.
    @Test func timesCountFromTheStartOfTheFile() throws {
        var sample = SampleStream(lengths: [48, 24])
        sample.startOffset = 1_500_000
        #expect(try text(sample, .webvtt).contains("\n00:00:01.500 --> 00:00:03.500\n"))
        #expect(try text(sample, .ffmetadata).contains("\nSTART=1500\nEND=3500\n"))
        #expect(try text(sample, .csv).contains("1,1.500000,3.500000,0,48,00:00:00:00,"))
        #expect(try text(sample, .edl).contains("00:00:00:00 00:00:02:00 00:00:00:00 00:00:02:00"))
    }

    @Test func ffmetadataCountsFromTheFirstPicture() throws {
        let text = try text(SampleStream(lengths: [48, 25], startPTS: 123_456_789), .ffmetadata)
        #expect(text.contains("[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=2000\ntitle=Scene 1\n"))
        #expect(text.contains("[CHAPTER]\nTIMEBASE=1/1000\nSTART=2000\nEND=3042\ntitle=Scene 2\n"))
    }

    /// Whatever the clock: no time lies before its picture, none as much as a unit after it, and a scene ends
    /// where the next begins.
    @Test(
        arguments: [(1001, 24000), (1001, 30000), (1, 90000), (3, 50), (1, 1000), (1, 3)] as [(Int64, Int64)])
    func timesAreNeverBeforeTheirPicture(numerator: Int64, denominator: Int64) throws {
        let base = TimeBase(numerator: numerator, denominator: denominator)
        let lengths: [Int64] = [101, 2540, 77, 1, 3599, 64]
        let sample = SampleStream(
            lengths: lengths, frameTicks: 1, timeBase: base, startPTS: 77, timecode: nil)
        let ticks = lengths.reduce(into: [Int64(0)]) { $0.append($0[$0.count - 1] + $1) }
        func judge(_ times: [(start: Int64, end: Int64)], perSecond: Int64) {
            #expect(times.count == lengths.count)
            for (number, time) in times.enumerated() {
                for (printed, tick) in [(time.start, ticks[number]), (time.end, ticks[number + 1])] {
                    let late =
                        Int128(printed) * Int128(denominator) - Int128(tick * numerator) * Int128(perSecond)
                    #expect((0..<Int128(denominator)).contains(late), "scene \(number + 1): \(late)")
                }
                if number > 0 { #expect(times[number - 1].end == time.start) }
            }
        }
        func numbers(_ text: Substring) -> [Int64] {
            text.split { !$0.isNumber }.compactMap { Int64($0) }
        }
        let cues = try text(sample, .webvtt).split(separator: "\n").filter { $0.contains(" --> ") }.map(
            numbers)
        func milliseconds(_ fields: ArraySlice<Int64>) -> Int64 {
            let fields = Array(fields)
            return ((fields[0] * 60 + fields[1]) * 60 + fields[2]) * 1000 + fields[3]
        }
        // A cue lasts a millisecond at least, which scenes of one tick of 1/90000 s do not.
        if denominator < 90000 {
            judge(cues.map { (milliseconds($0[0..<4]), milliseconds($0[4..<8])) }, perSecond: 1000)
        }
        let chapters = try text(sample, .ffmetadata).split(separator: "\n")
        let starts = chapters.filter { $0.hasPrefix("START=") }.flatMap(numbers)
        let ends = chapters.filter { $0.hasPrefix("END=") }.flatMap(numbers)
        judge(zip(starts, ends).map { ($0, $1) }, perSecond: 1000)
        let rows = try text(sample, .csv).split(separator: "\r\n").dropFirst().map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        func microseconds(_ cell: String) -> Int64 { Int64(cell.filter(\.isNumber)) ?? -1 }
        judge(rows.map { (microseconds($0[1]), microseconds($0[2])) }, perSecond: 1_000_000)
    }

    @Test func csvLeavesUnknownCellsEmpty() throws {
        var sample = SampleStream.variableRate
        sample.hasFrameNumbers = false
        let rows = try text(sample, .csv).split(separator: "\r\n")
        #expect(rows.count == 4)
        #expect(rows[1] == "1,0.000000,11.100000,,,,,boundary,0.500000,0,0,1")
        #expect(rows[3] == "3,66.637000,74.037000,,,,,end,,2,2,1")
    }

    /// Labels of the two rates that drop them, and of others, at corners of the day.
    @Test(
        arguments: [
            (24, false, 0, 24, "00:00:00:00 00:00:01:00"),
            (25, false, 2_159_975, 24, "23:59:59:00 23:59:59:24"),
            (30, true, 1799, 1, "00:00:59;29 00:01:00;02"), (30, true, 17_981, 1, "00:09:59;29 00:10:00;00"),
            (60, true, 3599, 1, "00:00:59;59 00:01:00;04"), (30, false, 1799, 1, "00:00:59:29 00:01:00:00"),
        ] as [(Int64, Bool, Int64, Int64, String)])
    func edlTimecodes(labels: Int64, drops: Bool, first: Int64, length: Int64, times: String) throws {
        let sample = Self.counted(labels, drops: drops, lengths: [length], first: first)
        let text = try text(sample, .edl, title: "x")
        #expect(text.contains("\n001  AX       V     C        \(times) \(times)\n"))
        #expect(text.contains(drops ? "\nFCM: DROP FRAME\n" : "\nFCM: NON-DROP FRAME\n"))
    }

    /// Pictures at the rate whose labels are counted.
    private static func counted(
        _ labels: Int64, drops: Bool = false, lengths: [Int64], first: Int64 = 0
    ) -> SampleStream {
        SampleStream(
            lengths: lengths, frameTicks: drops ? 1001 : 1000,
            timeBase: TimeBase(numerator: 1, denominator: labels * 1000),
            timecode: TimecodeFormat(labelsPerSecond: labels, isDropFrame: drops), startTimecode: first)
    }

    @Test func edlRefusesWhatItCannotSay() throws {
        func error(_ sample: SampleStream) -> String? {
            #expect(throws: ExportError.self) { try text(sample, .edl) }?.description
        }
        #expect(
            error(.variableRate)
                == "edl counts frames, and this stream has no constant frame rate; give --rate 25 to place its times "
                + "on the frames of that rate, or export webvtt instead"
        )
        #expect(
            error(SampleStream(lengths: [48], startTimecode: 24 * 86_400 - 24))?.contains("passes 24 hours")
                == true)
        #expect(
            error(Self.counted(120, lengths: [119]))?
                .contains("three digits") == true)
        var lines = SampleStream(lengths: [48, 48]).lines
        lines[7] = lines[7].replacing("00:00:04:00", with: "00:00:04;00")
        let log = try EventLog(reading: lines)
        // Its timecode counts in two ways, so that none of both is true.
        #expect(throws: ExportError.noFrameRate(format: "edl")) { try ExportFormat.edl.text(log, title: "") }
    }

    @Test(arguments: [
        ("", "TITLE: \nFCM"), ("a\n002  AX V C", "TITLE: a 002  AX V C\nFCM"),
        (String(repeating: "x", count: 99), "TITLE: \(String(repeating: "x", count: 70))\nFCM"),
    ])
    func edlTitle(title: String, expected: String) throws {
        #expect(try text(.oneScene, .edl, title: title).hasPrefix(expected))
    }

    /// Whatever stands in the title, the number of entries stays the same.
    @Test(arguments: ExportFormat.all)
    func titlesMakeNoEntries(format: ExportFormat) throws {
        let pieces = [
            "\n", "\r", "[CHAPTER]", "-->", "=", ";", "#", "\\", "\"", ",", "001  AX V C", "\u{2029}", "\0",
            "é", "👩‍👩‍👧",
        ]
        var generator = SeededGenerator(seed: 7)
        let log = try EventLog(reading: SampleStream(lengths: [300, 1501, 400], gaps: [0, 10]).lines)
        let plain = try format.text(log, title: "x").utf8.split(separator: 0x0a).map { Array($0) }
        for _ in 0..<200 {
            let title = (0..<8).compactMap { _ in pieces.randomElement(using: &generator) }.joined()
            let lines = try format.text(log, title: title).utf8.split(separator: 0x0a).map { Array($0) }
            if format != .ffmetadata { #expect(lines.count == plain.count, "\(title.debugDescription)") }
            #expect(lines.suffix(3) == plain.suffix(3), "\(title.debugDescription)")
        }
    }
}
