/// Keeps pictures of one second of media from becoming so many that whatever remembers some seconds has no
/// bound (contract 1).
struct PictureSpacing {
    /// Pictures that may stand within a second.
    private static let mostPerSecond = 1000
    /// Where the second that is counted began, and pictures in it.
    private var start = Int64.min
    private var count = 0
    /// Its ticks.
    private let second: Int64

    init(second: Int64) { self.second = second }

    /// `pts`, or later where too many pictures stand in front of it; the next picture behind one at `last`.
    mutating func place(_ pts: Int64, behind last: Int64) -> Int64 {
        if start == .min || last - start >= second { (start, count) = (last, 0) }
        count += 1
        return count <= Self.mostPerSecond
            ? pts : max(pts, last + max(1, second / Int64(Self.mostPerSecond)))
    }
}
