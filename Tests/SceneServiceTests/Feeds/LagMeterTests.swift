import FeedRuntime
import Testing

@Suite struct LagMeterTests {
    /// Lag after `seconds` of pictures whose clock runs at `rate` times the wall clock.
    static func lag(rate: Double, seconds: Int) -> Double {
        var meter = LagMeter()
        var lag = 0.0
        for picture in 0...(seconds * 25) {
            let now = Double(picture) / 25
            lag = meter.push(now: now, media: now * rate)
        }
        return lag
    }

    /// Clocks drift by some 50 millionths: 4.3 s a day, which is nobody's lag.
    @Test func driftingClocksDoNotAddUp() {
        #expect(Self.lag(rate: 1 - 50e-6, seconds: 86_400 / 24) < 0.001)
        #expect(Self.lag(rate: 1 + 50e-6, seconds: 3600) < 0.001)
    }

    /// Pictures that come later than the earliest ones are late by as much, for minutes.
    @Test func whatComesLateIsLate() {
        var meter = LagMeter()
        #expect(meter.push(now: 0, media: 0) == 0)
        #expect(abs(meter.push(now: 15, media: 10) - 4.985) < 1e-9)
        #expect(meter.push(now: 15, media: 15) == 0)
        meter.restart()
        #expect(meter.earliest == nil)
        #expect(meter.push(now: 100, media: 3) == 0)
    }
}
