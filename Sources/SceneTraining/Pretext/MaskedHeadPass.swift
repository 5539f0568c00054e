internal import NeuralNet
internal import TensorKernels

// Shapes: M hidden shots, B windows, S shots, E width of the embeddings, D hidden width.

/// The head that says what hidden shots look like, from their context vectors: a layer, GELU, normalization
/// and a layer to the width of the embeddings (masked shot modeling of BaSSL, arXiv 2201.05277).
struct MaskedHeadPass {
    /// [M, E].
    let predicted: Matrix
    private let rows: [Int]
    private let taken: Matrix
    private let dense: Matrix
    private let active: Matrix
    private let normal: Matrix

    /// Of some rows of the context vectors [B S, D].
    init(_ heads: PretextHeads, hidden: Matrix, rows: [Int]) {
        var taken = Matrix(rows: rows.count, columns: hidden.columns)
        gatherRowsInto(&taken, hidden, rows)
        var dense = taken
        heads.maskedDense.forward(into: &dense, taken)
        var active = dense
        geluInto(&active, dense)
        var normal = dense
        heads.maskedNorm.forward(into: &normal, active)
        var predicted = Matrix(rows: rows.count, columns: heads.maskedDecoder.outputDimension)
        heads.maskedDecoder.forward(into: &predicted, normal)
        (self.rows, self.taken, self.dense, self.active) = (rows, taken, dense, active)
        (self.normal, self.predicted) = (normal, predicted)
    }

    /// From the gradient of the predictions [M, E]: adds to the heads' gradients and to dHidden [B S, D].
    func backward(
        _ dPredicted: Matrix, _ heads: PretextHeads, gradient: inout PretextHeads, dHidden: inout Matrix
    ) {
        heads.maskedDecoder.addGradient(into: &gradient.maskedDecoder, dPredicted, input: normal)
        var dNormal = normal
        heads.maskedDecoder.backpropagate(into: &dNormal, dPredicted)
        var dActive = dNormal
        heads.maskedNorm.backward(into: &dActive, dNormal, input: active, gradient: &gradient.maskedNorm)
        geluGradient(&dActive, input: dense)
        heads.maskedDense.addGradient(into: &gradient.maskedDense, dActive, input: taken)
        var dTaken = taken
        heads.maskedDense.backpropagate(into: &dTaken, dActive)
        scatterRowsInto(&dHidden, dTaken, rows)
    }
}
