package import Timeline

/// A picture of the stream in the order of display, before it has its place on the timeline.
package struct DecodedPicture: Sendable {
    /// Unwrapped presentation time; nil if the stream gives none.
    package var stamp: Int64?
    /// Ticks as the packet has it; 0 or less if unknown.
    package var duration: Int64
    package var isDamaged: Bool
    /// A key frame.
    package var isKey = false
    /// Number of the packet that it came from; nil where that is not known.
    package var packet: Int64?
    /// Not decoded: a blend of its neighbors.
    package var isSkipped = false
    /// Nothing of its group but key frames was decoded (`FilledGroup`).
    package var isFilled = false
    /// nil if the picture has no pixels that can be read.
    package var analysis: AnalysisPicture?
    /// What was asked for; empty if nothing was, or it cannot be read.
    package var views: [Picture.View: RGBPicture] = [:]
    /// What a channel's mark is looked for in: once a second, if it is wanted.
    package var mark: MarkPicture?
    /// Size as shown, upright with square pixels.
    package var width: Int
    package var height: Int

    package init(
        stamp: Int64?, duration: Int64, isDamaged: Bool, analysis: AnalysisPicture?, width: Int, height: Int
    ) {
        self.stamp = stamp
        self.duration = duration
        self.isDamaged = isDamaged
        self.analysis = analysis
        self.width = width
        self.height = height
    }
}

/// What decoding gives, in the order of display.
package enum DecodingOutcome: Sendable {
    case picture(DecodedPicture)
    /// A packet could not be decoded; when its picture would have been shown, if it says so.
    case loss(Int64?)
    /// Messages that stand in front of the next picture.
    case cues([CueArrival])
}
