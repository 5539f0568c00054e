/// A sample shared between the two nearest bins of a histogram, in proportion to its distance from their
/// centers.
struct SoftBin: Hashable, Sendable {
    let low: Int
    let high: Int
    let highShare: Float
    var lowShare: Float { 1 - highShare }

    /// `position` in units of bins, centers at 0, 1 ... `last`; beyond them the edge bin takes all.
    init(_ position: Float, last: Int) {
        let inside = min(max(position, 0), Float(last))
        low = Int(inside)
        high = min(low + 1, last)
        highShare = inside - Float(low)
    }

    /// `position` in 0...`count` around a circle of `count` bins, centers at 0, 1 ... `count` - 1.
    init(wrapping position: Float, count: Int) {
        let whole = Int(position)
        low = whole < count ? whole : 0
        high = low + 1 < count ? low + 1 : 0
        highShare = position - Float(whole)
    }
}
