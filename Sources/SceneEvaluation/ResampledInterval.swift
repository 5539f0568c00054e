/// The central 95 % of a figure over bootstrap resamples of the films (percentile method).
package struct ResampledInterval: Hashable, Sendable {
    package var low: Double
    package var high: Double

    package init(low: Double, high: Double) {
        self.low = low
        self.high = high
    }

    /// The 2.5 and 97.5 percentiles of the known values, interpolated linearly between neighbors; nil if a
    /// tenth or more of the resamples have no value.
    init?(_ values: [Double?]) {
        let known = values.compactMap(\.self).sorted()
        guard !known.isEmpty, known.count * 10 > values.count * 9 else { return nil }
        func percentile(_ share: Double) -> Double {
            let place = share * Double(known.count - 1)
            let below = Int(place)
            let above = min(below + 1, known.count - 1)
            return known[below] + (known[above] - known[below]) * (place - Double(below))
        }
        self.init(low: percentile(0.025), high: percentile(0.975))
    }
}
