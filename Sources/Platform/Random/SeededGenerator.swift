/// SplitMix64 (Steele, Lea, Flood 2014): small, seeded, equal on every machine. For resampling and
/// jitter, not for secrets.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A position below `count`, by multiplication; its bias is below `count` / 2^64.
    package mutating func position(below count: Int) -> Int {
        precondition(count > 0, "nothing to draw from")
        return Int(next().multipliedFullWidth(by: UInt64(count)).high)
    }

    /// Uniform in 0..<1, 53 bits.
    package mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }
}
