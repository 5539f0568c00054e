package import TensorKernels

// Shapes: M hidden parts, K negatives, E width of the embeddings.

/// What predictions of hidden parts cost, and the gradient.
package enum SpanLoss {
    /// Mean squared distance of unit predictions [M, E] from unit targets [M, E], 2 - 2 cos, and its
    /// gradient for the predictions.
    package static func squared(
        _ predicted: Matrix, targets: Matrix
    ) -> (loss: Double, dPredicted: Matrix) {
        precondition(
            predicted.rows == targets.rows && predicted.columns == targets.columns, "a target for each")
        var slope = predicted
        // `squaredErrorGradient` means over all numbers; a distance sums over those of a row.
        let width = Double(predicted.columns)
        let loss = squaredErrorGradient(&slope, target: targets, weight: Float(width))
        return (loss * width, slope)
    }

    /// InfoNCE: -log softmax of the true embedding among itself and the negatives [K, E], over `temperature`
    /// (Xiao et al., CVPR 2022, equation 1); the mean over the predictions, and its gradient for them. None
    /// flows into targets and negatives.
    package static func contrast(
        _ predicted: Matrix, targets: Matrix, negatives: Matrix, temperature: Float,
        isExcluded: (_ prediction: Int, _ negative: Int) -> Bool
    ) -> (loss: Double, dPredicted: Matrix) {
        let found = MomentumLoss.gradient(
            queries: predicted, keys: targets, queue: negatives, temperature: temperature,
            isExcluded: isExcluded)
        return (found.loss, found.dQueries)
    }
}
