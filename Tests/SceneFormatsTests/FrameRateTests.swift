import Platform
import SceneFormats
import TestSupport
import Testing
import Timeline

/// Rates as people write them, as streams show them, and what is counted with them.
@Suite struct FrameRateTests {
    @Test(
        arguments: [
            ("25", 25, 1), ("30000/1001", 30000, 1001), ("60000/2002", 30000, 1001), ("23.976", 24000, 1001),
            ("23.98", 24000, 1001), ("29.97", 30000, 1001), ("59.94", 60000, 1001), ("12.5", 25, 2),
            ("119.88", 120_000, 1001), ("1000", 1000, 1),
        ] as [(String, Int64, Int64)])
    func textsAreRead(text: String, numerator: Int64, denominator: Int64) throws {
        let rate = try #require(FrameRate(text))
        #expect((rate.numerator, rate.denominator) == (numerator, denominator))
        #expect(FrameRate(rate.description) == rate)
    }

    @Test(arguments: [
        "", "0", "-25", "25/0", "0/1", "1001", "25fps", "25,5", "1/2/3", "1e3", "nan", " 25", "25.", ".5.",
        "99999999999999999999", "1.1234567", "25/", "\u{0660}",
    ])
    func othersAreRefused(text: String) {
        #expect(FrameRate(text) == nil)
    }

    @Test(arguments: [(23.976, "24000/1001"), (24000.0 / 1001, "24000/1001"), (25, "25"), (12.5, "25/2")])
    func numbersAreRates(value: Double, text: String) {
        #expect(FrameRate(near: value)?.description == text)
    }

    /// What a stream shows is found in its times, whatever the time base rounds.
    @Test(arguments: [
        "24", "25", "30", "50", "60", "24000/1001", "30000/1001", "60000/1001", "120", "240", "12.5", "7.5",
        "240000/1001",
    ])
    func ratesAreFound(text: String) throws {
        let rate = try #require(FrameRate(text))
        let format = TimecodeFormat(rateNumerator: rate.numerator, denominator: rate.denominator)
        for base in [1000, 90000, rate.numerator] as [Int64] where base >= rate.numerator / rate.denominator {
            for labels in [format, nil] {
                let sample = RoundedStream(
                    rate: rate, timeBase: TimeBase(numerator: 1, denominator: base),
                    lengths: [301, 4501, 77],
                    timecode: labels)
                let log = try EventLog(reading: sample.lines)
                #expect(log.frameRate == rate, "1/\(base)")
            }
        }
    }

    @Test func varyingRatesAreNone() throws {
        #expect(try EventLog(reading: SampleStream.variableRate.lines).frameRate == nil)
        #expect(try EventLog(reading: SampleStream.noScenes.lines).frameRate == nil)
        var unnumbered = SampleStream()
        unnumbered.hasFrameNumbers = false
        #expect(try EventLog(reading: unnumbered.lines).frameRate == nil)
    }

    @Test(arguments: [
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z"),
        ("2026-01-02t03:04:05.1239z", "2026-01-02T03:04:05.123Z"),
        ("2026-03-01T00:30:00+01:00", "2026-02-28T23:30:00.000Z"),
        ("2024-02-29T23:59:59.9-00:01", "2024-03-01T00:00:59.900Z"),
        ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500Z"),
        ("0000-03-01 00:00:00Z", "0000-03-01T00:00:00.000Z"),
        ("2000-02-29T00:00:00Z", "2000-02-29T00:00:00.000Z"),
        ("2026-12-31T00:00:00Z", "2026-12-31T00:00:00.000Z"),
    ])
    func wallTimes(text: String, expected: String) throws {
        #expect(try #require(WallTime(text)).description == expected)
    }

    @Test(arguments: [
        "", "2026-01-02", "2026-13-02T03:04:05Z", "2026-01-02T24:04:05Z", "2026-01-02T03:04:05",
        "2026-01-02T03:04:05.Z",
        "2026-01-02T03:04:05+1:00", "2026-01-02T03:04:05Zx", "now", "2026-02-30T00:00:00Z",
        "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-12-32T00:00:00Z",
        "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z",
    ])
    func otherTimesAreNone(text: String) {
        #expect(WallTime(text) == nil)
    }
}

/// A stream whose times are rounded to its time base, as containers round.
struct RoundedStream {
    var rate: FrameRate
    var timeBase: TimeBase
    var lengths: [Int64]
    var timecode: TimecodeFormat?
    var startTimecode: Int64 = 0
    var startPTS: Int64 = 7
    var gaps: [Int64] = []

    /// The lines of a stream with an exact time base, with their times replaced.
    var lines: [String] {
        var sample = SampleStream(
            lengths: lengths, frameTicks: 1, timeBase: timeBase, startPTS: startPTS, timecode: timecode,
            startTimecode: startTimecode, gaps: gaps)
        sample.ticksOfFrame = { [rate, timeBase] frame in
            let divisor = Int128(rate.numerator) * Int128(timeBase.numerator)
            let product = Int128(frame) * Int128(rate.denominator) * Int128(timeBase.denominator)
            return Int64((2 * product + divisor) / (2 * divisor))
        }
        return sample.lines
    }
}
