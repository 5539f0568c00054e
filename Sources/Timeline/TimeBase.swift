/// The length of one tick of a video stream's clock, as a rational number of seconds.
///
/// Every instant of a stream is an integer count of these ticks (its PTS). Seconds appear only at the output,
/// and are computed there by integer arithmetic, so that the same tick always prints the same digits.
package struct TimeBase: Hashable, Sendable {
    /// Seconds per tick = `numerator` / `denominator`; both are positive.
    package let numerator: Int64
    package let denominator: Int64

    package init(numerator: Int64, denominator: Int64) {
        precondition(numerator > 0 && denominator > 0, "a time base is a positive rational")
        self.numerator = numerator
        self.denominator = denominator
    }

    /// `ticks` in microseconds, rounded half away from zero. Exact: no floating point is involved.
    package func microseconds(_ ticks: Int64) -> Int64 {
        let product = Int128(ticks) * Int128(numerator) * 1_000_000
        let divisor = Int128(denominator)
        let rounding = product < 0 ? -(divisor / 2) : divisor / 2
        return Int64((product + rounding) / divisor)
    }

    /// `microseconds` in ticks, rounded half away from zero: what `microseconds(_:)` was given, where a tick
    /// lasts a microsecond or longer. Exact; the result must fit.
    package func ticks(microseconds: Int64) -> Int64 {
        let product = Int128(microseconds) * Int128(denominator)
        let divisor = Int128(numerator) * 1_000_000
        return Int64((product + (product < 0 ? -(divisor / 2) : divisor / 2)) / divisor)
    }

    /// `ticks` in seconds. For measures and thresholds; never for a printed instant.
    package func seconds(_ ticks: Int64) -> Double {
        Double(ticks) * Double(numerator) / Double(denominator)
    }

    /// The greatest tick count that lasts at most `seconds`, within those that a clock shows
    /// (`MediaClock.farthest`).
    package func ticks(seconds: Double) -> Int64 {
        let farthest = Double(MediaClock.farthest)
        let exact = max(-farthest, min(seconds * Double(denominator) / Double(numerator), farthest))
        let nearest = exact.rounded()
        return Int64(abs(exact - nearest) < 1e-6 ? nearest : exact.rounded(.down))
    }
}

extension TimeBase: CustomStringConvertible {
    package var description: String { "\(numerator)/\(denominator)" }
}
