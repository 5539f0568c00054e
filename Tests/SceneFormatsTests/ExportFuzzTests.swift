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

    /// Whole streams, a line of which anyone changed: every format writes them, or refuses in one line.
    @Test func everyFormatOfHostileStreams() throws {
        let text = try String(
            contentsOf: Fixtures.root.appending(path: "fixtures/export/gap.events.jsonl"), encoding: .utf8)
        let lines = text.split(separator: "\n").map { Array($0.utf8) }
        let words = [
            "\"pts\":-9000000000000000", "3200000000", "\"time_base\":\"1/2147483647\"",
            "\"frame\":9007199254740991",
            "\"timecode\":\"23:59:59;29\"", "\"start_offset\":999999,",
        ]
        var options = ExportOptions(title: "a\u{0}b")
        options.listsGaps = true
        options.rate = FrameRate("999999999/1000001")
        let mark = Array("stream_start".utf8)
        Fuzzing.run(1000, seed: 43, samples: [lines[0], lines[7]], words: words) { bytes in
            var changed = lines
            changed[bytes.firstRange(of: mark) == nil ? 7 : 0] = bytes
            guard let log = try? EventLog(reading: Array(changed.joined(separator: [0x0a]))) else { return }
            for format in ExportFormat.all {
                for options in [ExportOptions(), options] {
                    do {
                        _ = try format.write(log, options)
                    } catch {
                        #expect(!"\(error)".contains("\n"), "\(error)")
                    }
                }
            }
        }
    }
}
