/// Elementary functions without a C library, the same bits on every machine. For features, not for hot loops.
enum Logarithm {
    /// Natural logarithm of a positive, normal number; relative error below 2e-6.
    static func natural(_ value: Float) -> Float {
        let bits = value.bitPattern
        var exponent = Float(Int32(bits >> 23) - 127)
        var mantissa = Float(bitPattern: (bits & 0x007F_FFFF) | 0x3F80_0000)
        if mantissa > 1.414_213_5 {
            mantissa *= 0.5
            exponent += 1
        }
        // ln m = 2 artanh((m - 1) / (m + 1))
        let s = (mantissa - 1) / (mantissa + 1)
        let square = s * s
        let series = 2 * s * (1 + square * (1 / 3 + square * (1 / 5 + square * (1 / 7 + square / 9))))
        return exponent * 0.693_147_2 + series
    }

    /// e to the `value`, for -80...80 (clamped); relative error below 1e-5.
    static func exponential(_ value: Float) -> Float {
        let clamped = min(max(value, -80), 80)
        let scaled = clamped * 1.442_695
        let whole = scaled.rounded(.down)
        let x = (scaled - whole) * 0.693_147_2
        let series = 1 + x * (1 + x * (1 / 2 + x * (1 / 6 + x * (1 / 24 + x * (1 / 120 + x / 720)))))
        return series * Float(bitPattern: UInt32(Int32(whole) + 127) << 23)
    }

    /// 1 / (1 + e^-value).
    static func logistic(_ value: Float) -> Float { 1 / (1 + exponential(-value)) }
}
