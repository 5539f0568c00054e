package import TensorKernels

// Shapes: B queries, H width, K scenes in the queue.

/// The loss of momentum contrast (He et al. 2020, equation 1): a query against its partner, and against the
/// queue.
package enum MomentumLoss {
    /// Mean loss of unit `queries` [B, H] with their partners `keys` [B, H] and the `queue` [K, H], and its
    /// gradient for the queries; none flows into keys and queue. `isExcluded`: whether a row of the queue is
    /// left out for a query.
    package static func gradient(
        queries: Matrix, keys: Matrix, queue: Matrix, temperature: Float,
        isExcluded: (_ query: Int, _ row: Int) -> Bool
    ) -> (loss: Double, dQueries: Matrix) {
        let count = queries.rows
        precondition(keys.rows == count && keys.columns == queries.columns, "a partner for each query")
        var logits = Matrix(rows: count, columns: 1 + queue.rows)
        multiplyInto(
            &logits, rows: 0..<count, columns: 1..<1 + queue.rows, queries.block, queue.transposed,
            scale: 1 / temperature)
        for query in 0..<count {
            var product: Float = 0
            for (left, right) in zip(queries.row(query), keys.row(query)) { product += left * right }
            logits[query, 0] = product / temperature
            for row in 0..<queue.rows where isExcluded(query, row) { logits[query, 1 + row] = -.infinity }
        }
        let loss = crossEntropyGradient(
            &logits, labels: Array(repeating: 0, count: count),
            weights: Array(repeating: 1 / Float(count), count: count))
        var dQueries = keys
        for query in 0..<count { scaleRow(&dQueries, query, by: logits[query, 0] / temperature) }
        multiplyInto(
            &dQueries, logits.block(rows: 0..<count, columns: 1..<1 + queue.rows), queue.block,
            scale: 1 / temperature, accumulating: true)
        return (loss, dQueries)
    }
}
