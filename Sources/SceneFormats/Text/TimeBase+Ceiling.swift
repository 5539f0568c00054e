package import Timeline

extension TimeBase {
    /// `ticks` in units of which `perSecond` make a second, rounded up: the first of them at which the
    /// picture at `ticks` is shown. Exact, like `microseconds`.
    package func ceiling(_ ticks: Int64, perSecond: Int64) -> Int64 {
        let product = Int128(ticks) * Int128(numerator) * Int128(perSecond)
        let (quotient, rest) = product.quotientAndRemainder(dividingBy: Int128(denominator))
        return Int64(rest > 0 ? quotient + 1 : quotient)
    }
}
