package import Timeline

extension KeyFrames {
    /// An instant whose picture is wanted.
    package struct Wish: Hashable, Sendable {
        /// The picture shown then: the last one at or before it.
        package var pts: Int64
        /// A key frame in here may stand for it, and is cheaper; nil: no other picture may.
        package var within: ClosedRange<Int64>?
        /// What it is a picture of: where that cannot be decoded, or is not in the file, one from in here
        /// answers, or none does; nil: any that was shown last, and in front of the first picture that one.
        package var bounds: ClosedRange<Int64>?

        package init(pts: Int64, within: ClosedRange<Int64>? = nil, bounds: ClosedRange<Int64>? = nil) {
            self.pts = pts
            self.within = within
            self.bounds = bounds
        }

        /// Whether the picture at `time` may answer.
        func allows(_ time: Int64) -> Bool { bounds?.contains(time) ?? true }
    }

    /// A picture for a wish.
    package struct Answer: Sendable {
        package var wish: Wish
        /// Of the picture, which need not be the one that was wished for.
        package var pts: Int64
        package var picture: RGBPicture
    }
}
