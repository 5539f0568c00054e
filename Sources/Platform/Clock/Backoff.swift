/// How long to wait before the next attempt: full jitter, `random(0, min(cap, first * 2^n))`, not below a
/// floor.
package struct Backoff: Hashable, Sendable {
    package var first: Double
    package var cap: Double
    package var floor: Double
    private var attempts = 0

    /// All in seconds.
    package init(first: Double = 0.5, cap: Double = 30, floor: Double = 0.25) {
        self.first = first
        self.cap = cap
        self.floor = floor
    }

    /// The wait after one more failure, seconds.
    package mutating func next(using generator: inout some RandomNumberGenerator) -> Double {
        defer { attempts += 1 }
        return Self.wait(attempt: attempts, first: first, cap: cap, floor: floor, using: &generator)
    }

    /// The wait after failure number `attempt`, from 0; seconds.
    package static func wait(
        attempt: Int, first: Double, cap: Double, floor: Double,
        using generator: inout some RandomNumberGenerator
    ) -> Double {
        var ceiling = first
        for _ in 0..<min(attempt, 62) where ceiling < cap { ceiling *= 2 }
        return max(floor, Double.random(in: 0...min(cap, ceiling), using: &generator))
    }

    /// An attempt succeeded.
    package mutating func reset() { attempts = 0 }
}
