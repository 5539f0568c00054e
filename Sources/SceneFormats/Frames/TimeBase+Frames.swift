import Timeline

extension TimeBase {
    /// The frame nearest to `ticks` at `rate`, both counted from the same instant; the later of two. Exact.
    func frame(_ ticks: Int64, rate: FrameRate) -> Int64 {
        let product = Int128(ticks) * Int128(numerator) * Int128(rate.numerator)
        let divisor = Int128(denominator) * Int128(rate.denominator)
        let (quotient, rest) = (2 * product + divisor).quotientAndRemainder(dividingBy: 2 * divisor)
        return Int64(rest < 0 ? quotient - 1 : quotient)
    }
}
