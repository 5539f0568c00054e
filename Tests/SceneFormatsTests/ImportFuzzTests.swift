import SceneFormats
import TestSupport
import TextFiles
import Testing

/// Lists of cuts as anyone may give them: read, or refused in one line.
@Suite struct TextFuzzTests {
    static let samples = [
        "0 100\n101 250\n251 400\n", "12.5\n40\n61.25\n", "00:00:01.500\n00:01:00\n", "[1.5, 3, 20]\n",
        "{\"cuts\":[12,{\"t\":3.5},\"00:00:09\"]}\n",
        "Timecode List:,00:00:01.000\nScene Number,Start Frame,Start Timecode,Start Time (seconds),End Frame\n1,1,00:00:00.000,0.000,30\n",
        "{\"v\":1,\"type\":\"shot\",\"start\":{\"t\":1.5,\"frame\":30},\"transition\":{\"kind\":\"cut\",\"score\":0.9}}\n",
    ]

    /// Our own exports, and the forms of other programs.
    private static func exports() throws -> [String] {
        let log = try EventLog(reading: SampleStream(lengths: [300, 1501, 400], gaps: [0, 24]).lines)
        let formats: [ExportFormat] = [
            .webvtt, .ffmetadata, .matroska, .ogm, .youtube, .podcast, .kodi, .losslessCut, .edl, .otio,
            .qpfile,
        ]
        return try formats.map { try $0.text(log, title: "a = b") } + SpanListTests.forms.map(\.text)
    }

    @Test func listsOfCuts() throws {
        let words = [
            ",", ":", "\n", "\"", "[", "{", "\r\n", "\u{feff}", "frame", "s", "-->", "<![CDATA[", "<!--",
            "<!DOCTYPE [",
            "&#x;", "1/0", "\\\n", "* FRAME RATE: 25\n", "00:00:00;01",
        ]
        let samples = (Self.samples + (try Self.exports())).map { Array($0.utf8) }
        Fuzzing.run(20_000, seed: 31, samples: samples, words: words) { bytes in
            do {
                let file = try TextFile(path: "cuts", bytes: bytes)
                _ = try? SpanListFile.read(file)?.seconds()
                _ = try CutListFile.read(file)
            } catch let error as TextFileError {
                #expect(!error.description.contains("\n"), "\(error)")
            } catch {
                Issue.record("\(error)")
            }
        }
    }
}
