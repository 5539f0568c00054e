internal import NeuralNet
internal import RealModule
package import TensorKernels

// Shapes: B sequences, N tokens, E width of the embeddings, R embeddings of the archive.

/// A contextualizer with what turns its error into a surprise: how a stream's next part is told from parts of
/// the archive that it was trained on.
///
/// The surprise of a part is -log softmax, in nats, of its embedding among itself and `reference`, by the
/// prediction from the N - 1 parts before it. A distance (1 - cosine) would say how far the prediction is
/// off; this also asks what else it could have been, so that a part which looks like half of the archive
/// surprises less than one that nothing resembles. A guess without any knowledge gives log(R + 1).
///
/// What follows from strange parts is a strange part, which then surprises nobody. So how new a part is
/// against the archive is a measure of its own, its novelty, which asks nothing of the parts before.
package struct SurpriseModel: Sendable {
    package var network: Contextualizer
    package var centering: EmbeddingCentering
    /// Unit embeddings of the archive, as `centering` gives them [R, E].
    package var reference: Matrix
    /// How new parts of the archive's kind are.
    package var levels: NoveltyLevels
    /// T of the softmax: that of the training.
    package var temperature: Float
    /// Whose embeddings it takes; nil where the films did not say.
    package var embeddings: EmbeddingOrigin?
    /// SHA-256 of its tensors, hexadecimal; empty for one that is no file yet.
    package var digest = ""

    package init(
        network: Contextualizer, centering: EmbeddingCentering, reference: Matrix, levels: NoveltyLevels,
        temperature: Float, embeddings: EmbeddingOrigin? = nil
    ) {
        precondition(
            centering.width == network.embeddingWidth && reference.columns == network.embeddingWidth,
            "embeddings of the network's width")
        precondition(reference.rows > 0 && temperature > 0, "something to compare with")
        self.network = network
        self.centering = centering
        self.reference = reference
        self.levels = levels
        self.temperature = temperature
        self.embeddings = embeddings
    }

    /// Surprises at the last part of sequences of unit embeddings [B N, E], in nats. O(B (pass + R E)).
    package func surprises(_ sequences: Matrix) -> [Float] {
        let (count, tokens) = (sequences.rows / network.tokenCount, network.tokenCount)
        let last = Array(repeating: [tokens - 1], count: count)
        let predicted = UnitRows(network.forward(sequences, hidden: last, read: last).predicted).values
        var compared = Matrix(rows: count, columns: reference.rows)
        multiplyInto(&compared, predicted.block, reference.block.transposed, scale: 1 / temperature)
        return (0..<count).map { sequence in
            let (guess, truth) = (predicted.row(sequence), sequences.row((sequence + 1) * tokens - 1))
            var product: Float = 0
            for (left, right) in zip(guess, truth) { product += left * right }
            var logits = Matrix(
                rows: 1, columns: reference.rows + 1, values: [product / temperature] + compared.row(sequence)
            )
            return Float(crossEntropyGradient(&logits, labels: [0], weights: [1]))
        }
    }

    /// Novelty of a unit embedding [E]: -log of the mean of exp((cosine - 1) / T) over `reference`, in nats,
    /// 0 for a part that is all of the archive, at most 2 / T. O(R E).
    package func novelty(_ unit: [Float]) -> Float {
        var products = Matrix(rows: 1, columns: reference.rows)
        multiplyInto(
            &products, Matrix(rows: 1, columns: unit.count, values: unit).block, reference.block.transposed)
        // Without its largest term the sum underflows where the temperature is low and nothing is near.
        let powers = products.values.map { Double(($0 - 1) / temperature) }
        let highest = powers.max() ?? 0
        let sum = powers.reduce(0.0) { $0 + Double.exp($1 - highest) }
        return Float(max(0, -(highest + Double.log(sum / Double(reference.rows)))))
    }

    /// Why embeddings of that encoder do not suit it, for a message; nil if they do.
    package func refusal(encoder: String, digest: String?, width: Int) -> String? {
        embeddings.refusal(
            encoder: encoder, digest: digest, width: width, expected: network.embeddingWidth)
    }
}
