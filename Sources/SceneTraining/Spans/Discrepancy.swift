package import SceneModel
package import TensorKernels
internal import NeuralNet

// Shapes: B sequences, N tokens, E width of the embeddings.

/// How much a part's prediction changes when it is hidden: a part that the others do not tell (Xiao et al.,
/// CVPR 2022, section 4.1, "max discrepancy"; the paper leaves the distance open, here it is 1 - cosine).
package enum Discrepancy {
    /// Of each token of each sequence [B N, E], 0 to 2. N + 1 passes.
    package static func of(_ network: Contextualizer, _ sequences: Matrix) -> [[Float]] {
        let tokens = network.tokenCount
        let count = sequences.rows / tokens
        let all = Array(repeating: Array(0..<tokens), count: count)
        let none = Array(repeating: [Int](), count: count)
        let seen = UnitRows(network.forward(sequences, hidden: none, read: all).predicted).values
        var result = Array(repeating: [Float](repeating: 0, count: tokens), count: count)
        for token in 0..<tokens {
            let one = Array(repeating: [token], count: count)
            let hidden = UnitRows(network.forward(sequences, hidden: one, read: one).predicted).values
            for sequence in 0..<count {
                var product: Float = 0
                for (left, right) in zip(hidden.row(sequence), seen.row(sequence * tokens + token)) {
                    product += left * right
                }
                result[sequence][token] = 1 - product
            }
        }
        return result
    }
}
