import SceneEvents
import SceneFormats
import TestSupport
import Testing
import Timeline

/// Options: which format uses which, and what each of them changes.
@Suite struct ExportOptionsTests {
    private func texts(
        _ format: ExportFormat, _ sample: SampleStream = SampleStream(),
        _ choose: (inout ExportOptions) -> Void
    ) throws -> [String] {
        var options = ExportOptions()
        choose(&options)
        let log = try EventLog(reading: sample.lines)
        return try format.write(log, options).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Each option that a format names changes its file, and no other does.
    @Test(arguments: ExportFormat.all)
    func formatsNameWhatTheyUse(format: ExportFormat) throws {
        var sample = SampleStream(lengths: [300, 500, 700, 900], gaps: [0, 24])
        sample.startTimecode = 0
        let log = try EventLog(reading: sample.lines + Self.twoShots(sample))
        func text(_ options: ExportOptions) throws -> [[UInt8]] { try format.write(log, options) }
        var options: [ExportOption: ExportOptions] = [:]
        for option in ExportOption.allCases { options[option] = ExportOptions() }
        options[.title]?.title = "Another"
        options[.label]?.label = "Part {number}"
        options[.of]?.subject = format.subject == .shots ? .scenes : .shots
        options[.gaps]?.listsGaps = true
        options[.media]?.media = "/films/other film.mp4"
        options[.startTimecode]?.startTimecode = TimecodeLabel("02:00:00:00")
        options[.rate]?.rate = FrameRate("25")
        options[.fcm]?.frameCodeMode = .some(.none)
        options[.programDateTime]?.programDateTime = WallTime("2026-05-06T07:08:09Z")
        let plain = try text(ExportOptions())
        for (option, chosen) in options {
            #expect(chosen.chosen == [option])
            let changes = try text(chosen) != plain
            #expect(changes == format.options.contains(option), "\(option)")
        }
    }

    /// The first scene has two shots.
    private static func twoShots(_ sample: SampleStream) -> [String] {
        let (start, end) = (sample.instant(120), sample.instant(300))
        let shots = [(0, sample.instant(0), start), (1, start, end)].map { index, start, end in
            Event.shot(
                Shot(
                    index: index, start: start, end: end,
                    transition: Transition(kind: .cut, score: Score(0.9)), parts: []))
        }
        var writer = EventWriter(nextSequence: 1000)
        writer.goOn(clock: sample.clock, timeline: 0)
        return shots.map { writer.line($0) }
    }

    @Test func whatNoFormatUsesIsRefused() throws {
        var options = ExportOptions()
        options.frameCodeMode = .auto
        let log = try EventLog(reading: SampleStream().lines)
        let error = #expect(throws: ExportError.self) {
            try ExportFormat.files(of: log, in: [.webvtt, .kodi], options, stem: "film")
        }
        #expect(
            error?.description
                == "--fcm changes nothing in webvtt, kodi; leave it out, or export edl, resolve")
        // One format that uses it is enough.
        let files = try ExportFormat.files(of: log, in: [.webvtt, .edl], options, stem: "film").files
        #expect(files.map(\.name) == ["film.vtt", "film.cmx.edl"])
    }

    /// What one format cannot hold, others can.
    @Test func refusalsLeaveTheOthers() throws {
        let log = try EventLog(reading: SampleStream(lengths: [300]).lines)
        let made = try ExportFormat.files(
            of: log, in: [.youtube, .webvtt], ExportOptions(), stem: "film")
        #expect(made.files.map(\.name) == ["film.vtt"] && made.refusals.count == 1)
    }

    /// A mark in front of a combining accent is one character with it, and a mark all the same.
    @Test func marksAreEscapedBeforeAccents() throws {
        let accent = "\u{301}"
        let label: (inout ExportOptions) -> Void = {
            $0.label = "a \"\(accent) <\(accent) |\(accent) {number}"
        }
        func plain(_ format: ExportFormat) throws -> String {
            let text = try texts(format, SampleStream(), label)[0]
            return String(String.UnicodeScalarView(text.unicodeScalars.filter { $0 != "\u{301}" }))
        }
        #expect(try plain(.losslessCut).contains("\"a \"\" < | 1\""))
        #expect(try plain(.webvtt).contains("a \" &lt; | 1"))
        #expect(try plain(.resolve).contains("|M:a \" < / 1 |"))
    }

    /// A rate just above a whole number counts the labels of that number.
    @Test func ratesJustAboveAWholeNumber() throws {
        let text = try texts(.edl) {
            $0.rate = FrameRate("25.00001")
            $0.startTimecode = TimecodeLabel("01:00:00:00")
        }[0]
        #expect(text.contains(" 01:00:00:00 01:00:12:"))
    }

    @Test func namesOfFilesDiffer() {
        let suffixes = ExportFormat.all.map(\.suffix)
        #expect(Set(suffixes).count == suffixes.count)
        #expect(ExportFormat.kodi.suffix == ".edl" && ExportFormat.edl.suffix == ".cmx.edl")
        for format in ExportFormat.all {
            #expect(ExportFormat.filmName(of: "a/film" + format.suffix) == "film")
        }
        #expect(ExportFormat.filmName(of: "a/b.srt") == "b" && ExportFormat.filmName(of: "film") == "film")
    }

    /// Three digits are not enough for 1,100 events: two files, each from 1.
    @Test(arguments: [ExportFormat.edl, .resolve])
    func longEditListsAreSplit(format: ExportFormat) throws {
        let sample = SampleStream(lengths: Array(repeating: 30, count: 1100))
        let log = try EventLog(reading: sample.lines)
        let files = try ExportFormat.files(of: log, in: [format], ExportOptions(), stem: "film").files
        #expect(files.map(\.name) == ["film" + format.suffix, "film-2" + format.suffix])
        let texts = files.map { String(decoding: $0.bytes, as: UTF8.self) }
        #expect(texts[0].contains("\n999  ") && !texts[0].contains("\n1000  "))
        #expect(texts[1].hasPrefix("TITLE: scenes\nFCM: NON-DROP FRAME\n\n001  "))
        #expect(texts[1].contains("\n101  ") && !texts[1].contains("\n102  "))
    }

    @Test func startTimecodesCount() throws {
        let text = try texts(.edl) { $0.startTimecode = TimecodeLabel("01:00:00:00") }[0]
        #expect(
            text.contains("\n001  AX       V     C        00:00:00:00 00:00:12:12 01:00:00:00 01:00:12:12\n"))
        #expect(text.contains("* COMMENT: FRAME RATE 24, FILM FROM 00:00:00:00, LIST FROM 01:00:00:00\n"))
        // A film without timecode of its own is counted as the option counts.
        let base = TimeBase(numerator: 1001, denominator: 30000)
        let plain = SampleStream(lengths: [1800, 60], frameTicks: 1, timeBase: base, timecode: nil)
        for (label, times, mode) in [
            ("01:00:00:00", "01:00:00:00 01:01:00:00", "NON-DROP"),
            ("01:00:00;00", "01:00:00;00 01:01:00;02", "DROP"),
        ] {
            let text = try texts(.edl, plain) { $0.startTimecode = TimecodeLabel(label) }[0]
            #expect(text.contains(" \(times)\n") && text.contains("\nFCM: \(mode) FRAME\n"), "\(text)")
        }
        // A label that the rate would not have given is the film's own, at zero, too.
        let counted = TimecodeFormat(labelsPerSecond: 30)
        let own = SampleStream(lengths: [1800, 60], frameTicks: 1, timeBase: base, timecode: counted)
        let refused = #expect(throws: ExportError.self) {
            try texts(.edl, own) { $0.startTimecode = TimecodeLabel("01:00:00;00") }
        }
        #expect(refused?.description.hasSuffix("without dropped labels; write 01:00:00:00") == true)
        // Its own timecode stays what it is.
        let error = #expect(throws: ExportError.self) {
            try texts(.edl, .dropFrame) { $0.startTimecode = TimecodeLabel("01:00:00:00") }
        }
        #expect(
            error?.description
                == "--start-timecode 01:00:00:00 does not fit 30000/1001 frames a second with dropped labels; "
                + "write 01:00:00;00")
    }

    @Test func ratesPlaceTimesOnFrames() throws {
        // Pictures of 37 ms: 300 of them last 11.1 s, which is 277.5 frames of 25.
        let text = try texts(.edl, .variableRate) { $0.rate = FrameRate("25") }[0]
        #expect(text.contains(" 00:00:00:00 00:00:11:03 00:00:00:00 00:00:11:03\n"), "\(text)")
        // Numbers of pictures need no rate, and one that another format needs changes none.
        for rate in [nil, "23.976", "50"] {
            let rate = rate.flatMap { FrameRate($0) }
            for sample in [SampleStream.variableRate, SampleStream()] {
                let lines = try texts(.qpfile, sample) { $0.rate = rate }[0]
                #expect(lines == "0 I -1\n300 I -1\n1801 I -1\n")
                let frames = try texts(.keyframes, sample) { $0.rate = rate }[0]
                #expect(frames.hasSuffix("\n0\n300\n1801\n"), "\(frames)")
            }
        }
        let slow = #expect(throws: ExportError.self) { try texts(.edl) { $0.rate = FrameRate("12.5") } }
        #expect(slow?.description.contains("timecode does not count 25/2 frames a second") == true)
    }

    @Test func filmsAreNamedByPathOrAddress() throws {
        for (media, url, local, name) in [
            (
                "/films/my film é.mp4", "file:///films/my%20film%20%C3%A9.mp4",
                "file://localhost/films/my%20film%20%C3%A9.mp4", "my film é.mp4"
            ),
            ("clips/a&b.mov", "clips/a%26b.mov", "clips/a%26b.mov", "a&amp;b.mov"),
            ("https://host/a.mp4?x=1", "https://host/a.mp4?x=1", "https://host/a.mp4?x=1", "a.mp4"),
            (
                "Alien: what? #2.mp4", "Alien%3A%20what%3F%20%232.mp4", "Alien%3A%20what%3F%20%232.mp4",
                "Alien: what? #2.mp4"
            ),
            ("file:/films/a:b.mp4", "file:///films/a%3Ab.mp4", "file://localhost/films/a%3Ab.mp4", "a:b.mp4"),
        ] {
            let xml = try texts(.fcpxml) { $0.media = media }[0]
            #expect(
                xml.contains("src=\"\(url)\"") && xml.contains("<asset id=\"r2\" name=\"\(name)\""), "\(xml)")
            #expect(try texts(.fcp7) { $0.media = media }[0].contains("<pathurl>\(local)</pathurl>"))
            #expect(try texts(.otio) { $0.media = media }[0].contains("\"target_url\":\"\(url)\""))
        }
    }

    /// Everything that no scene covers becomes an entry, the sound before the first picture too.
    @Test func gapsAreEntries() throws {
        var sample = SampleStream.withGap
        sample.startOffset = 1_500_000
        let text = try texts(.webvtt, sample) { $0.listsGaps = true }[0]
        let times = text.split(separator: "\n").filter { $0.contains("-->") }.flatMap {
            $0.split(separator: " ").filter { $0 != "-->" }
        }
        #expect(times.count == 10 && times[0] == "00:00:00.000")
        #expect(
            zip(times.dropFirst(), times.dropFirst(2)).enumerated().allSatisfy { $0 % 2 == 1 || $1.0 == $1.1 }
        )
        #expect(text.contains("\ngap/0/923136\n"))
        // HLS always ends scenes with gaps.
        #expect(try texts(.hls, sample) { _ in }[0].contains("CLASS=\"org.scened.gap\""))
    }

    @Test func shotsAreListed() throws {
        let text = try texts(.webvtt) {
            $0.subject = .shots
            $0.label = "{number}: {id}"
        }[0]
        #expect(
            text.contains("\nshot/0/154624\n00:00:12.500 --> 00:01:15.042\n2: shot/0/154624\n"), "\(text)")
    }

    /// Events whose shots were left out list none; a stream that holds none yet lists what it has.
    @Test func shotsThatAreLeftOutAreMissed() throws {
        let lines = SampleStream().lines
        let without = try EventLog(reading: lines.filter { !$0.contains(#""type":"shot""#) })
        let begun = try EventLog(reading: Array(lines.prefix(1)))
        var shots = ExportOptions()
        shots.subject = .shots
        for (format, options) in [
            (ExportFormat.keyframes, ExportOptions()), (ExportFormat.pySceneDetect, ExportOptions()),
            (ExportFormat.webvtt, shots),
        ] {
            #expect(throws: ExportError.noShots) { try format.write(without, options) }
            #expect(try format.write(begun, options).count == 1)
        }
        #expect(ExportError.noShots.description.contains("; give"))
        var scenes = ExportOptions()
        scenes.subject = .scenes
        #expect(try ExportFormat.keyframes.write(without, scenes).count == 1)
    }

    /// Behind a loss of pictures the stream's own rate counts, and no other.
    @Test func picturesWithoutNumbersArePlacedAtTheRateOfTheStream() throws {
        var sample = SampleStream()
        let numbered = try EventLog(reading: sample.lines)
        sample.hasFrameNumbers = false
        let unnumbered = try EventLog(reading: sample.lines)
        var options = ExportOptions()
        options.rate = FrameRate("50")
        let lost = #expect(throws: ExportError.self) { try ExportFormat.keyframes.write(unnumbered, options) }
        #expect(lost?.description.contains("pictures were lost in front of it") == true)
        // One that read embeddings has lost nothing.
        var without = unnumbered
        without.start.media.clock.countsTicks = false
        let none = #expect(throws: ExportError.self) { try ExportFormat.keyframes.write(without, options) }
        #expect(none?.description.contains("embeddings and no pictures") == true)
        var log = unnumbered
        log.scenes = numbered.scenes
        let placed = try ExportFormat.keyframes.write(log, options)
        #expect(try placed == ExportFormat.keyframes.write(numbered, options))
    }

    @Test func cloudEventsKeepTheLastAnswer() throws {
        let text = try texts(.cloudEvents) { _ in }[0]
        #expect(text.contains("\"id\":\"01J00000000000000000000000:1\",\"source\":\"/scened/film\""))
        #expect(!text.contains("provisional") && !text.contains("watermark"))
        #expect(text.contains("\"mediatime\":\"12.500000\",\"state\":\"final\",\"rev\":1,\"data\":{\"v\":1,"))
        let log = try EventLog(reading: SampleStream().lines)
        var reader = EventLogReader(keepsLines: false)
        for line in SampleStream().lines { try reader.push(line: Array(line.utf8)[...]) }
        #expect(try reader.finish().lines.isEmpty && log.lines.count == 10)
    }

    @Test(
        arguments: [
            ([300, 1501, 300], "0:00 Scene 1\n0:12 Scene 2\n1:15 Scene 3\n"),
            // A short scene joins the chapter before; a short end too.
            ([300, 100, 600, 300, 24], "0:00 Scene 1\n0:12 Scene 2\n0:41 Scene 4\n"),
            ([86_400, 600, 600], "0:00 Scene 1\n1:00:00 Scene 2\n1:00:25 Scene 3\n"),
        ] as [([Int64], String)])
    func youtubeKeepsItsRules(lengths: [Int64], text: String) throws {
        #expect(try texts(.youtube, SampleStream(lengths: lengths)) { _ in } == [text])
    }

    @Test func youtubeNeedsThreeChapters() throws {
        for sample in [SampleStream.noScenes, .oneScene, SampleStream(lengths: [300, 300, 24])] {
            let error = #expect(throws: ExportError.self) { try texts(.youtube, sample) { _ in } }
            #expect(error?.description.contains("needs 3 chapters of 10 s or more") == true)
        }
    }

    @Test func transitionsAreComments() throws {
        let sample = SampleStream()
        var lines = sample.lines
        let place = try #require(lines.firstIndex { $0.contains("\"id\":\"shot/0/154624\"") })
        let first =
            "{\"t\":12.0,\"pts\":148480,\"time_base\":\"1/12288\",\"frame\":288,\"timecode\":\"00:00:12:00\"}"
        let last =
            "{\"t\":13.0,\"pts\":160768,\"time_base\":\"1/12288\",\"frame\":312,\"timecode\":\"00:00:13:00\"}"
        lines[place] = lines[place].replacing(
            "\"transition\":{\"kind\":\"cut\",\"range\":null",
            with: "\"transition\":{\"kind\":\"fade_black\",\"range\":{\"first\":\(first),\"last\":\(last)}")
        let log = try EventLog(reading: lines)
        let text = try ExportFormat.edl.text(log, title: "x")
        #expect(text.contains("* COMMENT: FADE BLACK FROM 00:00:12:00 TO 00:00:13:00\n"), "\(text)")
    }
}
