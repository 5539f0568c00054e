package import NeuralNet

/// The parts whose embeddings a prediction is told apart from: first in, first out (Xiao et al., CVPR 2022,
/// equation 1). Holds numbers of parts; their embeddings are frozen and lie in the corpus.
///
/// As floats, so that a checkpoint keeps it among the parameters; numbers below 2^24 are exact.
package struct NegativeQueue: Hashable, Sendable {
    /// Number of the part in each place, -1 where none is.
    private var places: [Float]
    /// The place that is filled next.
    private var next: [Float] = [0]

    /// Empty, with room for `count` parts.
    package init(count: Int) {
        precondition(count > 0, "room for a part")
        places = [Float](repeating: -1, count: count)
    }

    /// Full, as far as there are parts: numbers below `partCount` in random order.
    package init(count: Int, partCount: Int, seed: UInt64) {
        precondition(partCount <= 1 << 24, "numbers that a float holds")
        self.init(count: count)
        var random = RandomStream(seed: seed, purpose: .exampleDraws)
        for (place, number) in random.permutation(partCount).prefix(count).enumerated() {
            places[place] = Float(number)
        }
    }

    package var count: Int { places.count }
    /// Number of the part in each place, -1 where none is.
    package var numbers: [Int] { places.map { Int($0) } }

    /// Puts parts in the place of the oldest ones. O(numbers).
    package mutating func push(_ numbers: [Int]) {
        for number in numbers {
            let place = Int(next[0])
            places[place] = Float(number)
            next[0] = Float((place + 1) % places.count)
        }
    }
}

extension NegativeQueue: ParameterTree {
    package mutating func visitParameters(
        _ path: String, _ body: (String, [Int], inout [Float], Range<Int>) -> Void
    ) {
        body(path + "places", [places.count], &places, 0..<places.count)
        body(path + "next", [1], &next, 0..<1)
    }
}
