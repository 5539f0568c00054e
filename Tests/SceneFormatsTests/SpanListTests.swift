import SceneFormats
import TestSupport
import Testing
import TextFiles
import Timeline

/// Scenes, chapters and clips as other programs list them.
@Suite struct SpanListTests {
    private typealias Span = SpanList.Span

    private func read(_ name: String, _ text: String, rate: FrameRate? = nil) throws -> SpanList? {
        try SpanListFile.read(TextFile(path: name, text: text), rate: rate)
    }

    private static func seconds(_ pairs: [(Double, Double?)]) -> [SpanList.Span] {
        pairs.map { .init(start: .seconds($0.0), end: $0.1.map { .seconds($0) }) }
    }

    static let forms: [(name: String, text: String, spans: [SpanList.Span])] = [
        (
            "a.vtt",
            "WEBVTT a\n\nNOTE no cue\n\n1\n00:00.000 --> 00:12.500 align:start\nOne\n\n"
                + "in/2\n00:02.000 --> 00:03.000\nwithin\n\n3\n01:00:00.250\t-->\t01:00:01.000\nThree\n",
            seconds([(0, 12.5), (3600.25, 3601)])
        ),
        (
            "a.ffmeta",
            ";FFMETADATA1\ntitle=a\\\n[CHAPTER]\\\nx\n\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=2000\ntitle=a\\=b\n"
                + "[CHAPTER]\nSTART=2000000000\ntitle=c\n[STREAM]\nSTART=x\n", seconds([(0, 2), (2, nil)])
        ),
        (
            "a.xml",
            "<?xml version='1.0'?>\n<!-- <Chapters> -->\n<!DOCTYPE Chapters [<!ENTITY a \"b\">]>\n<Chapters><EditionEntry>"
                + "<ChapterAtom><ChapterTimeStart>00:00:01.500000000</ChapterTimeStart><ChapterDisplay>"
                + "<ChapterString>&lt;a&#38;</ChapterString></ChapterDisplay><ChapterAtom>"
                + "<ChapterTimeStart>00:00:02</ChapterTimeStart></ChapterAtom></ChapterAtom>"
                + "<ChapterAtom><ChapterUID/><ChapterTimeStart> 00:01:00.25 </ChapterTimeStart>"
                + "<ChapterTimeEnd>00:02:00</ChapterTimeEnd></ChapterAtom></EditionEntry></Chapters>\n",
            seconds([(1.5, nil), (60.25, 120)])
        ),
        (
            "a.txt", "CHAPTER01=00:00:00.000\nCHAPTER01NAME=a=b\nCHAPTER02=00:01:00.5\n",
            seconds([(0, nil), (60.5, nil)])
        ),
        (
            "y.txt", "0:00 Opening\n(a comment)\n1:02 - Chase\n1:00:01 End\n",
            seconds([(0, nil), (62, nil), (3601, nil)])
        ),
        (
            "p.json",
            "{\"chapters\":[{\"time_base\":\"1/1000\",\"start\":0,\"start_time\":\"0\",\"end\":1500},"
                + "{\"start_time\":\"1.5\",\"end_time\":\"2\"}]}", seconds([(0, 1.5), (1.5, 2)])
        ),
        (
            "c.json",
            "{\"version\":\"1.2.0\",\"chapters\":[{\"startTime\":0,\"endTime\":2},{\"startTime\":2,\"toc\":false},"
                + "{\"startTime\":4.25}]}", seconds([(0, 2), (4.25, nil)])
        ),
        ("l.csv", "0,12.5,\"One, or \"\"two\"\"\"\n12.5,,Two\n", seconds([(0, 12.5), (12.5, nil)])),
        ("k.edl", "## Kodi\n0.000 0.000 2\n3.0 9.0 3\n12.500 12.500 2\n", seconds([(0, nil), (12.5, nil)])),
        (
            "s.csv",
            "Scene Number,Start Frame,Start Time (seconds),End Frame,End Time (seconds)\n1,1,0.0,25,1.0\n2,26,1.0,50,2.0\n",
            seconds([(0, 1), (1, 2)])
        ),
    ]

    @Test(arguments: forms.indices)
    func everyFormIsRead(index: Int) throws {
        let form = Self.forms[index]
        #expect(try read(form.name, form.text)?.spans == form.spans)
    }

    /// Lists of cuts alone hold no scenes.
    @Test(arguments: ["12\n40\n", "[1, 2]", "{\"cuts\":[3]}", "{\"type\":\"shot\"}\n", "0 29\n30 99\n", ""])
    func listsOfCutsHoldNone(text: String) throws {
        #expect(try read("a", text) == nil)
    }

    private static let head = "TITLE: a\nFCM: NON-DROP FRAME\n"
    private static func event(_ number: Int, _ times: String, track: String = "V    ", edit: String = "C   ")
        -> String
    {
        "00\(number)  AX       \(track) \(edit)     \(times)\n"
    }

    /// The rate is ours to say, or a comment's, or a person's; the first picture has the timecode of the
    /// comment, or of the first event.
    @Test func editListsNeedTheirRate() throws {
        let events =
            Self.event(1, "10:00:01:00 10:00:02:00 01:00:01:00 01:00:02:00")
            + Self.event(1, "10:00:01:00 10:00:02:00 01:00:01:00 01:00:02:00", track: "A    ")
            + Self.event(2, "10:00:02:00 10:00:02:00 01:00:02:00 01:00:02:00")
            + Self.event(2, "10:00:02:00 10:00:04:00 01:00:02:00 01:00:04:00", edit: "D 010")
        let error = textFileError { _ = try read("a.edl", Self.head + events) }
        #expect(
            error?.description
                == "a.edl: does not say its frame rate; add a line such as '* FRAME RATE: 25' at its end"
        )
        func frames(_ pairs: [(Int64, Int64)]) -> [Span] {
            pairs.map { .init(start: .frame($0.0), end: .frame($0.1)) }
        }
        let rate = try #require(FrameRate("25"))
        #expect(try read("a.edl", Self.head + events, rate: rate)?.spans == frames([(0, 25), (25, 75)]))
        #expect(
            try read("a.edl", Self.head + "* FRAME RATE: 50\n" + events)?.spans
                == frames([(0, 50), (50, 150)]))
        let ours = "* COMMENT: FRAME RATE 24000/1001, FILM FROM 10:00:00:00, LIST FROM 01:00:00:00\n"
        let list = try read("a.edl", Self.head + events + ours)
        #expect(list?.spans == frames([(24, 48), (48, 96)]) && list?.rate == FrameRate("23.976"))
        #expect(try read("a.edl", Self.head)?.spans == [])
    }

    @Test func timelinesAreAddedUp() throws {
        func time(_ value: String, _ rate: String) -> String { "{\"value\":\(value),\"rate\":\(rate)}" }
        func item(_ schema: String, _ value: String, _ rate: String = "24.0", more: String = "") -> String {
            "{\"OTIO_SCHEMA\":\"\(schema)\",\"source_range\":{\"start_time\":\(time("9", rate)),"
                + "\"duration\":\(time(value, rate))}\(more)}"
        }
        func timeline(_ items: [String]) -> String {
            "{\"OTIO_SCHEMA\":\"Timeline.1\",\"tracks\":{\"children\":[{\"kind\":\"Audio\",\"children\":[]},"
                + "{\"kind\":\"Video\",\"children\":[\(items.joined(separator: ","))]}]}}"
        }
        let transition = "{\"OTIO_SCHEMA\":\"Transition.1\",\"in_offset\":\(time("5", "24"))}"
        let gap = item("Clip.2", "6", more: ",\"metadata\":{\"scened\":{\"id\":\"gap/0/1\"}}")
        let list = try read(
            "a.otio",
            timeline([item("Gap.1", "12"), item("Clip.2", "30"), transition, gap, item("Clip.1", "8")]))
        #expect(list?.spans == [(12, 42), (48, 56)].map { .init(start: .frame($0.0), end: .frame($0.1)) })
        #expect(list?.rate == FrameRate("24"))
        let mixed = try read("a.otio", timeline([item("Clip.2", "12"), item("Clip.2", "25", "25")]))
        #expect(mixed?.spans == Self.seconds([(0, 0.5), (0.5, 1.5)]))
        let fraction = try read("a.otio", timeline([item("Clip.2", "12.5", "25")]))
        #expect(fraction?.spans == Self.seconds([(0, 0.5)]))
    }

    @Test(arguments: [
        ("a.vtt", "WEBVTT\n\n1\n00:00.000 --> soon\nx\n", ":4: '00:00.000 --> soon' is not a time of a cue"),
        ("a.vtt", "WEBVTT\n\n00:10.000 --> 00:05.000\nx\n", "ends before it begins"),
        ("a.ffmeta", ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/0\nSTART=1\n", "'TIMEBASE=1/0' is not a time"),
        ("a.ffmeta", ";FFMETADATA1\n[CHAPTER]\ntitle=a\n", "a chapter has no START"),
        ("a.ffmeta", ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1\nSTART=9223372036854775807\n", "is not a time"),
        ("a.xml", "<Chapters><ChapterAtom></ChapterAtom></Chapters>", "no ChapterTimeStart"),
        ("a.xml", "<Chapters><ChapterAtom>", "broken off"),
        ("a.xml", "<Chapters></ChapterAtom></Chapters>", "no well-formed XML"),
        (
            "a.xml",
            "<Chapters><ChapterAtom><ChapterTimeStart>now</ChapterTimeStart></ChapterAtom></Chapters>",
            "'now' is not a time"
        ),
        ("a.txt", "CHAPTER01=soon\n", "'CHAPTER01=soon' is not a chapter"),
        ("a.json", "{\"chapters\":[{\"title\":\"x\"}]}", "chapter 1 has no start"),
        ("a.json", "{\"chapters\":[{\"start\":1,\"time_base\":\"1/0\"}]}", "chapter 1 has no start"),
        ("a.csv", "0,1,a\n1,b,c\n", "'1,b,c' is not a segment"),
        ("a.txt", "# keyframe format v1\nfps 0\n-5\n", "'-5' is not a frame"),
        ("a.qp", "0 I -1\nx I -1\n", "'x I -1' is not a frame"),
        ("a.otio", "{\"OTIO_SCHEMA\":\"Timeline.1\"}", "holds no video track"),
        (
            "a.otio", "{\"OTIO_SCHEMA\":\"Timeline.1\",\"tracks\":{\"children\":[{\"children\":[{}]}]}}",
            "child 1 of the track has no range"
        ),
        ("a.edl", "TITLE: a\n* FRAME RATE: 25\n001  AX  V  C 00:00:00:00\n", "is not an event"),
        (
            "a.edl",
            "TITLE: a\n* FRAME RATE: 25\n001  AX  V  C  00:00:00:29 00:00:01:00 00:00:00:00 00:00:01:00\n",
            "00:00:00:29 does not exist at 25 frames a second"
        ),
    ])
    func everyFaultIsOneLineWithARemedy(name: String, text: String, says: String) throws {
        let error = textFileError { _ = try read(name, text) }
        let message = try #require(error).description
        #expect(message.contains(says) && message.contains("; ") && !message.contains("\n"), "\(message)")
    }

    /// Frames without a rate are no seconds.
    @Test func framesNeedARateToBeSeconds() throws {
        let list = try #require(try read("a", "# keyframe format v1\nfps 0\n0\n50\n"))
        #expect(list.seconds() == nil)
        #expect(list.seconds(rate: FrameRate("25"))?.map(\.start) == [0, 2])
        #expect(list.cuts.entries.map(\.at) == [.frame(0), .frame(50)])
    }
}
