import Testing
import Timeline

@Suite struct TimecodeTests {
    /// SMPTE ST 12-1: labels 0 and 1 are dropped each minute except minutes 0, 10, 20, 30, 40 and 50.
    static let dropFrameCases: [(Int64, String)] = [
        (0, "00:00:00;00"), (1799, "00:00:59;29"), (1800, "00:01:00;02"), (3597, "00:01:59;29"),
        (3598, "00:02:00;02"), (17981, "00:09:59;29"), (17982, "00:10:00;00"), (107_892, "01:00:00;00"),
    ]

    @Test(arguments: dropFrameCases)
    func dropFrame2997(frames: Int64, text: String) throws {
        let format = try #require(TimecodeFormat(rateNumerator: 30000, denominator: 1001))
        #expect(format.isDropFrame)
        #expect(format.string(frames: frames) == text)
    }

    static let rates: [(Int64, Int64, Int64?, Bool)] = [
        (24, 1, 24, false), (24000, 1001, 24, false), (25, 1, 25, false), (30, 1, 30, false),
        (30000, 1001, 30, true), (2997, 100, 30, true), (50, 1, 50, false), (60000, 1001, 60, true),
        (15, 2, nil, false), (240, 1, nil, false), (0, 1, nil, false),
    ]

    @Test(arguments: rates)
    func formatOfARate(numerator: Int64, denominator: Int64, labels: Int64?, drops: Bool) {
        let format = TimecodeFormat(rateNumerator: numerator, denominator: denominator)
        #expect(format?.labelsPerSecond == labels)
        #expect((format?.isDropFrame ?? false) == drops)
    }

    /// One hour at 59.94 shows 01:00:00;00 after 215,784 frames.
    @Test func dropFrame5994() throws {
        let format = try #require(TimecodeFormat(rateNumerator: 60000, denominator: 1001))
        #expect(format.string(frames: 3599) == "00:00:59;59")
        #expect(format.string(frames: 3600) == "00:01:00;04")
        #expect(format.string(frames: 215_784) == "01:00:00;00")
    }

    @Test func hoursWrapAtADay() {
        #expect(TimecodeFormat(labelsPerSecond: 25).string(frames: 25 * 86_400 + 1) == "00:00:00:01")
    }
}
