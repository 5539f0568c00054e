import MediaInput
import Testing

/// How much of a recording in segments has come, by its pictures.
@Suite struct SegmentCoverTests {
    /// Pictures of 40 ms in each of these ranges of seconds, of a list of 8 s.
    private static func missing(
        _ ranges: [Range<Double>], length: Double = 0.04, claimed: Double? = 8, failures: Int = 1,
        step: Double = 0.04
    ) -> Double? {
        var cover = SegmentCover()
        for range in ranges {
            for time in stride(from: range.lowerBound, to: range.upperBound - step / 2, by: step) {
                cover.note(stream: 0, at: time, length: length)
            }
        }
        return cover.missing(of: claimed, failures: failures)
    }

    /// The first segment, one in the middle, the last; and clocks that begin anywhere, and anew.
    @Test(arguments: [
        [2.0..<8], [0.0..<2, 4..<8], [0.0..<6], [100.0..<106], [0.0..<2, 50..<54], [10.0..<12, 0..<4],
    ])
    func whatIsMissing(ranges: [Range<Double>]) throws {
        #expect(abs(try #require(Self.missing(ranges)) - 2) < 1e-6)
    }

    @Test(arguments: [[0.0..<8], [90.0..<98], [0.0..<4, 50..<54], [0.0..<7.6]])
    func nothingIsMissing(ranges: [Range<Double>]) {
        #expect(Self.missing(ranges) == nil)
    }

    /// A list may claim too much; only openings that failed make that a loss. What is live claims nothing.
    @Test func claimsCountWhereOpeningsFailed() {
        #expect(Self.missing([0.0..<6], failures: 0) == nil)
        #expect(Self.missing([0.0..<6], claimed: nil) == nil)
        #expect(Self.missing([0.0..<6], claimed: 1e12) == nil)
    }

    /// Without durations of packets only the last picture's is not known, and that next to each hole.
    @Test func durationsMayBeUnknown() throws {
        #expect(Self.missing([0.0..<8], length: 0) == nil)
        #expect(abs(try #require(Self.missing([0.0..<2, 4..<8], length: 0)) - 2.08) < 1e-6)
    }
}
