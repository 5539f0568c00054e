import MediaInput
import Testing

/// Which time a picture has where FFmpeg's guess differs from what its packet says.
@Suite struct StampChoiceTests {
    @Test(
        arguments: [
            // Sorted, and a clock that is set back: each picture's own.
            ([10, 20, 30], [10, 20, 30]), ([500, 510, 10, 20], [500, 510, 10, 20]),
            // One far ahead, by damage: what follows keeps its own.
            ([10, 9000, 20, 30], [10, 9000, 20, 30]),
            // Times of decoding instead: from the first step back within a second on, FFmpeg's guess.
            ([10, 40, 20, 30, 70], [10, 40, 102, 103, 104]), ([10, 10, 20], [10, 101, 102]),
            // Without one of its own.
            ([nil, 20], [100, 20]),
        ] as [([Int64?], [Int64])])
    func stamps(own: [Int64?], expected: [Int64]) {
        var choice = StampChoice()
        let stamps = own.enumerated().map { index, own in
            choice.stamp(own: own, guess: 100 + Int64(index), second: 100)
        }
        #expect(stamps == expected)
    }
}
