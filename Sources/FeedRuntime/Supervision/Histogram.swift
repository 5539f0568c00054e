/// Counts observations by size, as Prometheus wants them.
package struct Histogram: Hashable, Sendable {
    /// Upper bounds of the buckets, rising; one more bucket holds what is above the last.
    package let bounds: [Double]
    /// Observations per bucket, not cumulative.
    package private(set) var counts: [Int]
    package private(set) var sum = 0.0

    package init(bounds: [Double]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    package mutating func observe(_ value: Double) {
        counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
        sum += value
    }

    /// Takes all that `other` has observed; its bounds are the same.
    package mutating func add(_ other: Histogram) {
        precondition(bounds == other.bounds, "histograms of one kind")
        for (index, count) in other.counts.enumerated() { counts[index] += count }
        sum += other.sum
    }

    package var count: Int { counts.reduce(0, +) }

    /// 0.5 ms to 5 s: waits for a disk.
    package static let diskBounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5]

    /// 10 us to 5 s: calls of an encoder or a scorer.
    package static let inferenceBounds = [
        0.00001, 0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5,
    ]

    /// 0.5 s to 10 minutes: delays of answers.
    package static let delayBounds = [0.5, 1, 2, 5, 10, 20, 30, 60, 90, 120, 180, 300, 600]
}
