internal import Platform
internal import Glibc

/// How well clusters of shot embeddings agree with scenes: the probe of the BaSSL paper, appendix E.
///
/// From the labeled scenes with at least `shotsPerScene` shots, `sceneCount` are drawn (all, if there are
/// fewer), and of each a run of `shotsPerScene` shots at a random place; k-means with one cluster per scene
/// groups them. The figure is the normalized mutual information of clusters and scenes, averaged over
/// `trials` draws. The paper does not say how longer scenes are cut, nor how often k-means restarts; here it
/// runs once per trial.
package struct SceneClustering: Hashable, Sendable {
    package var sceneCount: Int
    package var shotsPerScene: Int
    package var trials: Int
    package var seed: UInt64

    package init(sceneCount: Int = 100, shotsPerScene: Int = 8, trials: Int = 5, seed: UInt64 = 1) {
        precondition(
            sceneCount > 1 && shotsPerScene > 0 && trials > 0, "a probe needs scenes, shots and trials")
        self.sceneCount = sceneCount
        self.shotsPerScene = shotsPerScene
        self.trials = trials
        self.seed = seed
    }

    /// `embeddings`: [N, D] row by row; `scenes`: the shots of each scene as rows. nil with fewer than two
    /// scenes that are long enough.
    package func agreement(embeddings: [Float], dimension: Int, scenes: [Range<Int>]) -> Double? {
        let long = scenes.filter { $0.count >= shotsPerScene }
        guard long.count > 1 else { return nil }
        var generator = SeededGenerator(seed: seed)
        var sum = 0.0
        for _ in 0..<trials {
            var drawn = long
            let count = min(sceneCount, long.count)
            for place in 0..<count {
                drawn.swapAt(place, place + generator.position(below: drawn.count - place))
            }
            var points: [Float] = []
            var truth: [Int] = []
            for (label, scene) in drawn.prefix(count).enumerated() {
                let first = scene.lowerBound + generator.position(below: scene.count - shotsPerScene + 1)
                points += embeddings[(first * dimension)..<((first + shotsPerScene) * dimension)]
                truth += [Int](repeating: label, count: shotsPerScene)
            }
            let clusters = KMeans(
                points: points, dimension: dimension, clusterCount: count, seed: generator.next())
            sum += Self.normalizedMutualInformation(truth, clusters.assignments)
        }
        return sum / Double(trials)
    }

    /// Mutual information of two groupings of the same items over the mean of their entropies, 0 to 1
    /// (scikit-learn's default). 1 where both put all items into one group.
    package static func normalizedMutualInformation(_ left: [Int], _ right: [Int]) -> Double {
        precondition(left.count == right.count, "both groupings are of the same items")
        let total = Double(left.count)
        var joint: [[Int]: Int] = [:]
        var ofLeft: [Int: Int] = [:]
        var ofRight: [Int: Int] = [:]
        for (first, second) in zip(left, right) {
            joint[[first, second], default: 0] += 1
            ofLeft[first, default: 0] += 1
            ofRight[second, default: 0] += 1
        }
        // Sums run in order of size, so that equal groupings give equal bits.
        func entropy(_ sizes: some Collection<Int>) -> Double {
            sizes.sorted().reduce(0) { $0 - Double($1) / total * log(Double($1) / total) }
        }
        let leftEntropy = entropy(ofLeft.values)
        let rightEntropy = entropy(ofRight.values)
        guard leftEntropy + rightEntropy > 0 else { return 1 }
        let shared = leftEntropy + rightEntropy - entropy(joint.values)
        return min(max(2 * shared / (leftEntropy + rightEntropy), 0), 1)
    }
}
