package import SceneSegmentation
internal import Timeline

internal import Glibc

/// Describes a part by palette, layout, texture, composition, tone and tempo: no weights, no training.
///
/// Every cue is the mean over the key frames of the picture inside any black bars (`ActiveArea`), so bars, flicker and
/// passing bodies count little. Soft bins keep a small change of brightness a small change of the vector. The result
/// has length 1 at most and follows `DescriptorLayout.standard`; all values are finite for every picture. Same input,
/// same bits: there is one order of operations and no state that outlives a call.
package struct DescriptorEncoder: ShotEncoder {
    package let name = "descriptor-1"
    package let keyFrameCount: Int
    package var dimension: Int { DescriptorLayout.standard.dimension }

    /// Mean cosine distance between parts up to 16 apart, for `CoherenceScorer`; measured on two open films.
    package static let typicalDistance: Float = 0.15

    private var sums = DescriptorSums()

    /// - Parameter keyFrameCount: pictures per part, at least 1.
    package init(keyFrameCount: Int = 5) {
        precondition(keyFrameCount >= 1, "an encoder sees at least one picture")
        self.keyFrameCount = keyFrameCount
    }

    /// O(pictures x pixels), about 0.03 ms per picture. Accepts any number of key frames above 0.
    package mutating func encode(_ part: Part) -> [Float] {
        precondition(!part.keyFrames.isEmpty, "a part has key frames")
        let area = ActiveArea(part.keyFrames)
        sums.reset()
        for picture in part.keyFrames { sums.add(picture.analysis, area) }
        sums.finish(pictures: part.keyFrames.count, area: area)
        sums.setTempo(part)
        return sums.values
    }
}
