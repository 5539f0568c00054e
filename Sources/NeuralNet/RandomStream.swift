/// Random numbers of a run: a function of its seed, what they are for and the step, and of nothing else.
///
/// A run that resumes at a step therefore draws what it would have drawn. SplitMix64 (Steele, Lea, Flood
/// 2014).
package struct RandomStream: RandomNumberGenerator, Sendable {
    /// What the numbers decide; each purpose has its own sequence.
    package enum Purpose: UInt64, Sendable {
        case initialWeights = 1
        case initialHead
        case initialPretextHeads
        case order
        case dropout
        case pretextDraws
        case augmentation
        case folds
        case truncation
        case synthesis
        case similarRecordings
        case scenePairs
        case exampleDraws
    }

    private var state: UInt64

    package init(seed: UInt64, purpose: Purpose, step: Int = 0) {
        var mixed = Self.mix(seed &+ 0x9E37_79B9_7F4A_7C15)
        mixed = Self.mix(mixed ^ purpose.rawValue &* 0xD1B5_4A32_D192_ED03)
        state = Self.mix(mixed ^ UInt64(truncatingIfNeeded: step) &* 0x8CB9_2BA7_2F3D_8DD7)
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mix(state)
    }

    /// Uniform in 0..<1, 53 bits.
    package mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A position below `count`.
    package mutating func position(below count: Int) -> Int {
        precondition(count > 0, "nothing to draw from")
        return Int(next().multipliedFullWidth(by: UInt64(count)).high)
    }

    /// 0..<count in random order (Fisher and Yates).
    package mutating func permutation(_ count: Int) -> [Int] {
        var order = Array(0..<count)
        for index in stride(from: count - 1, to: 0, by: -1) {
            order.swapAt(index, position(below: index + 1))
        }
        return order
    }

    /// A position, with a chance in proportion to its weight; weights are not negative and not all 0.
    package mutating func position(weights: [Double]) -> Int {
        let total = weights.reduce(0, +)
        precondition(total > 0 && total.isFinite, "a weight above 0")
        var rest = fraction() * total
        for (index, weight) in weights.enumerated() where weight > 0 {
            rest -= weight
            if rest < 0 { return index }
        }
        return weights.lastIndex { $0 > 0 } ?? 0
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
