package import NeuralNet
package import TensorKernels

// Shapes: N, M shots of two recordings, E width of the embeddings, W hidden width, A side of the mean
// pooling, S side of the maximum pooling, C = S S.

extension SimilarityNetwork {
    /// Shots of one recording on their way through both layers.
    private struct Side {
        let shots: Matrix
        /// Before the rectifier, and behind it and dropout [N, W].
        var sums: Matrix
        var active: Matrix
        /// [N, W].
        var embedded: Matrix
    }

    /// The pooled similarities of a pair, and where they come from.
    private struct Cells {
        /// [1, C].
        var values: Matrix
        /// Cell of the mean pooling [A, A] that each maximum was, the first of equal ones.
        var sources: [Int]
    }

    /// Logits of a pair [1, 2], without dropout. O((N + M) W (E + W) + N M W).
    package func logits(_ first: Matrix, _ second: Matrix) -> Matrix {
        let (left, right) = (side(first, dropout: nil), side(second, dropout: nil))
        var logits = Matrix(rows: 1, columns: 2)
        head.forward(into: &logits, cells(left, right).values)
        return logits
    }

    /// Adds the gradient of the loss of a pair, and gives the loss: cross-entropy times `weight`.
    package func addGradient(
        _ first: Matrix, _ second: Matrix, areAlike: Bool, weight: Float, dropout: Dropout?,
        gradient: inout SimilarityNetwork
    ) -> Double {
        let (left, right) = (side(first, dropout: dropout?.at(0)), side(second, dropout: dropout?.at(1)))
        let cells = cells(left, right)
        var logits = Matrix(rows: 1, columns: 2)
        head.forward(into: &logits, cells.values)
        let loss = crossEntropyGradient(&logits, labels: [areAlike ? 1 : 0], weights: [weight])
        head.addGradient(into: &gradient.head, logits, input: cells.values)
        var dCells = Matrix(rows: 1, columns: options.cellCount)
        head.backpropagate(into: &dCells, logits)
        let dSimilarities = spread(dCells, cells, rows: left.shots.rows, columns: right.shots.rows)
        // similarities [N, M] = left right^T.
        var dLeft = left.embedded
        multiplyInto(&dLeft, dSimilarities.block, right.embedded.block)
        var dRight = right.embedded
        multiplyInto(&dRight, dSimilarities.transposed, left.embedded.block)
        backward(dLeft, left, dropout: dropout?.at(0), gradient: &gradient)
        backward(dRight, right, dropout: dropout?.at(1), gradient: &gradient)
        return loss
    }

    private func side(_ shots: Matrix, dropout: Dropout?) -> Side {
        let seen = min(shots.rows, options.shotLimit)
        var rows = Matrix(rows: seen, columns: shots.columns)
        copyRowsInto(&rows, from: 0, shots, rows: 0..<seen)
        var sums = Matrix(rows: seen, columns: first.outputDimension)
        first.forward(into: &sums, rows)
        var active = sums
        rectifyInto(&active, sums)
        dropout?.apply(&active)
        var embedded = Matrix(rows: seen, columns: second.outputDimension)
        second.forward(into: &embedded, active)
        return Side(shots: rows, sums: sums, active: active, embedded: embedded)
    }

    private func backward(
        _ dEmbedded: Matrix, _ side: Side, dropout: Dropout?, gradient: inout SimilarityNetwork
    ) {
        second.addGradient(into: &gradient.second, dEmbedded, input: side.active)
        var dActive = side.active
        second.backpropagate(into: &dActive, dEmbedded)
        dropout?.apply(&dActive)
        rectifierGradient(&dActive, input: side.sums)
        first.addGradient(into: &gradient.first, dActive, input: side.shots)
    }

    /// Similarities, their means, and the greatest of these. Behind a recording's end similarities are 0.
    private func cells(_ left: Side, _ right: Side) -> Cells {
        var similarities = Matrix(rows: left.shots.rows, columns: right.shots.rows)
        multiplyInto(&similarities, left.embedded.block, right.embedded.transposed)
        let image = IntegralImage(similarities)
        let (averages, window, stride) = (options.averageSide, options.averageWindow, options.averageStride)
        var means = [Float](repeating: 0, count: averages * averages)
        for row in 0..<averages {
            let rows = row * stride..<row * stride + window
            for column in 0..<averages {
                let columns = column * stride..<column * stride + window
                means[row * averages + column] =
                    Float(image.sum(rows: rows, columns: columns) / Double(window * window))
            }
        }
        let side = options.side
        var greatest = [Float](repeating: 0, count: options.cellCount)
        var sources = [Int](repeating: 0, count: options.cellCount)
        for row in 0..<side {
            for column in 0..<side {
                var best = (value: -Float.infinity, place: 0)
                for inner in 0..<options.maximumWindow {
                    let start =
                        (row * options.maximumStride + inner) * averages + column * options.maximumStride
                    for place in start..<start + options.maximumWindow where means[place] > best.value {
                        best = (means[place], place)
                    }
                }
                greatest[row * side + column] = best.value
                sources[row * side + column] = best.place
            }
        }
        var values = Matrix(rows: 1, columns: options.cellCount, values: greatest)
        if options.isSymmetric { symmetrize(&values) }
        return Cells(values: values, sources: sources)
    }

    /// Mean with the transposed: its own gradient, too.
    private func symmetrize(_ cells: inout Matrix) {
        let side = options.side
        let values = cells.values
        for row in 0..<side {
            for column in 0..<side {
                cells[0, row * side + column] =
                    (values[row * side + column] + values[column * side + row]) / 2
            }
        }
    }

    /// Gradient for the similarities [N, M], from that of the cells.
    private func spread(_ dCells: Matrix, _ cells: Cells, rows: Int, columns: Int) -> Matrix {
        var dCells = dCells
        if options.isSymmetric { symmetrize(&dCells) }
        let (averages, window, stride) = (options.averageSide, options.averageWindow, options.averageStride)
        var result = Matrix(rows: rows, columns: columns)
        for (cell, source) in cells.sources.enumerated() {
            let share = dCells[0, cell] / Float(window * window)
            let (top, left) = (source / averages * stride, source % averages * stride)
            for row in min(top, rows)..<min(top + window, rows) {
                for column in min(left, columns)..<min(left + window, columns) {
                    result[row, column] += share
                }
            }
        }
        return result
    }
}
