import Foundation
import SceneFormats
import TestSupport
import Testing

/// Lines of events as anyone may give them to `export`.
@Suite struct ExportFuzzTests {
    @Test func eventLines() throws {
        let text = try String(
            contentsOf: Fixtures.root.appending(path: "fixtures/export/film.events.jsonl"), encoding: .utf8)
        let lines = text.split(separator: "\n").map { Array($0.utf8) }
        let words = ["\"pts\":", "null", "{", "\"time_base\":\"1/0\"", "\"timecode\":\"99:99:99:99\""]
        Fuzzing.run(8_000, seed: 41, samples: lines, words: words) { bytes in
            var reader = EventLogReader()
            do {
                try reader.push(line: lines[0][...])
                try reader.push(line: bytes[...])
                _ = try reader.finish()
            } catch {
                #expect(!"\(error)".contains("\n"), "\(error)")
            }
        }
    }
}
