internal import Glibc
package import SceneSegmentation
internal import Timeline

/// Describes a part by what it sounds like: a similarity cue beside pictures. No weights, no training.
///
/// The spectrum's shape (mean levels of the mel bands less their mean) tells a room, a street or a score
/// from another; the level and its fluctuation tell quiet from loud and steady from lively. The result has
/// length 1 and follows `SoundDescriptorEncoder.Layout`, so that the cosine of two is a weighted mean over
/// the three. A part whose sound is hardly known, or hardly heard, has the zero vector: silence and missing
/// sound are no evidence. So has one that shows nothing (`Part.isBlank`), which is no place whatever it
/// sounds like.
package struct SoundDescriptorEncoder: ShotEncoder {
    /// Which numbers of the vector say what.
    enum Layout {
        static let shape = 0..<SoundFrame.bandCount
        /// An angle each, as its cosine and sine: the level, and its standard deviation along the part.
        static let level = SoundFrame.bandCount..<SoundFrame.bandCount + 2
        static let liveliness = SoundFrame.bandCount + 2..<SoundFrame.bandCount + 4
        static let dimension = SoundFrame.bandCount + 4
        /// Shares of the similarity; they add up to 1.
        static let shares: (shape: Float, level: Float, liveliness: Float) = (0.7, 0.15, 0.15)
    }

    package let name = "sound-1"
    /// It looks at no pictures.
    package let input = EncoderInput(.keyFrames(1))
    package var dimension: Int { Layout.dimension }

    /// Mean cosine distance between parts up to 16 apart, for `CoherenceScorer`; measured on half an hour of
    /// a composed channel.
    package static let typicalDistance: Float = 0.07

    /// Share of a part whose sound must be known, and share that must be heard.
    static let leastKnown: Float = 0.5
    static let leastHeard: Float = 0.2
    /// dB between which a level counts, and up to which its deviation does.
    private static let levels: ClosedRange<Float> = -60...(-10)
    private static let mostDeviation: Float = 15

    package init() {}

    package func separate() -> Self? { self }

    /// O(bands).
    package mutating func encode(_ part: Part) -> [Float] {
        var values = [Float](repeating: 0, count: Layout.dimension)
        guard let sound = part.sound, sound.coverage >= Self.leastKnown, sound.silence <= 1 - Self.leastHeard,
            sound.measuredBands > 1, !part.isBlank
        else { return values }
        let bands = 0..<sound.measuredBands
        let mean = bands.reduce(Float(0)) { $0 + sound.means[$1] } / Float(bands.count)
        var squares: Float = 0
        for band in bands {
            values[band] = sound.means[band] - mean
            squares += values[band] * values[band]
        }
        // A flat spectrum has no shape.
        let scale = squares > 1 ? (Layout.shares.shape / squares).squareRoot() : 0
        for band in bands { values[band] *= scale }
        let deviation = bands.reduce(Float(0)) { $0 + sound.spreads[$1] } / Float(bands.count)
        let level = min(max(sound.level, Self.levels.lowerBound), Self.levels.upperBound)
        put(
            (level - Self.levels.lowerBound) / (Self.levels.upperBound - Self.levels.lowerBound),
            share: Layout.shares.level, at: Layout.level.lowerBound, into: &values)
        put(
            min(deviation, Self.mostDeviation) / Self.mostDeviation, share: Layout.shares.liveliness,
            at: Layout.liveliness.lowerBound, into: &values)
        return values
    }

    /// A number from 0 to 1 as a quarter of a turn.
    private func put(_ value: Float, share: Float, at place: Int, into values: inout [Float]) {
        let angle = value * .pi / 2
        values[place] = cosf(angle) * share.squareRoot()
        values[place + 1] = sinf(angle) * share.squareRoot()
    }
}
