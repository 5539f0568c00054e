internal import NeuralNet
internal import RealModule

/// Which recordings of an archive are alike, as their owner says: metadata that serve instead of labels
/// (Movies2Scenes, section 3.1).
package struct SimilarRecordings: Hashable, Sendable {
    /// Two recordings by their places in the archive, `first` below `second`, and how much they count.
    package struct Pair: Hashable, Sendable {
        package var first: Int
        package var second: Int
        package var weight: Double
    }

    package let count: Int
    /// In order of both places; no pair twice, none of a recording with itself.
    package let pairs: [Pair]
    private let partners: [Set<Int>]

    /// `pairs`: in any order and direction; the weights of what is said twice are added. Pairs of a
    /// recording with itself say nothing and are left out.
    package init(count: Int, pairs: [(first: Int, second: Int, weight: Double)]) {
        var weights: [[Int]: Double] = [:]
        for pair in pairs where pair.first != pair.second && pair.weight > 0 {
            weights[[min(pair.first, pair.second), max(pair.first, pair.second)], default: 0] += pair.weight
        }
        var partners = [Set<Int>](repeating: [], count: count)
        for key in weights.keys {
            partners[key[0]].insert(key[1])
            partners[key[1]].insert(key[0])
        }
        self.count = count
        self.partners = partners
        self.pairs = weights.map { Pair(first: $0.key[0], second: $0.key[1], weight: $0.value) }
            .sorted { ($0.first, $0.second) < ($1.first, $1.second) }
    }

    /// Recordings that share a label are alike, each label counting 1. `labels`: of each recording.
    package init(labels: [Set<String>]) {
        var pairs: [(first: Int, second: Int, weight: Double)] = []
        for first in labels.indices {
            for second in labels.indices.dropFirst(first + 1) {
                let shared = labels[first].intersection(labels[second]).count
                if shared > 0 { pairs.append((first, second, Double(shared))) }
            }
        }
        self.init(count: labels.count, pairs: pairs)
    }

    /// Each recording is alike to those whose vectors are nearest to its own, `nearest` of them, each
    /// counting 1 (Movies2Scenes, section 4.1: inner products of synopses). `vectors`: of length 1;
    /// recordings without one are alike to none. Of equally near ones the first. O(n n E).
    package init(count: Int, vectors: [(recording: Int, vector: [Float])], nearest: Int) {
        var pairs: [(first: Int, second: Int, weight: Double)] = []
        for (place, one) in vectors.enumerated() {
            let others = vectors.indices.filter { $0 != place }.map { other in
                (
                    product: zip(one.vector, vectors[other].vector).reduce(Float(0)) { $0 + $1.0 * $1.1 },
                    recording: vectors[other].recording
                )
            }
            let best = others.sorted {
                $0.product != $1.product ? $0.product > $1.product : $0.recording < $1.recording
            }
            pairs += best.prefix(nearest).map { (one.recording, $0.recording, 1) }
        }
        self.init(count: count, pairs: pairs)
    }

    package func areAlike(_ first: Int, _ second: Int) -> Bool { partners[first].contains(second) }

    /// Recordings that are alike to one.
    package func partners(of recording: Int) -> Set<Int> { partners[recording] }

    /// Without pairs for which `isLeftOut` holds; they are then neither alike nor unlike.
    package func without(_ isLeftOut: (Pair) -> Bool) -> SimilarRecordings {
        SimilarRecordings(
            count: count, pairs: pairs.filter { !isLeftOut($0) }.map { ($0.first, $0.second, $0.weight) })
    }

    /// At most about `limit` pairs for each recording, drawn by their weights: of n recordings of one genre
    /// there are n(n-1)/2 pairs, which say no more. The paper has about 3.
    package func thinned(to limit: Int, seed: UInt64) -> SimilarRecordings {
        var random = RandomStream(seed: seed, purpose: .similarRecordings)
        // Efraimidis and Spirakis 2006: the greatest u^(1/weight) are a draw by weight.
        let keyed = pairs.map { (key: -Self.logarithm(random.fraction()) / $0.weight, pair: $0) }
        var taken = [Int](repeating: 0, count: count)
        var kept: [Pair] = []
        for (_, pair) in keyed.sorted(by: { $0.key < $1.key })
        where taken[pair.first] < limit || taken[pair.second] < limit {
            taken[pair.first] += 1
            taken[pair.second] += 1
            kept.append(pair)
        }
        return SimilarRecordings(count: count, pairs: kept.map { ($0.first, $0.second, $0.weight) })
    }

    /// Two recordings that are not alike; nil if there are none.
    func firstUnlike(among recordings: [Int]) -> (Int, Int)? {
        for (place, first) in recordings.enumerated() {
            for second in recordings.dropFirst(place + 1) where !areAlike(first, second) {
                return (first, second)
            }
        }
        return nil
    }

    private static func logarithm(_ value: Double) -> Double { value > 0 ? Double.log(value) : -745 }
}
