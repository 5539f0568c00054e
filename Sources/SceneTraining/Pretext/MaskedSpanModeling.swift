internal import NeuralNet
internal import TensorKernels

// Shapes: B windows, S shots, M hidden shots, E width of the embeddings, D hidden width.

/// A span of hidden shots from its context (mask prediction of Xiao et al., CVPR 2022, section 3.3) with the
/// head of masked shot modeling: the embedding that it predicts, 1 long, must be nearer to the true one than
/// to the batch's other shots, or near the true one alone.
enum MaskedSpanModeling {
    /// Shots of its recording within so many seconds are no negatives of a shot: they often show the same.
    static let nearSeconds = 30.0

    /// Rows of the windows [B S] that are hidden.
    static func hiddenRows(_ spans: [Range<Int>], shotCount: Int) -> [Int] {
        spans.enumerated().flatMap { window, span in span.map { window * shotCount + $0 } }
    }

    /// The loss, from the context vectors [B S, D] of the masked windows and the true windows [B S, E]; adds
    /// to the heads' gradients and to dHidden [B S, D], times `weight`. Negatives of a shot are the
    /// batch's shots that are not near it by `origins` [B S].
    static func addGradient(
        _ heads: PretextHeads, hidden: Matrix, windows: Matrix, rows: [Int], origins: [ShotOrigin],
        options: PretextOptions, weight: Float, gradient: inout PretextHeads, dHidden: inout Matrix
    ) -> Double {
        let pass = MaskedHeadPass(heads, hidden: hidden, rows: rows)
        let predicted = UnitRows(pass.predicted)
        let all = UnitRows(windows).values
        var targets = predicted.values
        gatherRowsInto(&targets, all, rows)
        var (loss, slope): (Double, Matrix)
        switch options.spanLoss {
        case .squared: (loss, slope) = SpanLoss.squared(predicted.values, targets: targets)
        case .contrast:
            (loss, slope) = SpanLoss.contrast(
                predicted.values, targets: targets, negatives: all, temperature: options.temperature
            ) { prediction, negative in
                origins[rows[prediction]].isNear(origins[negative], seconds: nearSeconds)
            }
        }
        slope.scale(by: weight)
        predicted.backward(&slope)
        pass.backward(slope, heads, gradient: &gradient, dHidden: &dHidden)
        return loss
    }
}
