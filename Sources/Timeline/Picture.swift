/// A small copy of one decoded picture: what shots are found on and what the descriptor encoder sees.
///
/// Planar Y'CbCr 4:2:0, 8 bit, upright (rotation applied) and squeezed to one size whatever the source, so
/// that everything downstream has fixed shapes. Values are in one convention, whatever the source's matrix,
/// range or transfer: full range, BT.601 matrix (as JPEG has it), standard dynamic range; neutral chroma is
/// 128.
package struct AnalysisPicture: Hashable, Sendable {
    package static let width = 64
    package static let height = 36
    package static let chromaWidth = width / 2
    package static let chromaHeight = height / 2
    package static let lumaCount = width * height
    package static let chromaCount = chromaWidth * chromaHeight
    package static let byteCount = lumaCount + 2 * chromaCount

    /// Y' (`height` x `width`), then Cb, then Cr (`chromaHeight` x `chromaWidth` each), tight rows.
    package var planes: [UInt8]

    package init(planes: [UInt8]) {
        precondition(planes.count == Self.byteCount, "an analysis picture has \(Self.byteCount) bytes")
        self.planes = planes
    }
}

/// One picture of the stream in display order, as the steps see it.
package struct Picture: Sendable {
    package var at: Instant
    /// Ticks until the next picture is due, at least 1. Known for the last picture too.
    package var duration: Int64
    package var analysis: AnalysisPicture
    /// What was asked for beside the analysis picture; empty where nobody asked.
    package var views: [View: RGBPicture]
    /// What a channel's mark is looked for in: once a second, where somebody asked for it.
    package var mark: MarkPicture?
    /// The decoder reported damage in it; it takes no part in decisions.
    package var isDamaged: Bool
    /// A key frame: decoded from no other picture, and so are those after it.
    package var isKey = false
    /// Not decoded, for its group of pictures shows one place: a blend of the key frames on both sides (the
    /// decode plan `scout`). What changes between such pictures is no transition.
    package var isFilled = false
    /// Between this picture and the one before, packets could not be decoded.
    package var followsLoss = false
    /// As shown: upright, with square pixels; nil where nobody said.
    package var size: PictureSize?
    /// What it was coded in, as FFmpeg names it; nil where nobody said.
    package var codec: String?

    package init(
        at: Instant, duration: Int64, analysis: AnalysisPicture, views: [View: RGBPicture] = [:],
        isDamaged: Bool = false
    ) {
        self.at = at
        self.duration = duration
        self.analysis = analysis
        self.views = views
        self.isDamaged = isDamaged
    }

    /// The instant at which the picture is over.
    package var end: Instant {
        Instant(pts: at.pts + duration, frame: at.frame.map { $0 + 1 }, timecode: at.timecode.map { $0 + 1 })
    }
}
