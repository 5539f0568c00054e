import MediaInput
import Testing

/// What a live DASH manifest shows again is left out; a clock that begins anew is not.
@Suite struct RepeatedPacketsTests {
    @Test(
        arguments: [
            // Ten ticks a second; the list is read again, and goes on.
            ([0, 1, 2, 3, 1, 2, 3, 4, 5], "0 1 2 3 4 5"),
            // Up to a minute is shown again, and no more.
            ([1000, 400, 1001], "1000 1001"), ([1000, 399, 400, 401], "1000 399 400 401"),
            // Without a stamp nobody knows.
            ([5, nil, 5, 6], "5 nil 6"),
        ] as [([Int64?], String)])
    func newPackets(stamps: [Int64?], expected: String) {
        var repeated = RepeatedPackets(second: 10)
        let new = stamps.filter { !repeated.contains($0) }
        #expect(new.map { $0.map(String.init) ?? "nil" }.joined(separator: " ") == expected)
    }
}
