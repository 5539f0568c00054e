import Platform
import Foundation

/// Bytes that no reader of untrusted input may crash on: from samples by seeded mutation, equal in every run.
///
/// A trap ends the whole test run, so that what a test states is little: no crash, and what it asserts of
/// errors. Few rounds in an ordinary run; `SCENED_FUZZ=10000000 swift test -c release --filter Fuzz` takes
/// hours and as many rounds for each reader. Mutations are blind, not led by coverage.
package enum Fuzzing {
    /// Rounds for one reader.
    package static func rounds(_ few: Int) -> Int {
        ProcessInfo.processInfo.environment["SCENED_FUZZ"].flatMap { Int($0) } ?? few
    }

    /// Gives `body` one mutated sample after another, and each sample as it is and cut at every byte of its
    /// first 2000.
    ///
    /// - Parameters:
    ///   - few: rounds of an ordinary run.
    ///   - seed: of the mutations.
    ///   - samples: what the reader accepts.
    ///   - words: pieces that mean something to the reader, put in now and then.
    ///   - body: reads; must neither crash nor hang.
    package static func run(
        _ few: Int, seed: UInt64, samples: [[UInt8]], words: [String] = [],
        _ body: ([UInt8]) throws -> Void
    ) rethrows {
        precondition(!samples.isEmpty, "something to change")
        for sample in samples {
            try body(sample)
            for count in 0..<min(sample.count, 2000) { try body(Array(sample[..<count])) }
        }
        var random = SeededGenerator(seed: seed)
        let words = words.map { Array($0.utf8) }
        for _ in 0..<rounds(few) {
            try body(mutated(samples[Int.random(in: 0..<samples.count, using: &random)], words, &random))
        }
    }

    private static func mutated(_ bytes: [UInt8], _ words: [[UInt8]], _ random: inout SeededGenerator)
        -> [UInt8]
    {
        var result = bytes
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            if result.isEmpty { result = [0] }
            let position = Int.random(in: 0..<result.count, using: &random)
            switch Int.random(in: 0..<9, using: &random) {
            case 0: result[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: result[position] = [0, 1, 0x7f, 0x80, 0xff].randomElement(using: &random) ?? 0
            case 2: result.remove(at: position)
            case 3: result.insert(UInt8.random(in: 0...255, using: &random), at: position)
            case 4: result.removeSubrange(position..<min(result.count, position + 16))
            case 5:
                // A piece once more, somewhere else.
                let piece = result[
                    position..<min(result.count, position + Int.random(in: 1...64, using: &random))]
                result.insert(contentsOf: Array(piece), at: Int.random(in: 0...result.count, using: &random))
            case 6:
                let numbers = [
                    "0", "-1", "9223372036854775807", "9223372036854775808", "1e400", "nan", "0.1", "\u{0}",
                    "é", "\\ud800",
                ]
                result.insert(
                    contentsOf: Array((numbers.randomElement(using: &random) ?? "0").utf8), at: position)
            case 7:
                if let word = words.randomElement(using: &random) {
                    result.insert(contentsOf: word, at: position)
                }
            default: result[position] = UInt8.random(in: 0...255, using: &random)
            }
        }
        return result
    }
}
