internal import NeuralNet
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
        var taken = Matrix(rows: rows.count, columns: hidden.columns)
        gatherRowsInto(&taken, hidden, rows)
        var dense = taken
        heads.maskedDense.forward(into: &dense, taken)
        var active = dense
        geluInto(&active, dense)
        var normal = dense
        heads.maskedNorm.forward(into: &normal, active)
        var predicted = Matrix(rows: rows.count, columns: windows.columns)
        heads.maskedDecoder.forward(into: &predicted, normal)
        var target = predicted
        gatherRowsInto(&target, windows, rows)
        let loss = squaredErrorGradient(&predicted, target: target, weight: weight)
        heads.maskedDecoder.addGradient(into: &gradient.maskedDecoder, predicted, input: normal)
        var dNormal = normal
        heads.maskedDecoder.backpropagate(into: &dNormal, predicted)
        var dActive = dNormal
        heads.maskedNorm.backward(into: &dActive, dNormal, input: active, gradient: &gradient.maskedNorm)
        geluGradient(&dActive, input: dense)
        heads.maskedDense.addGradient(into: &gradient.maskedDense, dActive, input: taken)
        var dTaken = taken
        heads.maskedDense.backpropagate(into: &dTaken, dActive)
        scatterRowsInto(&dHidden, dTaken, rows)
        return loss
    }
}
