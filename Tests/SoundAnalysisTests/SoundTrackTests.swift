import Foundation
import SoundAnalysis
import Testing
import Timeline

/// What parts sound like, of frames that are written down here.
@Suite struct SoundTrackTests {
    private static let timeBase = TimeBase(numerator: 1, denominator: 1000)

    /// Frames from `start` (ms) on, one for each level; all bands 12 dB below it, unless `bands` says more.
    private static func frames(
        from start: Int64, _ levels: [Float], bands: (Int) -> Float = { _ in -12 },
        quarters: (Int) -> SIMD4<Float> = { _ in SIMD4() }
    ) -> [SoundFrame] {
        levels.enumerated().map { index, level in
            SoundFrame(
                start: start * 1000 + Int64(index) * SoundFrame.length, level: level, loudness: level - 1,
                quarters: SIMD4(repeating: level) + quarters(index),
                bands: (0..<SoundFrame.bandCount).map { max(SoundFrame.floor, level + bands($0)) })
        }
    }

    private static func track(_ frames: [SoundFrame]...) -> SoundTrack {
        var track = SoundTrack(timeBase: timeBase)
        for frame in frames.joined() { track.push(frame) }
        return track
    }

    private static func isNear(_ value: Float?, _ expected: Float, _ tolerance: Float = 0.01) -> Bool {
        value.map { abs($0 - expected) <= tolerance } ?? false
    }

    @Test func levelsAreMeansOfPower() throws {
        let track = Self.track(Self.frames(from: 0, [-20, -20, -70, -70]))
        let sound = try #require(track.sound(from: 0, to: 400, isContinuous: true))
        #expect(Self.isNear(sound.level, -23.01) && Self.isNear(sound.loudness, -24.01))
        #expect(sound.silence == 0.5 && sound.coverage == 1)
        // Bands are averaged in dB: (-32 - 80) / 2.
        #expect(sound.means.allSatisfy { Self.isNear($0, -56) })
        #expect(sound.spreads.allSatisfy { Self.isNear($0, 24) })
        #expect(sound.entry == nil && sound.measuredBands == SoundFrame.bandCount)
    }

    /// Missing sound is not silence: neither level nor silence knows of it, only the coverage.
    @Test func missingSoundIsNoEvidence() throws {
        let track = Self.track(
            Self.frames(from: 0, [Float](repeating: -20, count: 10)),
            Self.frames(from: 3000, [Float](repeating: -20, count: 10)))
        let whole = try #require(track.sound(from: 0, to: 4000, isContinuous: true))
        #expect(Self.isNear(whole.level, -20) && whole.silence == 0 && Self.isNear(whole.coverage, 0.5))
        #expect(whole.steadiness == 1)
        #expect(track.sound(from: 1000, to: 3000, isContinuous: true) == nil)
        // A cut in the hole, and one at its edge: too little is known on a side.
        for cut: Int64 in [500, 1000, 2000, 3000, 3400] {
            let sound = track.sound(from: cut, to: 4000, isContinuous: true)
            #expect((sound?.entry != nil) == (cut == 500), "\(cut)")
        }
    }

    /// Silent frames in a row are one stretch, told once; a stretch that goes on is told in two.
    @Test func silencesAreToldOnce() {
        var track = Self.track(Self.frames(from: 0, [-20, -70, -70, -20, -65, -20, -80]))
        #expect(track.takeSilences() == [100..<300, 400..<500, 600..<700])
        #expect(track.takeSilences().isEmpty)
        for frame in Self.frames(from: 700, [-70, -20]) { track.push(frame) }
        #expect(track.takeSilences() == [700..<800])
        // Missing sound is no silence.
        for frame in Self.frames(from: 2000, [-70, -70]) { track.push(frame) }
        #expect(track.takeSilences() == [2000..<2200])
    }

    /// Change, level and dip at a cut, by hand.
    @Test func cuts() throws {
        let before = Self.frames(from: 0, [Float](repeating: -30, count: 10))
        let behind = Self.frames(from: 1000, [Float](repeating: -20, count: 10))
        let same = try #require(
            Self.track(before, behind).sound(from: 1000, to: 2000, isContinuous: true)?.entry)
        #expect(Self.isNear(same.change, 10) && Self.isNear(same.levelChange, 10))
        #expect(same.dip == 0 && !same.isSilent)
        // Half of the bands change by 20 dB: the root of 20 * 20 / 2.
        let other = Self.frames(from: 1000, [Float](repeating: -30, count: 10)) { $0 < 12 ? -12 : -32 }
        let shifted = try #require(
            Self.track(before, other).sound(from: 1000, to: 2000, isContinuous: true)?.entry)
        #expect(Self.isNear(shifted.change, 14.142) && Self.isNear(shifted.levelChange, 0))
        // A pause of 0.2 s before the cut.
        let pause = Self.frames(from: 0, [-30, -30, -30, -30, -30, -30, -30, -30, -70, -70])
        let dip = try #require(
            Self.track(pause, behind).sound(from: 1000, to: 2000, isContinuous: true)?.entry)
        #expect(dip.isSilent && Self.isNear(dip.dip, -30 + 10 * log10f(0.8) + 70, 0.05))
        // Behind a gap there is no cut.
        let first = try #require(Self.track(before, behind).sound(from: 1000, to: 2000, isContinuous: false))
        #expect(first.entry == nil)
    }

    /// A source that holds fewer bands is compared on those.
    @Test func bandsThatAreNotThereDoNotChange() throws {
        let before = Self.frames(from: 0, [Float](repeating: -30, count: 10))
        let behind = Self.frames(from: 1000, [Float](repeating: -30, count: 10)) { $0 < 16 ? -12 : -80 }
            .map { frame in
                var frame = frame
                frame.measuredBands = 16
                return frame
            }
        let sound = try #require(
            Self.track(before, behind).sound(from: 1000, to: 2000, isContinuous: true))
        #expect(sound.entry?.change == 0 && sound.measuredBands == 16)
    }

    /// Syllables of 4 Hz are modulated, a tone is not, and neither are fluctuations of 1 or 10 Hz.
    @Test(arguments: [(1.0, 0.1), (4, 0.5), (5, 0.5), (10, 0.1)])
    func modulation(frequency: Double, depth: Float) throws {
        let frames = Self.frames(
            from: 0, [Float](repeating: -20, count: 30),
            quarters: { index in
                var quarters = SIMD4<Float>()
                for quarter in 0..<4 {
                    let seconds = (Double(4 * index + quarter) + 0.5) / 40
                    let amplitude = 1 + 0.7 * sin(2 * .pi * frequency * seconds)
                    quarters[quarter] = Float(20 * log10(amplitude))
                }
                return quarters
            })
        let sound = try #require(Self.track(frames).sound(from: 0, to: 3000, isContinuous: true))
        let modulation = try #require(sound.modulation)
        #expect(depth > 0.2 ? Self.isNear(modulation, 0.495, 0.02) : modulation < depth, "\(modulation)")
        let tone = Self.track(Self.frames(from: 0, [Float](repeating: -20, count: 30)))
        #expect(Self.isNear(tone.sound(from: 0, to: 3000, isContinuous: true)?.modulation, 0))
        // Less than a second, and silence, tell nothing.
        #expect(tone.sound(from: 0, to: 900, isContinuous: true)?.modulation == nil)
        let silence = Self.track(Self.frames(from: 0, [Float](repeating: -80, count: 30)))
            .sound(from: 0, to: 3000, isContinuous: true)
        #expect(silence != nil && silence?.modulation == nil && silence?.steadiness == nil)
    }

    @Test func steadiness() throws {
        // The spectrum turns over at every third frame.
        let frames = Self.frames(from: 0, [Float](repeating: -20, count: 31)).enumerated().map {
            index, frame in
            var frame = frame
            if index / 3 % 2 == 1 { frame.bands.reverse() }
            for band in frame.bands.indices where band < 12 {
                frame.bands[band] -= index / 3 % 2 == 1 ? 20 : 0
            }
            return frame
        }
        let sound = try #require(Self.track(frames).sound(from: 0, to: 3100, isContinuous: true))
        #expect(Self.isNear(sound.steadiness, 20.0 / 30))
    }

    /// Frames that overlap others are passed over, whatever their order.
    @Test func everyMomentIsHeardOnce() throws {
        let frames = Self.frames(from: 0, [Float](repeating: -20, count: 20))
        let loud = Self.frames(from: 450, [Float](repeating: 0, count: 3))
        let sound = try #require(Self.track(frames, loud).sound(from: 0, to: 2000, isContinuous: true))
        #expect(Self.isNear(sound.level, -20) && sound.coverage == 1)
    }

    /// A few frames with a false stamp, ahead or behind, cost no more than themselves: the frames behind them
    /// count from the first one on, also at the place where the false ones stand, and their silence is told.
    @Test(arguments: [25_000, 3_000, 700, -900, -15_000] as [Int64], [1, 3] as [Int64])
    func falseStampsKeepNothingOut(distance: Int64, count: Int64) throws {
        let good = Self.frames(from: 0, [Float](repeating: -20, count: 200))
        let quiet = Self.frames(from: 20_000, [Float](repeating: -70, count: 100))
        let late = 20_000 + count * 100
        let track = Self.track(
            good, Self.frames(from: 20_000 + distance, [Float](repeating: 0, count: Int(count))),
            quiet.filter { $0.start >= late * 1000 },
            Self.frames(from: 30_000, [Float](repeating: -20, count: 300)))
        let sound = try #require(track.sound(from: 0, to: 60_000, isContinuous: true))
        #expect(Self.isNear(sound.coverage, 1, 0.006), "\(sound.coverage)")
        let behind = try #require(track.sound(from: late, to: 30_000, isContinuous: true))
        #expect(Self.isNear(behind.level, -70) && Self.isNear(behind.coverage, 1) && behind.silence == 1)
        #expect(Self.isNear(track.sound(from: 30_000, to: 60_000, isContinuous: true)?.level, -20))
        var told = track
        #expect(told.takeSilences() == [late..<30_000])
    }

    /// What no open part needs is let go of, and a part without end does not fill the memory.
    @Test func memoryIsBounded() throws {
        var track = SoundTrack(timeBase: Self.timeBase)
        for frame in Self.frames(from: 0, [Float](repeating: -20, count: 100)) { track.push(frame) }
        track.close(at: 8000)
        #expect(track.heldFrames == 30)
        #expect(track.sound(from: 8000, to: 10_000, isContinuous: true)?.entry != nil)
        for frame in Self.frames(from: 10_000, [Float](repeating: -20, count: 40_000)) { track.push(frame) }
        #expect(track.heldFrames <= 12_000)
        #expect(Self.isNear(track.sound(from: 8000, to: 4_010_000, isContinuous: true)?.level, -20))
    }
}
