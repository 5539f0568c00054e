import BlockSegmentation
import Foundation
import Testing
import Timeline

/// The blocks of a recorded channel are those that `tools/rig/blocks.py` finds, written in another language.
///
/// `tools/scenes/study-blocks --table` wrote the table: evidence as it was measured on ten minutes of a
/// composed day, then the blocks; times in milliseconds.
@Suite struct ReferenceTests {
    private static let lines: [[Substring]] = {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appending(path: "../../fixtures/blocks/channel.txt")
        let text = (try? String(contentsOf: path, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map { $0.split(separator: " ") }
    }()

    private static func evidence(_ fields: [Substring]) -> BlockEvidence? {
        func time(_ place: Int) -> Int64 { Int64(fields[place]) ?? -1 }
        func range() -> Range<Int64> { time(1)..<time(2) }
        func value() -> Float { Float(fields[3]) ?? .nan }
        return switch fields[0] {
        case "cut": .cut(Instant(pts: time(1)))
        case "aspect": .aspectChange(Instant(pts: time(1)))
        case "black": .black(range())
        case "silence": .silence(range())
        case "mark": .mark(range(), value())
        case "loudness": .loudness(range(), value())
        case "music": .music(range(), value())
        case "recurrence": .recurrence(range(), value())
        case "cue_out": .cueOut(at: time(1), duration: fields[2] == "-" ? nil : time(2))
        case "cue_in": .cueIn(at: time(1))
        default: nil
        }
    }

    @Test func blocksEqualTheReference() throws {
        let expected = Self.lines.filter { $0[0] == "block" }
        #expect(expected.count >= 5)
        var segmenter = BlockSegmenter(
            timeBase: TimeBase(numerator: 1, denominator: 1000), start: Instant(pts: 0))
        var blocks: [Block] = []
        for fields in Self.lines where fields[0] != "block" {
            let evidence = try #require(Self.evidence(fields), "\(fields)")
            blocks += segmenter.push(evidence)
        }
        let end = try #require(expected.last.flatMap { Int64($0[2]) })
        for second in stride(from: 1000, to: end, by: 1000) {
            blocks += segmenter.push(.time(Instant(pts: second)))
        }
        blocks += segmenter.finish(at: Instant(pts: end))
        #expect(blocks.map(\.start.pts) == expected.map { Int64($0[1]) })
        #expect(blocks.map(\.end.pts) == expected.map { Int64($0[2]) })
        #expect(blocks.map(\.kind.rawValue) == expected.map { String($0[3]) })
        for (block, fields) in zip(blocks, expected) {
            let probability = try #require(Double(fields[4]))
            #expect(abs((block.probability?.value ?? 2) - probability) < 2e-4, "\(fields)")
        }
    }
}
