/// Pairwise distances of a few parts by several similarity cues, made one: each cue's cosine distances in a
/// unit of its own, then their mean over the cues that know both parts.
///
/// A unit is half the mean of what the cue was measured at here, and half its typical distance: the first
/// adapts to a film of one color, the second keeps parts of one scene from being blown up. Without a typical
/// distance the mean is the unit. A value; no result depends on what was combined before.
package struct CueCombination: Sendable {
    /// What 1 means in `values`.
    package enum Unit: Hashable, Sendable {
        /// The distance of two parts in the mean.
        case mean
        /// A cosine distance of 1 by the first cue. With one cue they are its cosine distances.
        case firstCue
    }

    /// Of each cue (`ComparedCues`).
    package let typicalDistances: [Float?]
    package let unit: Unit
    /// n x n, row by row, symmetric, diagonal 0; as `finish` left them.
    package private(set) var values: [Float] = []

    private var count = 0
    /// How many cues have a distance of each pair.
    private var known: [Float] = []
    /// Mean distance of two parts by the first cue, as far as is known.
    private var firstMean: Float = 1

    /// Mean distances below it are rounding: such parts are equal.
    static let leastDistance: Float = 1e-5
    /// Where no cue knows both parts: as far as two parts are from each other in the mean.
    static let unknownDistance: Float = 1

    package init(_ cues: ComparedCues, unit: Unit) {
        typicalDistances = cues.typicalDistances
        self.unit = unit
    }

    /// Begins with `count` parts of which nothing is known.
    package mutating func begin(count: Int) {
        self.count = count
        firstMean = typicalDistances[0] ?? 1
        values.removeAll(keepingCapacity: true)
        values.append(contentsOf: repeatElement(0, count: count * count))
        known.removeAll(keepingCapacity: true)
        known.append(contentsOf: repeatElement(0, count: count * count))
    }

    /// Takes a cue's distances of the parts at `places`, in order: k x k for k places, row by row, symmetric,
    /// diagonal 0. Each cue once at most; O(k^2).
    package mutating func add(_ distances: [Float], at places: [Int], cue: Int) {
        let size = places.count
        var sum: Float = 0
        for value in distances { sum += value }
        let mean = size > 1 ? sum / Float(size * (size - 1)) : 0
        var scale = 1 / (typicalDistances[cue].map { 0.5 * mean + 0.5 * $0 } ?? max(mean, Self.leastDistance))
        if unit == .firstCue {
            // One cue stays as it is, bit by bit.
            if typicalDistances.count == 1 { (scale, firstMean) = (1, 1) }
            if cue == 0, size > 1 { firstMean = 1 / scale }
        }
        for row in 0..<size {
            for column in 0..<size where row != column {
                let pair = places[row] * count + places[column]
                values[pair] += distances[row * size + column] * scale
                known[pair] += 1
            }
        }
    }

    /// Makes `values` of what was added.
    package mutating func finish() {
        let scale = unit == .mean ? 1 : firstMean
        for pair in values.indices where pair / count != pair % count {
            values[pair] = scale * (known[pair] > 0 ? values[pair] / known[pair] : Self.unknownDistance)
        }
    }
}
