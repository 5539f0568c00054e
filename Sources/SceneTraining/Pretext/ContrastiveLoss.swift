package import TensorKernels

// Shapes: B pairs, P width.

/// The normalized, temperature-scaled cross-entropy of SimCLR (Chen et al. 2020, arXiv 2002.05709, equation
/// 1): every one of the 2B vectors is an anchor, its partner the positive, the other 2B - 2 the negatives.
package enum ContrastiveLoss {
    /// Mean loss of unit vectors `first` and `second` [B, P], and its gradients for both.
    package static func gradient(
        first: Matrix, second: Matrix, temperature: Float
    ) -> (loss: Double, dFirst: Matrix, dSecond: Matrix) {
        let (pairs, width) = (first.rows, first.columns)
        precondition(second.rows == pairs && second.columns == width && pairs > 0, "pairs of equal width")
        let count = 2 * pairs
        var all = Matrix(rows: count, columns: width)
        copyRowsInto(&all, from: 0, first, rows: 0..<pairs)
        copyRowsInto(&all, from: pairs, second, rows: 0..<pairs)
        var logits = Matrix(rows: count, columns: count)
        multiplyInto(&logits, all.block, all.transposed, scale: 1 / temperature)
        for row in 0..<count { logits[row, row] = -.infinity }
        let labels = (0..<count).map { ($0 + pairs) % count }
        let loss = crossEntropyGradient(
            &logits, labels: labels, weights: [Float](repeating: 1 / Float(count), count: count))
        // Both sides of every product are vectors of the batch.
        var dAll = Matrix(rows: count, columns: width)
        multiplyInto(&dAll, logits.block, all.block, scale: 1 / temperature)
        multiplyInto(&dAll, logits.transposed, all.block, scale: 1 / temperature, accumulating: true)
        var (dFirst, dSecond) = (first, second)
        copyRowsInto(&dFirst, from: 0, dAll, rows: 0..<pairs)
        copyRowsInto(&dSecond, from: 0, dAll, rows: pairs..<count)
        return (loss, dFirst, dSecond)
    }
}
