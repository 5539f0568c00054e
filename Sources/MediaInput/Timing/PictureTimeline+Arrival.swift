package import Timeline

extension PictureTimeline {
    /// A decoded picture before it has its place.
    package struct Arrival {
        /// Unwrapped presentation time; nil if the stream gives none.
        package var stamp: Int64?
        /// Ticks as the packet has it; 0 or less if unknown.
        package var duration: Int64
        package var analysis: AnalysisPicture
        package var views: [Picture.View: RGBPicture]
        package var isDamaged: Bool
        package var mark: MarkPicture?
        package var isKey = false
        package var isFilled = false
        package var followsLoss = false
        package var size: PictureSize?
        package var codec: String?
        /// What stands in front of it.
        package var cues: [CueArrival] = []
        /// Longest time, in seconds, for which nothing came lately; counts only where the wall clock is
        /// asked.
        package var silence = 0.0
        /// The same for packets of the video alone: sound may come meanwhile.
        package var pause = 0.0

        package init(
            stamp: Int64?, duration: Int64 = 0, analysis: AnalysisPicture,
            views: [Picture.View: RGBPicture] = [:], isDamaged: Bool = false
        ) {
            self.stamp = stamp
            self.duration = duration
            self.analysis = analysis
            self.views = views
            self.isDamaged = isDamaged
        }
    }
}
