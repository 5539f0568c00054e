internal import SceneSegmentation
internal import Timeline

extension Part {
    /// Luma above which a sample is lit: above noise and compressed black, below a night scene's lights.
    private static let lit: UInt8 = 32

    /// Whether every key frame is black, or holds a few titles on black: less than a twentieth is lit. Such a
    /// part shows no place.
    var isBlank: Bool {
        keyFrames.allSatisfy { picture in
            let planes = picture.analysis.planes.span
            var count = 0
            for index in 0..<AnalysisPicture.lumaCount { count &+= planes[index] > Self.lit ? 1 : 0 }
            return count * 20 < AnalysisPicture.lumaCount
        }
    }
}
