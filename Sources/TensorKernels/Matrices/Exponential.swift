/// e^x within 3e-7 of its value, in operations that a compiler can do on several floats at once.
///
/// x = n ln 2 + r with |r| <= ln 2 / 2; e^r by its series to the seventh power (remainder below 6e-9), 2^n by
/// its bit pattern. Arguments are clamped to -87...88, where e^x is still a normal number; NaN stays NaN.
@inline(__always)
func exponential(_ argument: Float) -> Float {
    let x = min(max(argument, -87), 88)
    // Adding 1.5 * 2^23 leaves the nearest integer in the low bits of the sum.
    let shifter: Float = 12_582_912
    let shifted = x * 1.442_695 + shifter
    let n = shifted - shifter
    // ln 2 in two pieces, the first short enough for n times it to be exact.
    let r = (x - n * 0.693_359_375) + n * 2.121_944_4e-4
    var sum: Float = 1 / 5040
    sum = sum * r + 1 / 720
    sum = sum * r + 1 / 120
    sum = sum * r + 1 / 24
    sum = sum * r + 1 / 6
    sum = sum * r + 1 / 2
    sum = sum * r + 1
    sum = sum * r + 1
    return sum * Float(bitPattern: (shifted.bitPattern &+ 127) << 23)
}
