/// How far what arrives is behind the earliest arrivals, in seconds of wall time.
///
/// A value. Clocks that differ by up to a thousandth do not add up to a lag: what counts as earliest moves on
/// with them. A source that falls behind faster than that is late.
package struct LagMeter: Sendable {
    /// Seconds a second by which the clocks of source and service may differ.
    private let allowance: Double

    /// The least that wall time was ahead of media time on this connection, moved on with the clocks; nil
    /// before the first picture.
    package private(set) var earliest: Double?
    private var last = 0.0

    package init(allowance: Double = 0.001) { self.allowance = allowance }

    /// A picture came. `now`: seconds on a clock that never steps; `media`: seconds of the source's clock.
    ///
    /// - Returns: seconds that it is late.
    package mutating func push(now: Double, media: Double) -> Double {
        let ahead = now - media
        let moved = earliest.map { $0 + allowance * max(0, now - last) }
        let least = min(moved ?? ahead, ahead)
        (earliest, last) = (least, now)
        return ahead - least
    }

    /// Another connection, or another timeline, begins.
    package mutating func restart() { self = LagMeter(allowance: allowance) }
}
