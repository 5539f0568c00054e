import MediaInput
import Testing

/// Which time a picture has where the time at which it is decoded may be the better one.
@Suite struct StampChoiceTests {
    /// `decoding` nil: times of decoding that rise, from 100 on.
    private static func stamps(
        own: [Int64?], decoding: [Int64?]? = nil, with choice: inout StampChoice
    ) -> [Int64?] {
        own.enumerated().map { index, own in
            let time: Int64? = if let decoding { decoding[index] } else { 100 + Int64(index) }
            return choice.stamp(own: own, decoding: time, second: 100)
        }
    }

    @Test(
        arguments: [
            // Sorted, and a clock that is set back: each picture's own.
            ([10, 20, 30], [10, 20, 30]), ([500, 510, 10, 20], [500, 510, 10, 20]),
            // One far ahead, by damage: what follows keeps its own.
            ([10, 9000, 20, 30], [10, 9000, 20, 30]),
            // Times of decoding instead: from the first step back within a second on, those count.
            ([10, 40, 20, 30, 70], [10, 40, 102, 103, 104]), ([10, 10, 20], [10, 101, 102]),
            // Without one of its own.
            ([nil, 20], [100, 20]), ([10, nil, 20], [10, nil, 20]),
        ] as [([Int64?], [Int64?])])
    func stamps(own: [Int64?], expected: [Int64?]) {
        var choice = StampChoice()
        #expect(Self.stamps(own: own, with: &choice) == expected)
    }

    /// Times of decoding that stand still as often are no better; where they are missing, there is no choice.
    @Test(
        arguments: [
            ([10, 10, 20, 20, 30], [5, 5, 6, 6, 7], [10, 10, 20, 20, 30]),
            ([10, 10, 20, 20, 30], [5, 5, 6, 7, 8], [10, 10, 20, 7, 8]),
            ([10, 10, 20], [nil, nil, nil], [10, 10, 20]),
        ] as [([Int64?], [Int64?], [Int64?])])
    func decodingTimesMayBeFalseToo(own: [Int64?], decoding: [Int64?], expected: [Int64?]) {
        var choice = StampChoice()
        #expect(Self.stamps(own: own, decoding: decoding, with: &choice) == expected)
    }

    /// What was counted before says nothing of the next group: which groups a decoder has had before depends
    /// on how threads happen to run.
    @Test func aRestartForgetsEverything() {
        var choice = StampChoice()
        #expect(Self.stamps(own: [10, 10, 10, 10], with: &choice) == [10, 101, 102, 103])
        choice.restart()
        let own: [Int64?] = [10, 10, 20]
        #expect(Self.stamps(own: own, decoding: [5, 5, 6], with: &choice) == own)
    }
}
