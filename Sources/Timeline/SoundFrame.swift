/// A tenth of a second of a stream's sound, mixed to one channel: what parts are heard by, as an
/// `AnalysisPicture` is what they are seen by.
///
/// Levels are in dB of mean power, 0 dB that of a constant at full scale, so that a sine at full scale has
/// -3.01. Nothing is lower than `floor`.
package struct SoundFrame: Hashable, Sendable {
    /// Microseconds that one lasts.
    package static let length: Int64 = 100_000
    /// Bands of the spectrum, evenly spaced on the mel scale from 60 Hz to 8 kHz.
    package static let bandCount = 24
    package static let floor: Float = -80
    /// At or below this level nothing is heard: the level that FFmpeg's silencedetect takes, too.
    package static let silence: Float = -60

    /// Where it begins: microseconds of the stream's presentation time, pictures' and sound's alike.
    package var start: Int64
    /// Of all of it.
    package var level: Float
    /// Level after the K-weighting of ITU-R BS.1770, in LUFS of the mix.
    package var loudness: Float
    /// Of its four quarters.
    package var quarters: SIMD4<Float>
    /// Level in each band; `bandCount`.
    package var bands: [Float]
    /// Bands, from the lowest, that the source can hold: one sampled at 8 kHz has nothing above 4 kHz, and
    /// that says nothing.
    package var measuredBands: Int

    package init(
        start: Int64, level: Float, loudness: Float, quarters: SIMD4<Float>, bands: [Float],
        measuredBands: Int = bandCount
    ) {
        precondition(bands.count == Self.bandCount, "a frame of sound has \(Self.bandCount) bands")
        self.start = start
        self.level = level
        self.loudness = loudness
        self.quarters = quarters
        self.bands = bands
        self.measuredBands = measuredBands
    }

    package var end: Int64 { start + Self.length }

    package var isSilent: Bool { level <= Self.silence }
}

extension TimeBase {
    /// `ticks` in microseconds, rounded; what no stream can hold becomes the nearest that one can.
    package func clampedMicroseconds(_ ticks: Int64) -> Int64 {
        let exact = Int128(ticks) * Int128(numerator) * 1_000_000 / Int128(denominator)
        let limit = Int128(1) << 60
        return Int64(max(-limit, min(limit, exact)))
    }

    /// `microseconds` in ticks, rounded down; what no stream can hold becomes the nearest that one can.
    package func clampedTicks(microseconds: Int64) -> Int64 {
        let exact = Int128(microseconds) * Int128(denominator) / (Int128(numerator) * 1_000_000)
        let limit = Int128(1) << 60
        return Int64(max(-limit, min(limit, exact)))
    }
}
