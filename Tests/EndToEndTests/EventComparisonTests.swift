import Foundation
import Testing

/// `tools/check/compare-events` on streams whose differences are known.
@Suite struct EventComparisonTests {
    private func boundary(_ seconds: Double, score: Double = 0.6, state: String = "final", timeline: Int = 0)
        -> String
    {
        #"{"type":"boundary","id":"boundary/\#(timeline)/\#(seconds)","at":{"t":\#(seconds)},"state":"\#(state)","score":\#(score)}"#
    }

    private func compare(_ first: [String], _ second: [String]) throws -> Program.Outcome {
        let files = try [first, second].enumerated().map { number, lines in
            let file = try Scratch.file("compared\(number).jsonl")
            try Data(lines.joined(separator: "\n").utf8).write(to: file)
            return file.path
        }
        return try Program.run(Program.repository.appendingPathComponent("tools/check/compare-events"), files)
    }

    @Test(arguments: [
        ([10.0, 20], [10.0, 20], "2 the same, 0 moved, 0 only in the first, 0 only in the second", 0),
        ([10, 20], [10.2, 20], "1 the same, 1 moved, 0 only in the first, 0 only in the second", 1),
        (
            [10, 20], [10.3, 20],
            "1 the same, 0 moved, 1 only in the first 10.000, 1 only in the second 10.300", 1
        ),
        ([10, 10.2], [10.1], "0 the same, 1 moved, 1 only in the first 10.200, 0 only in the second", 1),
        ([], [7], "0 the same, 0 moved, 0 only in the first, 1 only in the second 7.000", 1),
    ])
    func boundaries(first: [Double], second: [Double], says text: String, status: Int32) throws {
        let outcome = try compare(first.map { boundary($0) }, second.map { boundary($0) })
        #expect(outcome.output.hasPrefix("scene boundaries: \(text)\n"), "\(outcome.output)")
        #expect(outcome.status == status)
    }

    /// What was taken back counts for nothing, and of a revised score the last one.
    @Test func theLastRevisionCounts() throws {
        let first = [
            boundary(5, score: 0.5, state: "provisional"), boundary(5, score: 0.75),
            boundary(9), boundary(9, state: "retracted"),
        ]
        let outcome = try compare(first, [boundary(5, score: 0.5)])
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("differ by 0.250000 (median), 0.250000 (most)"), "\(outcome.output)")
    }

    @Test(arguments: ["not JSON", "3", #"{"type":"boundary"}"#])
    func whatIsNoEventIsRefused(line: String) throws {
        let outcome = try compare([line], [boundary(1)])
        #expect(outcome.status == 2)
        #expect(
            outcome.errors.contains("not a file of events")
                && outcome.errors.split(separator: "\n").count == 1)
    }

    @Test func severalTimelinesAreRefused() throws {
        let outcome = try compare([boundary(1), boundary(1, timeline: 1)], [boundary(1)])
        #expect(outcome.status == 2 && outcome.errors.contains("has 2 timelines"), "\(outcome.errors)")
    }
}
