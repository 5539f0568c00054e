internal import Glibc

/// How likely a boundary is at one place of a short run of parts, over all ways to cut the run into scenes.
///
/// Every segmentation of the n parts has the weight exp(-cost), its cost being the sum over its scenes of
///
///     sceneCost + sum over the scene's parts of (d_nearest + d_mean) / 2,
///
/// where d_nearest is the distance to the part's nearest neighbor within the scene and d_mean the mean
/// distance to all others within it; a part alone in its scene costs `lonelyCost`. The mean holds a scene's
/// palette together; the nearest neighbor lets two interleaved settings (shot and reverse shot, ABAB) be one
/// scene, because each shot has a link across any inner cut. The forward and backward recursions of a
/// semi-Markov chain add up all 2^(n-1) segmentations; O(n^3).
package struct SegmentationPosterior: Sendable {
    /// Cost of opening a scene, in units of the typical distance. Much less cuts
    /// films into pieces that nothing else holds together; twice as much joins too much.
    package static let sceneCost = 1.25
    /// Cost of a part that is a scene by itself: below the typical distance, above that of a good link.
    package static let lonelyCost = 0.5

    /// weights[i * n + j]: exp(-cost) of the scene i...j.
    private var weights: [Double] = []
    /// prefix[t]: weight of all segmentations of the first t parts; suffix[t]: of the parts from t on.
    private var prefix: [Double] = []
    private var suffix: [Double] = []
    private var nearest: [Float] = []

    package init() {}

    /// The logarithm of the odds that a scene ends with part `center`.
    ///
    /// `distances` is n x n and symmetric, in units of a typical distance of two parts; 0 <= `center` < n - 1
    /// and n <= 257, so that no sum underflows.
    package mutating func logOdds(after center: Int, distances: [Float], count: Int) -> Double {
        precondition(count <= 257 && distances.count == count * count && (0..<count - 1).contains(center))
        weigh(distances, count)
        prefix.removeAll(keepingCapacity: true)
        prefix.append(1)
        for end in 1...count {
            var sum = 0.0
            for start in 0..<end { sum += prefix[start] * weights[start * count + end - 1] }
            prefix.append(sum)
        }
        suffix.removeAll(keepingCapacity: true)
        suffix.append(contentsOf: repeatElement(1, count: count + 1))
        for start in stride(from: count - 1, through: 0, by: -1) {
            var sum = 0.0
            for end in start..<count { sum += weights[start * count + end] * suffix[end + 1] }
            suffix[start] = sum
        }
        var joined = 0.0
        for start in 0...center {
            for end in (center + 1)..<count {
                joined += prefix[start] * weights[start * count + end] * suffix[end + 1]
            }
        }
        return log(prefix[center + 1] * suffix[center + 1]) - log(joined)
    }

    /// Fills `weights`, growing each scene part by part.
    private mutating func weigh(_ distances: [Float], _ count: Int) {
        weights.removeAll(keepingCapacity: true)
        weights.append(contentsOf: repeatElement(0, count: count * count))
        nearest.removeAll(keepingCapacity: true)
        nearest.append(contentsOf: repeatElement(0, count: count))
        for start in 0..<count {
            weights[start * count + start] = exp(-Self.sceneCost - Self.lonelyCost)
            var pairs: Float = 0
            nearest[start] = .infinity
            for end in (start + 1)..<max(count, start + 1) {
                var closest = Float.infinity
                var links: Float = 0
                for part in start..<end {
                    let distance = distances[end * count + part]
                    pairs += distance
                    closest = min(closest, distance)
                    nearest[part] = min(nearest[part], distance)
                    links += nearest[part]
                }
                nearest[end] = closest
                links += closest
                // Each pair counts for both its parts: sum of mean distances = 2 * pairs / (length - 1).
                let cost = 0.5 * Double(links) + Double(pairs) / Double(end - start)
                weights[start * count + end] = exp(-Self.sceneCost - cost)
            }
        }
    }
}
