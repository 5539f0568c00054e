package import SceneSegmentation
internal import Timeline

/// Describes a part by palette, layout, texture, composition, tone and tempo: no weights, no training.
///
/// Every cue is the mean over the key frames of the picture inside any black bars (`ActiveArea`), so bars,
/// flicker and passing bodies count little. Soft bins keep a small change of brightness a small change of the
/// vector. The result has length 1 at most and follows `DescriptorLayout.standard`; all values are finite for
/// every picture. A part that shows nothing, black or a few titles on black, has the zero vector: it looks
/// like no place, and says so. Same input, same bits: there is one order of operations and no state that
/// outlives a call.
package struct DescriptorEncoder: ShotEncoder {
    package let name = "descriptor-1"
    package let input = EncoderInput(.keyFrames(3))
    package var dimension: Int { DescriptorLayout.standard.dimension }

    /// Mean cosine distance between parts up to 16 apart, for `CoherenceScorer`; measured on two open films.
    package static let typicalDistance: Float = 0.3

    private var sums = DescriptorSums()

    package init() {}

    package func separate() -> Self? { self }

    /// O(pictures x pixels), about 0.03 ms per picture. Accepts any number of pictures above 0.
    package mutating func encode(_ part: Part) -> [Float] {
        precondition(!part.keyFrames.isEmpty, "a part has key frames")
        sums.reset()
        if part.isBlank { return sums.values }
        let area = ActiveArea(part.keyFrames)
        for picture in part.keyFrames { sums.add(picture.analysis, area) }
        sums.finish(pictures: part.keyFrames.count, area: area)
        sums.setTempo(part)
        return sums.values
    }
}
