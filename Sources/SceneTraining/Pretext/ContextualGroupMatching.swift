internal import NeuralNet
internal import TensorKernels

// Shapes: B windows, S shots, D hidden width.

/// CGM: is a shot in the pseudo-scene of the center? Two unit vectors side by side, two classes, mean over
/// the 2B pairs (contextual group matching of BaSSL, arXiv 2201.05277, as its code has it).
enum ContextualGroupMatching {
    /// The loss; adds to dHidden [B S, D], times `weight`, and to the head's gradient.
    static func addGradient(
        _ head: Linear, hidden: Matrix, choices: PretextChoices, weight: Float, gradient: inout Linear,
        dHidden: inout Matrix
    ) -> Double {
        let windows = choices.scenes.count
        let (count, width) = (hidden.rows / windows, hidden.columns)
        let center = count / 2
        var centers: [Int] = []
        var others: [Int] = []
        var labels: [Int] = []
        for (window, scene) in choices.scenes.enumerated() {
            let isLeft = center <= scene.boundary
            for (partner, isSame) in [
                (choices.partners[window].left, isLeft), (choices.partners[window].right, !isLeft),
            ] {
                centers.append(window * count + center)
                others.append(window * count + partner)
                labels.append(isSame ? 1 : 0)
            }
        }
        let rows = labels.count
        let empty = Matrix(rows: rows, columns: width)
        var units: [UnitRows] = []
        var pairs = Matrix(rows: rows, columns: 2 * width)
        for (side, indices) in [centers, others].enumerated() {
            var taken = empty
            gatherRowsInto(&taken, hidden, indices)
            let unit = UnitRows(taken)
            copyColumnsInto(&pairs, column: side * width, unit.values)
            units.append(unit)
        }
        var logits = Matrix(rows: rows, columns: 2)
        head.forward(into: &logits, pairs)
        let share = [Float](repeating: weight / Float(rows), count: rows)
        let loss = SoftmaxCrossEntropy.loss(&logits, labels: labels, weights: share)
        head.addGradient(into: &gradient, logits, input: pairs)
        var dPairs = pairs
        head.backpropagate(into: &dPairs, logits)
        for (side, indices) in [centers, others].enumerated() {
            var dTaken = empty
            copyColumnsInto(&dTaken, from: side * width, dPairs)
            units[side].backward(&dTaken)
            scatterRowsInto(&dHidden, dTaken, indices)
        }
        return loss / Double(weight)
    }
}
