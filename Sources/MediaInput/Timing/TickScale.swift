import Timeline

/// Turns time stamps of one clock into those of another, to the nearest tick.
struct TickScale {
    private let from: TimeBase
    private let to: TimeBase

    /// nil if the ticks of `to` are too long for pictures that come at `rate`: they would not keep their
    /// distances.
    init?(from: TimeBase, to: TimeBase, rate: TimecodeTrack.Rate?) {
        (self.from, self.to) = (from, to)
        guard from != to, let rate else { return }
        let picture = Int128(rate.denominator) * Int128(to.denominator)
        let tick = Int128(rate.numerator) * Int128(to.numerator)
        if picture % tick != 0, picture < 8 * tick { return nil }
    }

    func callAsFunction(_ stamp: Int64) -> Int64 {
        guard from != to else { return stamp }
        let product = Int128(stamp) * Int128(from.numerator) * Int128(to.denominator)
        let divisor = Int128(from.denominator) * Int128(to.numerator)
        let rounding = product < 0 ? -(divisor / 2) : divisor / 2
        return Int64(clamping: (product + rounding) / divisor)
    }

    func callAsFunction(_ picture: DecodedPicture) -> DecodedPicture {
        var picture = picture
        picture.stamp = picture.stamp.map { self($0) }
        if picture.duration > 0 { picture.duration = self(picture.duration) }
        return picture
    }
}
