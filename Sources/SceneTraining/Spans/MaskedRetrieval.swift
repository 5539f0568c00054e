package import SceneModel
internal import NeuralNet
package import TensorKernels

// Shapes: B sequences, N tokens, E width of the embeddings, R embeddings to choose among.

/// How often a hidden part is found first among itself and others by its prediction, and by a copy of the
/// part before it, which needs no training.
package struct MaskedRetrieval: Sendable {
    package struct Figure: Hashable, Sendable {
        /// Parts asked about.
        package var count: Int
        /// Others that each is to be found among.
        package var others: Int
        /// Share found first by the prediction, and by the copy.
        package var predicted: Double
        package var copied: Double
    }

    private let corpus: SpanCorpus
    private let starts: [Int]
    private let tokenCount: Int
    private let place: Int

    /// `place`: which token of a sequence is hidden, not the first. At most `limit` sequences, evenly spread.
    package init(_ corpus: SpanCorpus, tokenCount: Int, place: Int, limit: Int = 2000) {
        precondition((1..<tokenCount).contains(place), "a token behind another")
        let all = corpus.starts(tokens: tokenCount)
        let count = min(all.count, limit)
        starts = (0..<count).map { all[$0 * all.count / count] }
        self.corpus = corpus
        self.tokenCount = tokenCount
        self.place = place
    }

    /// Nil where there is nothing to ask about. `others` [R, E]: unit embeddings. O(B (pass + R E)).
    package func figure(_ network: Contextualizer, among others: Matrix) -> Figure? {
        guard !starts.isEmpty else { return nil }
        var (predicted, copied) = (0, 0)
        for first in stride(from: 0, to: starts.count, by: 64) {
            let chosen = Array(starts[first..<min(first + 64, starts.count)])
            let asked = Array(repeating: [place], count: chosen.count)
            let sequences = corpus.sequences(chosen, tokens: tokenCount)
            let guesses = UnitRows(network.forward(sequences, hidden: asked, read: asked).predicted).values
            let truths = corpus.rows(chosen.map { $0 + place })
            let copies = corpus.rows(chosen.map { $0 + place - 1 })
            predicted += Self.found(guesses, truths, among: others)
            copied += Self.found(copies, truths, among: others)
        }
        return Figure(
            count: starts.count, others: others.rows, predicted: Double(predicted) / Double(starts.count),
            copied: Double(copied) / Double(starts.count))
    }

    /// Of how many guesses [B, E] the truth is nearer than all others. One that is among the others, too, is
    /// not beaten by itself.
    private static func found(_ guesses: Matrix, _ truths: Matrix, among others: Matrix) -> Int {
        var products = Matrix(rows: guesses.rows, columns: others.rows)
        multiplyInto(&products, guesses.block, others.block.transposed)
        return (0..<guesses.rows).count { row in
            var truth: Float = 0
            for (left, right) in zip(guesses.row(row), truths.row(row)) { truth += left * right }
            return products.row(row).allSatisfy { $0 <= truth + 1e-5 }
        }
    }
}
