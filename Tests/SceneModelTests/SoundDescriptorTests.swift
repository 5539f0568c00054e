import SceneModel
import SceneSegmentation
import Testing
import Timeline

/// What a part sounds like, as a similarity cue.
@Suite struct SoundDescriptorTests {
    /// Levels fall from the lowest band to the highest by `slope` dB each.
    private static func sound(
        slope: Float = 1, level: Float = -30, spread: Float = 5, silence: Float = 0, coverage: Float = 1,
        bands: Int = SoundFrame.bandCount
    ) -> PartSound {
        PartSound(
            coverage: coverage, level: level, loudness: level, silence: silence, modulation: nil,
            steadiness: nil, means: (0..<SoundFrame.bandCount).map { level - slope * Float($0) },
            spreads: [Float](repeating: spread, count: SoundFrame.bandCount), measuredBands: bands, entry: nil
        )
    }

    private static func encode(_ sound: PartSound?, luma: Double = 120) -> [Float] {
        let at = Instant(pts: 0)
        var part = Part(
            index: 0, shotIndex: 0, start: at, end: at, duration: 4, entry: nil, isLastOfShot: true,
            keyFrames: [Picture(at: at, duration: 1, analysis: DescriptorFixtures.flat(luma))], motion: 0)
        part.sound = sound
        var encoder = SoundDescriptorEncoder()
        return encoder.encode(part)
    }

    private static func distance(_ left: PartSound, _ right: PartSound) -> Float {
        1 - zip(encode(left), encode(right)).reduce(Float(0)) { $0 + $1.0 * $1.1 }
    }

    @Test func vectorsHaveLengthOne() {
        for slope in [Float(-2), 0.5, 3] {
            let vector = Self.encode(Self.sound(slope: slope))
            #expect(vector.count == SoundDescriptorEncoder().dimension)
            #expect(abs(vector.reduce(Float(0)) { $0 + $1 * $1 } - 1) < 1e-5)
        }
    }

    @Test func alikeSoundsAreNear() {
        let sound = Self.sound()
        #expect(Self.distance(sound, sound) < 1e-5)
        // Louder and livelier by a little, and with fewer bands that say anything.
        #expect(Self.distance(sound, Self.sound(level: -27)) < 0.01)
        #expect(Self.distance(sound, Self.sound(spread: 6)) < 0.01)
        #expect(Self.distance(sound, Self.sound(bands: 20)) < 0.2)
        // A tilted spectrum of the same kind keeps its shape, another one does not.
        #expect(Self.distance(sound, Self.sound(slope: 1.5)) < 0.01)
        #expect(Self.distance(sound, Self.sound(slope: -1)) > 1.2)
        #expect(Self.distance(sound, Self.sound(level: -55)) > Self.distance(sound, Self.sound(level: -40)))
        #expect(Self.distance(sound, Self.sound(spread: 14)) > 0.05)
    }

    /// Silence and missing sound are no evidence, and neither is sound in front of nothing.
    @Test func whatIsNotHeardIsUnknown() {
        let nothing = [Float](repeating: 0, count: SoundDescriptorEncoder().dimension)
        #expect(Self.encode(nil) == nothing)
        #expect(Self.encode(Self.sound(coverage: 0.4)) == nothing)
        #expect(Self.encode(Self.sound(coverage: 0.6)) != nothing)
        #expect(Self.encode(Self.sound(silence: 0.9)) == nothing)
        #expect(Self.encode(Self.sound(silence: 0.7)) != nothing)
        #expect(Self.encode(Self.sound(bands: 1)) == nothing)
        #expect(Self.encode(Self.sound(), luma: 2) == nothing)
        // White noise has no shape; its level is left.
        let flat = Self.encode(Self.sound(slope: 0))
        #expect(flat.prefix(SoundFrame.bandCount).allSatisfy { $0 == 0 } && flat != nothing)
    }
}
