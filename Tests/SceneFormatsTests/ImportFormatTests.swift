import SceneFormats
import Testing
import TextFiles

/// The table of import formats: each is told from its content, and by no other.
@Suite struct ImportFormatTests {
    static let samples: [(format: String, name: String, text: String)] = [
        ("shot ranges", "a.txt", "0 29\n30 99\n"), ("shot ranges", "film.scenes.txt", "5 29\n"),
        ("PySceneDetect", "a.csv", "Timecode List:\nScene Number,Start Frame\n1,1\n"),
        ("PySceneDetect", "a.csv", "# of a film\nScene Number,Start Frame\n"),
        ("JSON array", "a.json", "[12,30]"), ("JSON document", "a.json", "{\"cuts\":[\n12]}"),
        ("events", "a.jsonl", "{\"v\":1,\"type\":\"watermark\"}\n"),
        ("events", "a.jsonl", "{\"type\":null}\n"),
        ("JSON lines", "a.jsonl", "{\"frame\":12}\n{\"frame\":30}\n"), ("JSON lines", "a.jsonl", "{"),
        ("WebVTT", "a.vtt", "\u{feff}WEBVTT\n\n"), ("WebVTT", "a.txt", "WEBVTT a film\n"),
        ("ffmetadata", "a.txt", ";FFMETADATA1\n"),
        ("Matroska chapters", "a.xml", "<?xml version=\"1.0\"?>\n<Chapters/>"),
        ("OGM chapters", "a.txt", "CHAPTER01=00:00:00.000\n"),
        ("CMX 3600", "a.edl", "TITLE: a\n001  AX V C\n"),
        ("OpenTimelineIO", "a.otio", "{\n \"OTIO_SCHEMA\": \"Timeline.1\"}"),
        ("chapters as JSON", "a.json", "{\n\"chapters\": []}"),
        ("Aegisub key frames", "a.txt", "# keyframe format v1\nfps 0\n"),
        ("QP file", "a.txt", "0 I -1\n"), ("QP file", "a.txt", "12 K\n"),
        ("Kodi edit list", "a.edl", "0.000 0.000 2\n"),
        ("LosslessCut", "a.csv", "0,1.5,\"a\"\n"), ("YouTube chapters", "a.txt", "0:00 The start\n"),
        ("lines", "a.txt", "00:00:04.8\n"), ("lines", "a.txt", "4.5 6.5\n"),
        ("lines", "a.txt", "12\n4.8s\n"), ("lines", "a.txt", "12 30\n"), ("lines", "a.txt", "what"),
    ]

    @Test(arguments: samples)
    func formatsAreToldApart(format: String, name: String, text: String) {
        let file = TextFile(path: name, text: text)
        #expect(ImportFormat.all.first { $0.recognizes(file) }?.name == format)
    }

    /// Lists for players count from the start of the file, edit lists in frames at a rate.
    @Test func everyFormatSaysHowItCounts() {
        func names(_ counting: ImportFormat.Counting) -> Set<String> {
            Set(ImportFormat.all.filter { $0.counting == counting }.map(\.name))
        }
        #expect(
            names(.fromStart) == [
                "WebVTT", "ffmetadata", "Matroska chapters", "OGM chapters", "YouTube chapters",
                "chapters as JSON", "LosslessCut", "Kodi edit list",
            ])
        #expect(names(.framesAtRate) == ["CMX 3600", "OpenTimelineIO"])
    }

    @Test func anEmptyFileIsOfNone() {
        for text in ["", "\n \n", "# nothing\n"] {
            let file = TextFile(path: "a.scenes.txt", text: text)
            #expect(!ImportFormat.all.contains { $0.recognizes(file) })
        }
    }

    @Test func everyFormatHasItsOwnNameAndASample() {
        let names = ImportFormat.all.map(\.name)
        #expect(Set(names).count == names.count && Set(names) == Set(Self.samples.map(\.format)))
    }
}
