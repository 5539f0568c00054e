import TestSupport
import SceneFormats
import Testing
import TextFiles
import Timeline

struct CutListFileTests {
    /// Labels with colons drop frames where an FCM line says so; what it says holds up to the next.
    @Test func editListsOfBothModes() throws {
        func list(_ fcm: String, _ mark: String) throws -> [CutList.Entry] {
            let text = """
                TITLE: a
                \(fcm)
                001  AX  V  C  00:00:00\(mark)00 00:01:00\(mark)02 00:00:00\(mark)00 00:01:00\(mark)02
                002  AX  V  C  00:01:00\(mark)02 00:02:00\(mark)02 00:01:00\(mark)02 00:02:00\(mark)02
                003  AX  V  C  00:02:00\(mark)02 00:03:00\(mark)02 00:02:00\(mark)02 00:03:00\(mark)02
                * FRAME RATE: 29.97
                """
            return try CutListFile.read(TextFile(path: "a.edl", text: text)).entries
        }
        let dropping: [CutList.Entry] = [.cut(1800), .cut(3598)]
        #expect(try list("FCM: DROP FRAME", ":") == dropping)
        #expect(try list("FCM: DROP FRAME", ";") == dropping)
        #expect(try list("", ";") == dropping)
        #expect(try list("FCM: NON-DROP FRAME", ":") == [.cut(1802), .cut(3602)])
        #expect(try list("", ":") == [.cut(1802), .cut(3602)])
    }

    static let forms: [(name: String, text: String, entries: [CutList.Entry])] = [
        ("a.txt", "# cuts\n0\n30\n\n180 # second\n", [.init(at: .frame(30)), .init(at: .frame(180))]),
        (
            "a.csv", "30\n40,45\n",
            [
                .init(at: .frame(30)),
                .init(at: .frame(43), mixed: .init(first: .frame(40), last: .frame(45))),
            ]
        ),
        (
            "s.txt", "1.5\n2s\n00:01:02.250\n",
            [
                .init(at: .seconds(1.5)), .init(at: .seconds(2)), .init(at: .seconds(62.25)),
            ]
        ),
        (
            "range.txt", "1.0 2.0\n",
            [
                .init(at: .seconds(1.5), mixed: .init(first: .seconds(1), last: .seconds(2)))
            ]
        ),
        (
            "v.mp4.scenes.txt", "0 29\n30 99\n105 200\n",
            [
                .init(at: .frame(30)),
                .init(at: .frame(102), mixed: .init(first: .frame(100), last: .frame(104))),
            ]
        ),
        ("one.scenes.txt", "0 29\n", []),
        ("shots.txt", "0 29\n30 99\n", [.init(at: .frame(30))]),
        (
            "start.jsonl", "{\"start_frame\":0,\"end_frame\":29}\n{\"start_frame\":30}\n",
            [.init(at: .frame(30))]
        ),
        ("shots.jsonl", "{\"start\":0,\"end\":2}\n{\"start\":2,\"end\":4.5}\n", [.init(at: .seconds(2))]),
        ("list.json", "[30, 180]", [.init(at: .frame(30)), .init(at: .frame(180))]),
        ("seconds.json", "[1.5, 2.25]", [.init(at: .seconds(1.5)), .init(at: .seconds(2.25))]),
        ("whole.json", "[4.0, 1.2e1]", [.init(at: .seconds(4)), .init(at: .seconds(12))]),
        ("whole.json", "{\"cuts\":[4.0,12.0]}", [.init(at: .seconds(4)), .init(at: .seconds(12))]),
        ("cuts.json", "{\"cuts\": []}", []),
        (
            "truth.json",
            "{\"cuts\":[80],\"gradual\":[{\"kind\":\"wipe\",\"start\":10,\"end\":10}],\"fps\":25}",
            [
                .init(at: .frame(10), mixed: .init(first: .frame(10), last: .frame(10))),
                .init(at: .frame(80)),
            ]
        ),
        (
            "lines.jsonl", "{\"frame\":30}\n{\"first\":40,\"last\":45}\n",
            [
                .init(at: .frame(30)),
                .init(at: .frame(43), mixed: .init(first: .frame(40), last: .frame(45))),
            ]
        ),
        ("times.jsonl", "{\"t\":1.25}\n", [.init(at: .seconds(1.25))]),
        ("header.vtt", "WEBVTT\n", []),
        ("header.csv", "Scene Number,Start Frame\n", []),
        ("none.json", "[]", []),
    ]

    @Test(arguments: forms.indices)
    func everyFormIsRead(index: Int) throws {
        let form = Self.forms[index]
        try Files.temporary([form.name: form.text]) { folder in
            let entries = try CutListFile.read(path: folder + "/" + form.name).entries
            #expect(entries == form.entries)
        }
    }

    @Test(arguments: [
        ("a.txt", "30\n20\n", "the cuts at picture 30 and picture 20 are not in order"),
        ("a.txt", "30\n2.5\n", "not in one unit"),
        ("a.txt", "30\nforty\n", ":2: 'forty' is not a place in a film"),
        ("a.txt", "-3\n", "'-3' is not a place in a film"),
        ("a.txt", "1:2\n", "is not a place in a film"),
        ("a.txt", "9 4\n", "is not first and last of a mixed range"),
        ("a.txt", "1 2 3\n", "is not a place in a film"),
        ("a.txt", "99999999999999999999\n", "is not a place in a film"),
        ("b.scenes.txt", "0 29\n20 40\n", ":2: '20 40' is not the first and the last frame of the next shot"),
        ("c.csv", "Scene Number,Start Frame\n1\n", ":2: '1' is not a scene"),
        ("c.csv", "Scene Number,Start\n1,1\n", "the column 'Start Frame' is missing"),
        ("d.json", "[30, true]", "the value has the wrong type at 1"),
        ("d.json", "{\"frame\":-4}", "a cut lies outside any film"),
        ("d.json", "{\"none\":1}", ":1: is not a cut"),
        ("d.json", "{\"cuts\":[1}", "is not valid JSON"),
        ("empty.txt", "", "holds no list of cuts"), ("a.txt", "\n# none\n", "holds no list of cuts"),
        (
            "film.daterange.m3u8part", "# Times count from now\n#EXT-X-DATERANGE:ID=\"scene/0/0\"\n",
            "holds no list of cuts"
        ),
        ("e.jsonl", "{\"type\":\"stream_start\"}\n{\"type\":\"scene\"}\n", "holds no shot events"),
        ("c.json", "{\"type\":\"scened_corrections\"}", "holds no shot events"),
        ("k.edl", "3.0 9.0 3\n", "marks no scene (action 2)"),
    ])
    func everyFaultIsOneLineWithARemedy(name: String, text: String, says: String) throws {
        try Files.temporary([name: text]) { folder in
            let error = textFileError { _ = try CutListFile.read(path: folder + "/" + name) }
            let text = try #require(error).description
            #expect(text.contains(says), "\(text)")
            #expect(text.contains("; "))
            #expect(!text.contains("\n"))
        }
    }

    /// Lists that tell how long their film is.
    @Test(arguments: [
        ("a.scenes.txt", "0 29\n30 99\n", Int64?(100)), ("a.txt", "30\n", nil),
        ("a.csv", "Scene Number,Start Frame,End Frame\n1,1,8\n2,9,20\n", 20),
        ("a.csv", "Scene Number,Start Frame\n1,1\n2,9\n", nil),
        (
            "a.jsonl",
            "{\"type\":\"shot\",\"start\":{\"t\":0},\"transition\":{\"kind\":\"start\"}}\n"
                + "{\"type\":\"stream_end\",\"at\":{\"t\":4},\"counts\":{\"pictures\":100}}", 100
        ),
    ])
    func theNumberOfPicturesIsRead(name: String, text: String, count: Int64?) throws {
        #expect(try CutListFile.read(TextFile(path: name, text: text)).pictureCount == count)
    }

    /// What a shot event says of its transition comes along; after a loss of pictures all is in seconds.
    @Test func eventsKeepTheirTransitions() throws {
        func shot(_ start: String, _ transition: String) -> String {
            "{\"type\":\"shot\",\"start\":\(start),\"transition\":\(transition)}\n"
        }
        let first = shot("{\"t\":0,\"frame\":0}", "{\"kind\":\"start\",\"range\":null,\"score\":1}")
        let wipe =
            "{\"kind\":\"wipe\",\"score\":0.7,"
            + "\"range\":{\"first\":{\"t\":1.6,\"frame\":40},\"last\":{\"t\":1.8,\"frame\":45}}}"
        let second = shot("{\"t\":1.72,\"frame\":43}", wipe)
        let list = try CutListFile.read(TextFile(path: "e", text: first + second))
        #expect(
            list.entries == [
                .init(
                    at: .frame(43), mixed: .init(first: .frame(40), last: .frame(45)), kind: .wipe,
                    score: Score(0.7))
            ])
        let third = shot("{\"t\":4,\"frame\":null}", "{\"kind\":\"cut\",\"range\":null,\"score\":0.9}")
        let lost = try CutListFile.read(TextFile(path: "e", text: first + second + third))
        #expect(lost.entries.map(\.at) == [.seconds(1.72), .seconds(4)])
        #expect(lost.entries[0].mixed?.last == .seconds(1.8))
    }

    /// A film whose sound begins 1.5234 s before its pictures: every export comes back to the pictures it
    /// names, whether it counts as players do or not.
    @Test(
        arguments: [
            .webvtt, .ffmetadata, .matroska, .ogm, .podcast, .kodi, .losslessCut, .edl, .otio, .pySceneDetect,
            .keyframes, .qpfile,
        ] as [ExportFormat])
    func listsComeBackToTheirPictures(format: ExportFormat) throws {
        var sample = SampleStream(lengths: [300, 1501, 200])
        sample.startOffset = 1_523_400
        let text = try format.text(EventLog(reading: sample.lines), title: "a")
        let file = TextFile(path: "film" + format.suffix, text: text)
        let beginning = FilmBeginning(startOffset: 1_523_400, rate: 24)
        for list in [
            try CutListFile.read(file, startOffset: 1_523_400),
            try CutListFile.read(file, for: { beginning }),
        ] {
            #expect(list.entries.map { $0.at.frame(rate: 24) } == [300, 1801], "\(list)")
        }
    }

    /// What scened wrote holds times of the film, brought to a rate, whatever the film's own; a list of
    /// others counts pictures, unless the film is seen to have another rate.
    @Test func framesAtARateAreTimesWhereTheFilmHasAnother() throws {
        var options = ExportOptions()
        options.rate = FrameRate("23.976")
        let log = try EventLog(reading: SampleStream.variableRate.lines)
        let edl = """
            TITLE: a
            001  AX  V  C  00:00:00:00 00:00:04:00 00:00:00:00 00:00:04:00
            002  AX  V  C  00:00:04:00 00:00:08:00 00:00:04:00 00:00:08:00
            * FRAME RATE: 24
            """
        var asked = 0
        func read(_ text: String, _ film: FilmBeginning?) throws -> CutList {
            try CutListFile.read(TextFile(path: "film", text: text)) {
                asked += 1
                return film
            }
        }
        func film(_ rate: Double?) -> FilmBeginning { FilmBeginning(startOffset: 0, rate: rate) }
        for format in [ExportFormat.edl, .otio] {
            let text = String(decoding: try format.write(log, options)[0], as: UTF8.self)
            // Pictures of 37 ms: 300 and 1801 of them.
            let cases: [(FilmBeginning?, Double)] = [
                (nil, 0), (film(24000.0 / 1001), 0), (film(nil), 1001.0 / 48000),
            ]
            for (known, slack) in cases {
                let list = try read(text, known)
                let seconds = list.entries.map { (entry: CutList.Entry) -> Double in
                    if case .seconds(let seconds) = entry.at { seconds } else { -1 }
                }
                #expect(seconds.count == 2 && abs(seconds[0] - 11.1) < 0.021, "\(seconds)")
                #expect(seconds.count == 2 && abs(seconds[1] - 66.637) < 0.021, "\(seconds)")
                #expect(abs(list.slack - slack) < 1e-9)
            }
        }
        let frames: [CutList.Entry] = [.cut(96)]
        #expect(try read(edl, nil).entries == frames)
        #expect(try read(edl, film(24)).entries == frames)
        #expect(try read(edl, film(24000.0 / 1001)).entries == frames)
        #expect(try read(edl, film(nil)).entries == [.init(at: .seconds(4))])
        #expect(try read(edl, film(50)).entries == [.init(at: .seconds(4))])
        // Lists of pictures need nothing of the film.
        asked = 0
        #expect(try read("96\n", film(50)).entries == frames && asked == 0)
    }

    @Test func anAbsentFileIsAnError() throws {
        let error = textFileError { _ = try CutListFile.read(path: "/nowhere/cuts.txt") }
        let text = try #require(error).description
        #expect(text.hasPrefix("cannot read '/nowhere/cuts.txt': No such file or directory; "))
    }

    /// Its start frames are counted from 1; with or without the line of timecodes.
    @Test func sceneListsOfPySceneDetectAreRead() throws {
        #expect(
            try CutListFile.read(path: Files.fixture("counter.pyscenedetect.csv")).entries
                == [.init(at: .frame(10)), .init(at: .frame(20))])
        #expect(
            try CutListFile.read(path: Files.fixture("testvideo.pyscenedetect.csv")).entries
                == [.init(at: .frame(30)), .init(at: .frame(180)), .init(at: .frame(394))])
        let header = "Scene Number,Start Frame,End Frame\n"
        try Files.temporary(["s.csv": header + "1,1,8\n2,9,20\n", "one.csv": header + "1,1,8\n"]) { folder in
            let two = try CutListFile.read(path: folder + "/s.csv").entries
            #expect(two == [.init(at: .frame(8))])
            let one = try CutListFile.read(path: folder + "/one.csv").entries
            #expect(one.isEmpty)
        }
    }

    /// At a constant rate frames and times say the same; of a film whose rate varies, the frames are times at
    /// the average rate, and the times are right.
    @Test func timesCountWhereNoOneRateFitsAList() throws {
        let header =
            "Timecode List:,00:00:01.001\nScene Number,Start Frame,Start Time (seconds),End Frame,End Time (seconds)\n"
        let constant = "1,1,0.000,24,1.001\n2,25,1.001,99,4.129\n3,100,4.129,150,6.256\n"
        let varying = "1,1,0.000,40,1.487\n2,41,1.487,85,3.174\n3,86,3.174,122,4.565\n4,123,4.565,164,6.130\n"
        let single = "1,1,0.000,40,1.600\n2,41,1.600,100,4.000\n"
        let files = ["c.csv": header + constant, "v.csv": header + varying, "s.csv": header + single]
        try Files.temporary(files) { folder in
            let frames = try CutListFile.read(path: folder + "/c.csv")
            #expect(frames.entries == [.init(at: .frame(24)), .init(at: .frame(99))])
            #expect(frames.pictureCount == 150)
            let times = try CutListFile.read(path: folder + "/v.csv")
            #expect(
                times.entries == [
                    .init(at: .seconds(1.487), number: 40), .init(at: .seconds(3.174), number: 85),
                    .init(at: .seconds(4.565), number: 122),
                ])
            #expect(times.pictureCount == nil)
            let one = try CutListFile.read(path: folder + "/s.csv")
            #expect(one.entries == [.init(at: .frame(40))])
        }
    }

    /// The scene list we recorded has the cuts which that project recorded for the same detector.
    @Test(.enabled(if: Files.shared != nil, "the shared labels are absent"))
    func recordedDetectorOutputsAreRead() throws {
        let folder = try Files.shared("data/labels/pyscenedetect")
        let content = try CutListFile.read(path: folder + "/testvideo.mp4.ContentDetector.default.json")
        #expect(
            content.entries
                == (try CutListFile.read(path: Files.fixture("testvideo.pyscenedetect.csv"))).entries)
        let counts = [
            "counter.mp4.AdaptiveDetector.default": 1, "counter.mp4.ThresholdDetector.default": 0,
            "fades.mp4.HashDetector.default": 0, "testvideo.mp4.HistogramDetector.default": 8,
        ]
        for (name, count) in counts {
            #expect(try CutListFile.read(path: folder + "/\(name).json").entries.count == count, "\(name)")
        }
    }
}
