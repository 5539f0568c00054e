internal import TensorKernels

// Shapes: B windows, S shots, M hidden shots, E width of the embeddings, D hidden width.

/// MSM: the embedding of a hidden shot from its context, mean squared error over hidden shots and dimensions
/// (masked shot modeling of BaSSL, arXiv 2201.05277).
enum MaskedShotModeling {
    /// Rows of the windows [B S] that are hidden.
    static func hiddenRows(_ masks: [[Bool]]) -> [Int] {
        masks.enumerated().flatMap { window, mask in
            mask.indices.filter { mask[$0] }.map { window * mask.count + $0 }
        }
    }

    /// The windows with the mask in place of the hidden shots.
    static func masked(_ windows: Matrix, rows: [Int], mask: [Float]) -> Matrix {
        var masked = windows
        for row in rows { masked.setRow(row, to: mask) }
        return masked
    }

    /// The loss, from the context vectors [B S, D] of the masked windows and the true windows [B S, E]; adds
    /// to the heads' gradients and to dHidden [B S, D], times `weight`.
    static func addGradient(
        _ heads: PretextHeads, hidden: Matrix, windows: Matrix, rows: [Int], weight: Float,
        gradient: inout PretextHeads, dHidden: inout Matrix
    ) -> Double {
        let pass = MaskedHeadPass(heads, hidden: hidden, rows: rows)
        var slope = pass.predicted
        var target = slope
        gatherRowsInto(&target, windows, rows)
        let loss = squaredErrorGradient(&slope, target: target, weight: weight)
        pass.backward(slope, heads, gradient: &gradient, dHidden: &dHidden)
        return loss
    }
}
