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
        ("lines", "a.txt", "12\n4.8s\n"), ("lines", "a.txt", "12 30\n"), ("lines", "a.txt", "what"),
    ]

    @Test(arguments: samples)
    func formatsAreToldApart(format: String, name: String, text: String) {
        let file = TextFile(path: name, text: text)
        #expect(ImportFormat.all.first { $0.recognizes(file) }?.name == format)
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
