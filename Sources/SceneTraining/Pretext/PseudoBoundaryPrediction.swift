internal import NeuralNet
internal import TensorKernels

// Shapes: B windows, S shots, D hidden width.

/// PP: the hidden vector at the pseudo-boundary against that of another position, two classes, mean over 2B
/// (pseudo-boundary prediction of BaSSL, arXiv 2201.05277).
enum PseudoBoundaryPrediction {
    /// The loss; adds to dHidden [B S, D], times `weight`, and to the head's gradient.
    static func addGradient(
        _ head: Linear, hidden: Matrix, choices: PretextChoices, weight: Float, gradient: inout Linear,
        dHidden: inout Matrix
    ) -> Double {
        let windows = choices.scenes.count
        let count = hidden.rows / windows
        let indices = choices.scenes.indices.flatMap { window in
            [window * count + choices.scenes[window].boundary, window * count + choices.negatives[window]]
        }
        var taken = Matrix(rows: 2 * windows, columns: hidden.columns)
        gatherRowsInto(&taken, hidden, indices)
        var logits = Matrix(rows: 2 * windows, columns: 2)
        head.forward(into: &logits, taken)
        let share = [Float](repeating: weight / Float(2 * windows), count: 2 * windows)
        let loss = SoftmaxCrossEntropy.loss(
            &logits, labels: (0..<2 * windows).map { 1 - $0 % 2 }, weights: share)
        head.addGradient(into: &gradient, logits, input: taken)
        var dTaken = taken
        head.backpropagate(into: &dTaken, logits)
        scatterRowsInto(&dHidden, dTaken, indices)
        return loss / Double(weight)
    }
}
