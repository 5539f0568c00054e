import Foundation
import MediaInput
import Testing
import Timeline

/// A tenth of a second of sound, of which everything is known.
@Suite struct SoundMeterTests {
    private static func measure(
        highest: Double = 8000, _ sample: (Double) -> Double
    ) throws -> SoundFrame {
        var meter = SoundMeter(highest: highest)
        let samples = (0..<SoundMeter.frameCount).map { Float(sample(Double($0) / Double(SoundMeter.rate))) }
        return try #require(samples.withUnsafeBufferPointer { meter.measure($0, start: 7) })
    }

    private static func sine(_ frequency: Double, _ amplitude: Double = 0.1) -> (Double) -> Double {
        { amplitude * sin(2 * .pi * frequency * $0) }
    }

    private static func mel(_ frequency: Double) -> Double { 2595 * log10(1 + frequency / 700) }

    /// Centers of the bands, in Hz.
    private static let centers = (1...SoundFrame.bandCount).map { band in
        let step = (mel(8000) - mel(60)) / Double(SoundFrame.bandCount + 1)
        return 700 * (pow(10, (mel(60) + step * Double(band)) / 2595) - 1)
    }

    @Test func aSineHasItsLevel() throws {
        for (amplitude, level) in [(1.0, -3.01), (0.1, -23.01), (0.001, -63.01)] {
            let frame = try Self.measure(Self.sine(997, amplitude))
            #expect(abs(Double(frame.level) - level) < 0.05)
            #expect((0..<4).allSatisfy { abs(Double(frame.quarters[$0]) - level) < 0.2 })
            #expect(frame.isSilent == (level < -60) && frame.start == 7)
        }
    }

    /// A sine in the middle of a band is in that band, and far below in those that are not its neighbors.
    @Test func bandsAreWhereTheyShouldBe() throws {
        for (band, frequency) in Self.centers.enumerated() {
            let frame = try Self.measure(Self.sine(frequency))
            let loudest = frame.bands.indices.max { frame.bands[$0] < frame.bands[$1] }
            #expect(loudest == band, "\(frequency) Hz")
            #expect(abs(frame.bands[band] + 23) < 3, "\(frequency) Hz: \(frame.bands[band])")
            for other in frame.bands.indices where abs(other - band) > 3 {
                #expect(frame.bands[other] < frame.bands[band] - 30, "\(frequency) Hz in band \(other)")
            }
        }
    }

    /// The power of all bands is the power of the noise between their first and last center.
    @Test func bandsSumUp() throws {
        var state: UInt64 = 1
        let frame = try Self.measure { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return 0.2 * (Double(state >> 40) / Double(1 << 24) - 0.5)
        }
        let sum = frame.bands.reduce(0) { $0 + pow(10, Double($1) / 10) }
        let share = (Self.centers[23] - Self.centers[0]) / 8000
        #expect(abs(10 * log10(sum / share) - Double(frame.level)) < 1)
    }

    @Test func silenceAndOffsetsAreNoSound() throws {
        for sample in [{ (_: Double) in 0.0 }, { (_: Double) in 0.5 }] {
            let frame = try Self.measure(sample)
            #expect(frame.level == SoundFrame.floor && frame.loudness == SoundFrame.floor && frame.isSilent)
            #expect((0..<4).allSatisfy { frame.quarters[$0] == SoundFrame.floor })
        }
        let silent = try Self.measure { _ in 0 }
        #expect(silent.bands.allSatisfy { $0 == SoundFrame.floor })
        var meter = SoundMeter()
        let broken = [Float](repeating: .nan, count: SoundMeter.frameCount)
        #expect(broken.withUnsafeBufferPointer { meter.measure($0, start: 0) } == nil)
    }

    /// The filters of ITU-R BS.1770 themselves, run over a sine at 48 kHz, weight it as the meter does.
    @Test(arguments: [80.0, 200, 997, 2500, 6000])
    func loudness(frequency: Double) throws {
        func filtered(_ samples: [Double], _ b: [Double], _ a: [Double]) -> [Double] {
            var (x1, x2, y1, y2) = (0.0, 0.0, 0.0, 0.0)
            return samples.map { x in
                let y = b[0] * x + b[1] * x1 + b[2] * x2 - a[0] * y1 - a[1] * y2
                (x2, x1, y2, y1) = (x1, x, y1, y)
                return y
            }
        }
        let sine = (0..<96_000).map { Self.sine(frequency)(Double($0) / 48_000) }
        let shelved = filtered(
            sine, [1.53512485958697, -2.69169618940638, 1.19839281085285],
            [-1.69065929318241, 0.73248077421585])
        let weighted = filtered(shelved, [1, -2, 1], [-1.99004745483398, 0.99007225036621]).suffix(48_000)
        let power = weighted.reduce(0) { $0 + $1 * $1 } / Double(weighted.count)
        let frame = try Self.measure(Self.sine(frequency))
        #expect(abs(Double(frame.loudness) - (10 * log10(power) - 0.691)) < 0.2)
    }

    /// What a source cannot hold says nothing.
    @Test func bandsOfSlowSources() throws {
        #expect(try Self.measure(Self.sine(400)).measuredBands == SoundFrame.bandCount)
        let slow = try Self.measure(highest: 4000, Self.sine(400)).measuredBands
        // The last band that counts ends at or below 4 kHz.
        let step = (Self.mel(8000) - Self.mel(60)) / Double(SoundFrame.bandCount + 1)
        #expect(Self.mel(Self.centers[slow - 1]) + step <= Self.mel(4000))
        #expect(Self.mel(Self.centers[slow]) + step > Self.mel(4000))
    }
}

/// Where samples stand in time.
@Suite struct SoundClockTests {
    /// Stamps that drift away from the count of samples, or are rounded, are followed to 10 ms.
    @Test(arguments: [0, 100e-6, -300e-6, 1000e-6])
    func driftIsFollowed(drift: Double) {
        var clock = SoundClock(start: 5_000_000, rate: 48_000)
        var (farthest, strangers) = (0.0, 0)
        for packet in 0..<20_000 {
            let exact = 5_000_000 + Double(packet) * 1024 / 48_000 * 1e6 * (1 + drift)
            if !clock.follow(Int64((exact / 1000).rounded()) * 1000) { strangers += 1 }
            let told = clock.time(ofSample: Int64(packet) * 1024 / 3)
            farthest = max(farthest, abs(Double(told) - exact))
            clock.add(1024)
        }
        #expect(strangers == 0 && farthest < 10_000, "\(strangers), \(farthest)")
    }

    @Test func holesAndResetsEndARun() {
        for step: Int64 in [100_000, -100_000, 95_443_717_688] {
            var clock = SoundClock(start: 0, rate: 16_000)
            clock.add(16_000)
            let (jumps, goesOn) = (!clock.follow(1_000_000 + step), clock.follow(1_000_000))
            #expect(jumps && goesOn)
        }
    }

    /// Stamps that begin anew, sound of another run of the clock, and pictures whose stamps are in doubt.
    @Test func placing() {
        func frame(_ start: Int64) -> SoundFrame {
            SoundFrame(
                start: start, level: 0, loudness: 0, quarters: SIMD4(),
                bands: [Float](repeating: 0, count: SoundFrame.bandCount))
        }
        let period: Int64 = 95_443_717_689
        var placing = SoundPlacing(isDiscontinuous: true)
        // The pictures' stamps are unwrapped, the sound's are not.
        let wrapped = placing.place(
            [frame(1000)], picture: 2 * period + 500_000, shift: 0, period: period)
        #expect(wrapped.map(\.start) == [2 * period + 1000])
        let early = placing.place(
            [frame(period - 1000)], picture: 2 * period + 500_000, shift: 0, period: period)
        #expect(early.map(\.start) == [2 * period - 1000])
        let far = placing.place([frame(1_000_000)], picture: 99_000_000, shift: 0, period: nil)
        let doubtful = placing.place([frame(98_000_000)], picture: 99_000_000, shift: nil, period: nil)
        #expect(far.isEmpty && doubtful.isEmpty)
        let settled = placing.place(
            [frame(100_000_000)], picture: 99_000_000, shift: -90_000_000, period: nil)
        #expect(settled.map(\.start) == [8_000_000, 10_000_000])
        // Where clocks are never reset, sound may lie far ahead, but not farther than it is kept.
        var file = SoundPlacing(isDiscontinuous: false)
        let ahead = file.place(
            [frame(99_000_000), frame(1_200_000_001), frame(1_200_000_000)], picture: 0, shift: 0,
            period: nil)
        #expect(ahead.map(\.start) == [99_000_000, 1_200_000_000])
        let passed = file.place([frame(0)], picture: 2_000_000_000, shift: 0, period: nil)
        #expect(passed.map(\.start) == [0])
    }
}
