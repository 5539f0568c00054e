import Testing
import Timeline

@Suite struct TimecodeTests {
    /// SMPTE ST 12-1: labels 0 and 1 are dropped each minute except minutes 0, 10, 20, 30, 40 and 50.
    @Test(arguments: [
        (Int64(0), "00:00:00;00"), (1799, "00:00:59;29"), (1800, "00:01:00;02"), (3597, "00:01:59;29"),
        (3598, "00:02:00;02"), (17981, "00:09:59;29"), (17982, "00:10:00;00"), (107_892, "01:00:00;00"),
    ])
    func dropFrame2997(frames: Int64, text: String) throws {
        let format = try #require(TimecodeFormat(rateNumerator: 30000, denominator: 1001))
        #expect(format.isDropFrame)
        #expect(format.string(frames: frames) == text)
    }
}
