import Timeline

/// Whether a blend of its neighbors may stand for a picture in the middle of a B pyramid, by what the last
/// one that was decoded was like.
///
/// Neighbors say too little of such a picture: noise, shaking and fast motion make them no more unlike each
/// other than the picture is unlike both. So one middle picture is decoded and compared with its blend, and
/// if that was near, the next few are left out. A value of one group of pictures.
struct BlendTrust {
    /// Middle pictures that may be left out before the next one is decoded.
    private var credit = 0
    /// The next middle picture to be decoded.
    private var expected: (stamp: Int64, left: PictureSkipper.Seen, right: PictureSkipper.Seen)?

    /// A blend nearer than this (luma + 2 chroma, 8-bit steps) is what the picture is like.
    static let near: Float = 2
    /// Middle pictures left out for each one that was found near.
    static let mostCredit = 7

    /// Takes one picture's worth of trust; false if there is none.
    mutating func spend() -> Bool {
        guard credit > 0 else { return false }
        credit -= 1
        return true
    }

    /// The picture at `stamp` will be decoded.
    mutating func expect(
        _ stamp: Int64, between left: PictureSkipper.Seen, and right: PictureSkipper.Seen
    ) {
        expected = (stamp, left, right)
    }

    /// Takes each decoded picture.
    mutating func see(_ analysis: AnalysisPicture, at stamp: Int64) {
        guard let (awaited, left, right) = expected, awaited == stamp else { return }
        expected = nil
        let share = PictureSkipper.share(of: stamp, from: left.stamp, to: right.stamp)
        let blend = PictureSkipper.blend(left.analysis, right.analysis, share: share)
        credit = PictureSkipper.distance(analysis, blend) < Self.near ? Self.mostCredit : 0
    }
}
