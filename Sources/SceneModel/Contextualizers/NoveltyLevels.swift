/// How new an archive is to itself: quantiles of the mean novelty of so many parts in a row, by which a
/// stream is judged.
package struct NoveltyLevels: Hashable, Sendable {
    /// Parts in a row whose novelties are averaged: some minutes of television. One part alone says little.
    package static let partCount = 32
    /// Quantiles that a file keeps: 0, 1/1000, ... 1.
    package static let count = 1001

    /// Ascending, `count` of them.
    package let quantiles: [Float]

    package init(quantiles: [Float]) {
        precondition(quantiles.count == Self.count, "a value for each thousandth")
        self.quantiles = quantiles
    }

    /// Of the novelties of recordings, in order of time each; nil where none has parts enough for one mean.
    /// O(parts log parts).
    package init?(of recordings: [[Float]]) {
        var means: [Float] = []
        for novelties in recordings {
            var mean = RunningMean(count: Self.partCount)
            for value in novelties {
                if let level = mean.push(value) { means.append(level) }
            }
        }
        guard !means.isEmpty else { return nil }
        means.sort()
        self.init(
            quantiles: (0..<Self.count).map { step in
                Self.interpolated(means, Double(step) / Double(Self.count - 1))
            })
    }

    /// The level below which a share of the archive lies, 0 to 1.
    package func level(_ share: Double) -> Float { Self.interpolated(quantiles, share) }

    /// Between the two nearest of ascending values.
    static func interpolated(_ values: [Float], _ share: Double) -> Float {
        let place = min(max(share, 0), 1) * Double(values.count - 1)
        let low = min(Int(place), values.count - 1)
        let high = min(low + 1, values.count - 1)
        let rest = Float(place - Double(low))
        return values[low] + rest * (values[high] - values[low])
    }
}

/// The mean of the last so many values. Sums anew for each: equal values give equal bits, whatever was
/// before.
package struct RunningMean: Hashable, Sendable {
    package let count: Int
    /// At most `count`, the oldest first.
    package private(set) var values: [Float] = []

    package init(count: Int) {
        precondition(count > 0, "a value to average")
        self.count = count
    }

    /// The mean with this value; nil until there are `count`. O(count).
    package mutating func push(_ value: Float) -> Float? {
        if values.count == count { values.removeFirst() }
        values.append(value)
        guard values.count == count else { return nil }
        return Float(values.reduce(0.0) { $0 + Double($1) } / Double(count))
    }
}
