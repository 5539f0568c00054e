internal import Platform

/// Lloyd's k-means with k-means++ seeding (Arthur and Vassilvitskii 2007), squared Euclidean distance,
/// seeded.
package struct KMeans: Sendable {
    /// Cluster of every point, 0..<k.
    package private(set) var assignments: [Int]
    /// Sum of squared distances to the nearest center.
    package private(set) var inertia: Double

    /// Clusters `points`, [N, D] row by row, into `clusterCount` groups, 1...N. A cluster that loses all its
    /// points moves to the point that lies farthest from its center. Ends when no assignment changes, or
    /// after `iterations`. O(iterations * N * D * k).
    package init(points: [Float], dimension: Int, clusterCount: Int, iterations: Int = 100, seed: UInt64) {
        precondition(dimension > 0 && points.count % dimension == 0, "points are rows of \(dimension) values")
        let count = points.count / dimension
        precondition((1...max(count, 1)).contains(clusterCount), "as many clusters as points at most")
        var generator = SeededGenerator(seed: seed)
        var centers = Self.seeds(points, dimension, count, clusterCount, &generator)
        assignments = [Int](repeating: -1, count: count)
        inertia = 0
        for _ in 0..<iterations {
            let nearest = Self.assign(points, dimension, centers, clusterCount)
            inertia = nearest.distances.reduce(0) { $0 + Double($1) }
            if nearest.assignments == assignments { break }
            assignments = nearest.assignments
            centers = Self.means(points, dimension, clusterCount, &assignments, nearest.distances)
        }
    }

    /// Centers as columns, [D, k]: the loop over centers is then the inner one, and adds in a fixed order.
    private static func seeds(
        _ points: [Float], _ dimension: Int, _ count: Int, _ clusterCount: Int,
        _ generator: inout SeededGenerator
    ) -> [Float] {
        var centers = [Float](repeating: 0, count: dimension * clusterCount)
        var distances = [Double](repeating: .infinity, count: count)
        var chosen = generator.position(below: count)
        for center in 0..<clusterCount {
            for axis in 0..<dimension {
                centers[axis * clusterCount + center] = points[chosen * dimension + axis]
            }
            var total = 0.0
            for point in 0..<count {
                var sum: Float = 0
                for axis in 0..<dimension {
                    let difference = points[point * dimension + axis] - points[chosen * dimension + axis]
                    sum += difference * difference
                }
                distances[point] = min(distances[point], Double(sum))
                total += distances[point]
            }
            // All points coincide with a center: any of them will do.
            guard total > 0 else {
                chosen = generator.position(below: count)
                continue
            }
            var rest = generator.fraction() * total
            chosen = distances.lastIndex { $0 > 0 } ?? 0
            for (point, distance) in distances.enumerated() {
                rest -= distance
                if rest < 0 {
                    chosen = point
                    break
                }
            }
        }
        return centers
    }

    private static func assign(
        _ points: [Float], _ dimension: Int, _ centers: [Float], _ clusterCount: Int
    ) -> (assignments: [Int], distances: [Float]) {
        let count = points.count / dimension
        var assignments = [Int](repeating: 0, count: count)
        var distances = [Float](repeating: 0, count: count)
        var row = [Float](repeating: 0, count: clusterCount)
        let points = points.span
        let centers = centers.span
        for point in 0..<count {
            var sums = row.mutableSpan
            for center in 0..<clusterCount { sums[center] = 0 }
            for axis in 0..<dimension {
                let value = points[point * dimension + axis]
                let column = centers.extracting((axis * clusterCount)..<((axis + 1) * clusterCount))
                for center in 0..<clusterCount {
                    let difference = value - column[unchecked: center]
                    sums[unchecked: center] += difference * difference
                }
            }
            var best = 0
            for center in 0..<clusterCount where sums[center] < sums[best] { best = center }
            assignments[point] = best
            distances[point] = sums[best]
        }
        return (assignments, distances)
    }

    private static func means(
        _ points: [Float], _ dimension: Int, _ clusterCount: Int, _ assignments: inout [Int],
        _ distances: [Float]
    ) -> [Float] {
        var sizes = [Int](repeating: 0, count: clusterCount)
        for cluster in assignments { sizes[cluster] += 1 }
        var farthest = distances.indices.sorted { (distances[$0], $1) > (distances[$1], $0) }[...]
        for cluster in 0..<clusterCount where sizes[cluster] == 0 {
            while let point = farthest.popFirst() {
                guard sizes[assignments[point]] > 1 else { continue }
                sizes[assignments[point]] -= 1
                sizes[cluster] = 1
                assignments[point] = cluster
                break
            }
        }
        var sums = [Double](repeating: 0, count: dimension * clusterCount)
        for (point, cluster) in assignments.enumerated() {
            for axis in 0..<dimension {
                sums[axis * clusterCount + cluster] += Double(points[point * dimension + axis])
            }
        }
        return sums.indices.map { Float(sums[$0] / Double(max(sizes[$0 % clusterCount], 1))) }
    }
}
