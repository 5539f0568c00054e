import TestSupport
import SceneEvents
import SceneFormats
import Testing
import Timeline

/// What is read from a stream, what is tolerated and what is refused.
@Suite struct EventLogTests {
    @Test func readsWhatTheWriterWrote() throws {
        let log = try EventLog(reading: SampleStream.withGap.lines)
        #expect(log.start.feed == "film")
        #expect(log.timeBase == TimeBase(numerator: 1, denominator: 12288))
        #expect(log.end?.reason == .end)
        #expect(log.warnings == [])
        #expect(
            log.scenes == [
                LoggedScene(
                    start: LoggedInstant(ticks: 0, frame: 0, timecode: TimecodeLabel("00:00:00:00")),
                    end: LoggedInstant(ticks: 153_600, frame: 300, timecode: TimecodeLabel("00:00:12:12")),
                    endReason: .boundary, score: Score(0.5), firstShot: 0, lastShot: 0),
                LoggedScene(
                    start: LoggedInstant(ticks: 153_600, frame: 300, timecode: TimecodeLabel("00:00:12:12")),
                    end: LoggedInstant(ticks: 922_112, frame: 1801, timecode: TimecodeLabel("00:01:15:01")),
                    endReason: .gap, score: nil, firstShot: 1, lastShot: 1),
                LoggedScene(
                    start: LoggedInstant(ticks: 927_232, frame: 1811, timecode: TimecodeLabel("00:01:15:11")),
                    end: LoggedInstant(ticks: 1_029_632, frame: 2011, timecode: TimecodeLabel("00:01:23:19")),
                    endReason: .end, score: nil, firstShot: 2, lastShot: 2),
            ])
    }

    /// Lists get the names of tags that say something, each once, labels of a probe first.
    @Test func tagsAreNames() throws {
        let log = try EventLog(reading: SampleStream.tagged.lines)
        #expect(
            log.scenes.map(\.tags) == [
                ["interview", "news, studio"], [], ["a \"b\" <c> & d; e=f --> #g"], ["two\nlines", "goal"],
            ])
        #expect(log.hasTags)
        #expect(try !EventLog(reading: SampleStream().lines).hasTags)
    }

    /// Shots, boundaries, gaps and totals too, as they were written; provisional answers are replaced.
    @Test func holdsEverythingThatIsSaid() throws {
        let sample = SampleStream.withGap
        let log = try EventLog(reading: sample.lines)
        var (shots, boundaries, gaps, end): ([Int], [Int64], [Int64], StreamEnd?) = ([], [], [], nil)
        for event in sample.events {
            switch event {
            case .shot(let shot): shots.append(shot.index)
            case .boundary(let boundary) where boundary.state == .final: boundaries.append(boundary.at.pts)
            case .gap(let gap): gaps.append(gap.end.pts)
            case .streamEnd(let last): end = last
            default: break
            }
        }
        #expect(log.shots.map(\.index) == shots && log.shots.map(\.parts.count) == [1, 1, 1])
        #expect(
            log.boundaries.map(\.at.pts) == boundaries && log.boundaries.allSatisfy { $0.state == .final })
        #expect(log.gaps.map(\.end.pts) == gaps && gaps.count == 1)
        #expect(log.end?.shots == end?.shots && log.end?.pictures == end?.pictures)
        let place = LoggedInstant(try #require(log.shots.last).start, of: log.start)
        #expect(place == log.scenes.last?.start)
    }

    @Test func scoresAreKeptAndRetractedBoundariesLeftOut() throws {
        let sample = SampleStream(lengths: [48, 48])
        var events = sample.events
        let retracted = events.compactMap { event in
            if case .boundary(var boundary) = event {
                boundary.state = .retracted
                return Event.boundary(boundary)
            }
            return nil
        }
        let score = PartScore(
            partIndex: 0, shotIndex: 0, at: sample.instant(48), kind: .cut, score: Score(0.25))
        events += retracted + [.score(score)]
        var writer = EventWriter()
        let log = try EventLog(reading: events.map { writer.line($0) })
        #expect(log.boundaries.isEmpty && log.scores.map(\.score) == [Score(0.25)])
    }

    @Test func bytesAndLinesGiveTheSame() throws {
        let lines = SampleStream.withGap.lines
        let fromLines = try EventLog(reading: lines)
        let fromBytes = try EventLog(reading: Array(lines.joined().utf8))
        let withReturns = try EventLog(reading: Array(lines.joined().replacing("\n", with: "\r\n\r\n").utf8))
        #expect(fromBytes.scenes == fromLines.scenes)
        #expect(withReturns.scenes == fromLines.scenes)
        #expect(fromBytes.warnings == [])
    }

    @Test func unknownTypesAndFieldsAreSkipped() throws {
        var lines = SampleStream.oneScene.lines
        let expected = try EventLog(reading: lines).scenes
        lines = lines.map { $0.replacing("\"id\":", with: "\"later\":{\"a\":[1,null]},\"id\":") }
        lines.insert(#"{"v":1,"type":"weather","seq":2,"start":7}"# + "\n", at: 1)
        let log = try EventLog(reading: lines)
        #expect(log.scenes == expected)
    }

    @Test func theLastRevisionOfAnIdentityWins() throws {
        var lines = SampleStream.oneScene.lines
        let scene = try #require(lines.first { $0.contains(#""type":"scene""#) })
        lines.append(scene.replacing(#""last_shot":0"#, with: #""last_shot":4"#))
        let log = try EventLog(reading: lines)
        #expect(log.scenes.map(\.lastShot) == [4])
    }

    @Test func aRepeatedDeliveryChangesNothing() throws {
        let lines = SampleStream.withGap.lines
        let log = try EventLog(reading: lines.flatMap { [$0, $0] } + lines)
        #expect(log.scenes == (try EventLog(reading: lines)).scenes)
        #expect(log.warnings == [])
    }

    /// As editors of other systems begin their files, and there alone.
    @Test func aByteOrderMarkIsLeftOut() throws {
        let lines = SampleStream().lines
        let log = try EventLog(reading: ["\u{feff}" + lines[0]] + lines.dropFirst())
        #expect(log.scenes == (try EventLog(reading: lines)).scenes)
        #expect(log.lines.first?.json.hasPrefix("{") == true)
        let inside = [lines[0], "\u{feff}" + lines[1], lines[2]]
        #expect(throws: ExportError.self) { try EventLog(reading: inside) }
    }

    @Test func scenesOutOfOrderAreSorted() throws {
        let lines = SampleStream().lines
        let log = try EventLog(reading: lines.prefix(1) + lines.dropFirst().reversed())
        #expect(log.scenes == (try EventLog(reading: lines)).scenes)
    }

    @Test func aStreamWithoutEndGivesWhatIsFinal() throws {
        var sample = SampleStream()
        sample.endReason = nil
        let log = try EventLog(reading: sample.lines.dropLast(2))
        #expect(log.scenes.count == 2)
        #expect(log.end?.reason == nil)
        #expect(log.warnings == [.unfinished])
    }

    @Test func missingLinesAreNoticedOnce() throws {
        var lines = SampleStream().lines
        lines.remove(at: 6)
        lines.remove(at: 2)
        #expect(try EventLog(reading: lines).warnings == [.missingEvents(line: 3)])
    }

    /// Every proper prefix of a stream is read up to its last whole line; nothing crashes.
    @Test func aTornLastLineIsLeftOut() throws {
        let bytes = Array(SampleStream(lengths: [48, 48]).lines.joined().utf8)
        let firstLine = try #require(bytes.firstIndex(of: UInt8(ascii: "\n")))
        for length in firstLine...bytes.count {
            let log = try EventLog(reading: Array(bytes[..<length]))
            let whole = bytes[..<length].split(separator: UInt8(ascii: "\n"))
            let isTorn =
                length < bytes.count && bytes[length - 1] != UInt8(ascii: "\n")
                && bytes[length] != UInt8(ascii: "\n")
            #expect(log.warnings.contains(.tornLastLine(line: whole.count)) == isTorn, "\(length) bytes")
        }
        for length in 1..<firstLine {
            #expect(throws: ExportError.self, "\(length) bytes") {
                try EventLog(reading: Array(bytes[..<length]))
            }
        }
    }

    @Test func aBrokenLineInTheMiddleIsAnError() {
        var lines = SampleStream().lines
        lines[3] = String(lines[3].prefix(40)) + "\n"
        #expect(
            throws: ExportError.malformed(
                line: 4, reason: "it is not valid JSON, or a number is out of range")
        ) {
            try EventLog(reading: lines)
        }
    }

    @Test(arguments: [
        ("", "empty"), ("\n \n\r\n", "empty"),
        ("{\"v\":1,\"type\":\"scene\",\"seq\":1,\"id\":\"a\"}", "before any stream_start"),
        ("{\"v\":1,\"type\":\"shot\",\"seq\":1,\"id\":\"a\"}", "before any stream_start"),
        ("{\"v\":2,\"type\":[]}", "has version 2"),
        ("{\"v\":\"1\"}", "v has the wrong type"), ("{}", "v is missing"), ("{\"v\":null}", "v is null"),
        ("[]", "wrong type"), ("7", "wrong type"), ("hello", "not valid JSON"),
        ("{\"v\":1}", "type is missing"),
        ("{\"v\":1e400}", "is not an event"), ("{\"v\":99999999999999999999}", "is not an event"),
        ("{\"v\":1,\"type\":\"later\"}", "before any stream_start"),
    ])
    func notAStream(text: String, message: String) {
        let error = #expect(throws: ExportError.self) { try EventLog(reading: Array(text.utf8)) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    /// What may stand in the fields of a scene or start.
    @Test(arguments: [
        (#""pts":1024"#, #""pts":"1024""#, "start.pts has the wrong type"),
        (#""pts":1024"#, #""pts":9223372036854775808"#, "out of range"),
        (#""pts":1024"#, #""pts":-9223372036854775808"#, "start.pts lies a century"),
        (#""pts":25600"#, #""pts":9223372036854775807"#, "end.pts lies a century"),
        (#""pts":25600"#, #""pts":1024"#, "ends before it starts"),
        (#""pts":25600"#, #""pts":0"#, "ends before it starts"),
        (#""time_base":"1/12288""#, #""time_base":"1/0""#, "media.time_base"),
        (#""time_base":"1/12288""#, #""time_base":"-1/25""#, "media.time_base"),
        (#""time_base":"1/12288""#, #""time_base":"1/99999999999""#, "media.time_base"),
        (#""time_base":"1/12288""#, #""time_base":"""#, "media.time_base"),
        (#""timecode":"00:00:02:00""#, #""timecode":"00:00:02""#, "end.timecode is not"),
        (#""timecode":"00:00:02:00""#, #""timecode":"0x:00:02:00""#, "end.timecode is not"),
        (#""timecode":"00:00:02:00""#, #""timecode":"24:00:02:00""#, "end.timecode is not"),
        (#""timecode":"00:00:02:00""#, #""timecode":5"#, "end.timecode has the wrong type"),
        (#""frame":48"#, #""frame":-1"#, "end.frame is negative"),
        (#""frame":48"#, #""frame":1.5"#, "out of range"),
        (#""first_shot":0"#, #""first_shot":1"#, "not a range"),
        (#""first_shot":0"#, #""first_shot":-1"#, "not a range"),
        (#""score":null,"first"#, #""score":1.5,"first"#, "score is not"),
        (#""score":null,"first"#, #""score":-1,"first"#, "score is not"),
        (#""score":null,"first"#, #""score":true,"first"#, "score has the wrong type"),
        (#""end_reason":"end""#, #""end_reason":null"#, "end_reason is null"),
        (#""start_pts":1024"#, #""start_pts":-9223372036854775808"#, "start_pts is out of range"),
        (#""first_shot":0,"#, "", "first_shot is missing"),
    ])
    func damagedFields(old: String, new: String, message: String) throws {
        let lines = SampleStream.oneScene.lines
        let bent = lines.map { $0.replacing(old, with: new) }
        try #require(bent != lines)
        let error = #expect(throws: ExportError.self) { try EventLog(reading: bent) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("\n") == false)
    }

    @Test func aTimeBaseThatChangesIsRefused() throws {
        var lines = SampleStream.oneScene.lines
        lines[2] = lines[2].replacing("1/12288", with: "1/1000")
        let error = #expect(throws: ExportError.self) { try EventLog(reading: lines) }
        #expect(error?.description.contains("start.time_base is not that of the stream") == true)
    }

    @Test func aSecondStreamIsRefused() {
        var second = SampleStream.oneScene
        second.feed = "other"
        let lines = SampleStream.oneScene.lines
        #expect(throws: ExportError.severalStreams(line: lines.count + 1)) {
            try EventLog(reading: lines + second.lines)
        }
    }

    @Test func overlappingScenesAreRefused() {
        var lines = SampleStream(lengths: [48, 48]).lines
        lines[4] = lines[4].replacing(#""pts":25600"#, with: #""pts":25601"#)
        #expect(throws: ExportError.overlappingScenes(line: 8)) { try EventLog(reading: lines) }
    }

    @Test func anUnknownEndReasonIsLeftOpen() throws {
        let lines = SampleStream.oneScene.lines.map {
            $0.replacing(#"reason":"end""#, with: #"reason":"later""#)
        }
        let log = try EventLog(reading: lines)
        #expect(log.scenes[0].endReason == nil)
        #expect(log.end?.reason == nil)
        #expect(log.warnings == [])
    }

    @Test(arguments: [
        ("[", 100_000), ("{\"a\":", 100_000), ("\"", 1), ("\u{0}", 10),
        ("{\"v\":1,\"type\":\"x\",\"y\":[", 600),
    ])
    func hostileLines(unit: String, count: Int) {
        var lines = SampleStream.oneScene.lines
        lines.insert(String(repeating: unit, count: count) + "\n", at: 1)
        let error = #expect(throws: ExportError.self) { try EventLog(reading: lines) }
        #expect(error?.description.count ?? 1000 < 200)
    }

    @Test func bytesThatAreNoTextAreRefused() {
        var bytes = Array(SampleStream.oneScene.lines.joined().utf8)
        bytes.insert(contentsOf: [0xff, 0xfe, 0x0a], at: 0)
        #expect(
            throws: ExportError.malformed(
                line: 1, reason: "it is not valid JSON, or a number is out of range")
        ) {
            try EventLog(reading: bytes)
        }
    }

    @Test func tooLongALineIsRefused() {
        var reader = EventLogReader()
        let line = ArraySlice(repeating: UInt8(ascii: "["), count: EventLimits.longestLine + 1)
        #expect(throws: ExportError.lineTooLong(line: 1, limit: EventLimits.longestLine)) {
            try reader.push(line: line)
        }
    }

    /// A hundred thousand events: read whole, and written in every format of which one file holds them.
    @Test func manyEvents() throws {
        let scenes = 20_000
        let log = try EventLog(reading: SampleStream(lengths: Array(repeating: 24, count: scenes)).lines)
        #expect(log.scenes.count == scenes)
        for format in ExportFormat.all where ![.edl, .resolve, .youtube].contains(format) {
            let text = try format.text(log, title: "x")
            #expect(text.utf8.count { $0 == UInt8(ascii: "\n") } >= scenes)
        }
    }
}
