import FeedRuntime
import Testing
import Timeline

/// When a new connection's clock proves that it ran on.
@Suite struct ContinuityTests {
    static let cases: [(end: Int64, start: Int64, elapsed: Double, missing: Int64?)] = [
        (900_000, 1_800_000, 10, 900_000), (900_000, 1_800_000, 14, 900_000),
        (900_000, 1_800_000, 9, 900_000),
        // Far ahead, far behind, and back at the start.
        (900_000, 3_600_000, 10, nil), (900_000, 990_000, 30, nil), (900_000, 126_000, 5, nil),
        // Over the wrap, as the new connection counts anew.
        ((1 << 33) - 90_000, 810_000, 10, 900_000),
        // After more than a whole wrap.
        (0, 90_000, 95_444.72, 8_590_024_592),
    ]

    @Test(arguments: cases)
    func clocks(end: Int64, start: Int64, elapsed: Double, missing: Int64?) {
        let continuity = Continuity(container: "mpegts", base: TimeBase(numerator: 1, denominator: 90_000))
        #expect(continuity.missing(end: end, start: start, elapsed: elapsed) == missing)
    }
}
