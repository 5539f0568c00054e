package import NeuralNet
package import TensorKernels

// Shapes: B sequences, N tokens, E width of the embeddings, D hidden width, M tokens that are read, V of all
// tokens are not hidden.

extension Contextualizer {
    /// What a pass computes, and the room that its backward pass needs.
    package struct Trace: Sendable {
        /// Embeddings of the tokens that are not hidden, in the order in which they came [V, E].
        let seen: Matrix
        /// Rows of the input that they are, and those that are hidden.
        let seenRows: [Int]
        let hiddenRows: [Int]
        /// B N.
        var inputRows: Int { seenRows.count + hiddenRows.count }
        /// Input of each layer, then what the last one gave at the tokens that are read: [B N, D] and [M, D].
        var states: [Matrix]
        var layers: [TransformerLayer.Trace]
        var dropout: Dropout?
        /// Embeddings as they are predicted at the tokens that are read, in the order of sequences, then as
        /// asked for; of any length [M, E].
        package var predicted: Matrix

        /// Contextual tokens, in the same order [M, D].
        package var tokens: Matrix { states[states.count - 1] }
    }

    /// Sequences of unit embeddings [B N, E], of each of which the tokens `hidden` are hidden and the tokens
    /// `read`, at least one, are predicted. `dropout` falls on the tokens, and as in `TransformerLayer`.
    ///
    /// O(V E D + B N layers (D^2 + D F + N D) + M D E).
    package func forward(
        _ input: Matrix, hidden: [[Int]], read: [[Int]], dropout: Dropout? = nil
    ) -> Trace {
        let batch = hidden.count
        precondition(input.rows == batch * tokenCount && input.columns == embeddingWidth, "B sequences")
        precondition(read.count == batch, "tokens to read for each sequence")
        let all = AttentionShape(batch: batch, tokens: tokenCount)
        let last = AttentionShape(tokens: tokenCount, queries: read)
        var isHidden = [Bool](repeating: false, count: input.rows)
        for (sequence, places) in hidden.enumerated() {
            for place in places { isHidden[sequence * tokenCount + place] = true }
        }
        let hiddenRows = isHidden.indices.filter { isHidden[$0] }
        let seenRows = isHidden.indices.filter { !isHidden[$0] }
        var seen = Matrix(rows: seenRows.count, columns: embeddingWidth)
        gatherRowsInto(&seen, input, seenRows)
        var projected = Matrix(rows: seenRows.count, columns: width)
        projection.forward(into: &projected, seen)
        var tokens = Matrix(rows: input.rows, columns: width)
        scatterRowsInto(&tokens, projected, seenRows)
        for row in hiddenRows { copyRowsInto(&tokens, from: row, maskToken, rows: 0..<1) }
        for row in 0..<input.rows { addRowsInto(&tokens, row: row, positions, inputRow: row % tokenCount) }
        dropout?.at(0).apply(&tokens)
        var trace = Trace(
            seen: seen, seenRows: seenRows, hiddenRows: hiddenRows, states: [tokens],
            layers: layers.indices.map { layers[$0].makeTrace($0 == layers.count - 1 ? last : all) },
            dropout: dropout, predicted: Matrix(rows: last.outputRows, columns: embeddingWidth))
        for index in layers.indices {
            let rows = index == layers.count - 1 ? last.outputRows : all.inputRows
            var result = Matrix(rows: rows, columns: width)
            layers[index].forward(
                into: &result, trace.states[index], &trace.layers[index], dropout: dropout?.at(index + 1))
            trace.states.append(result)
        }
        head.forward(into: &trace.predicted, trace.tokens)
        return trace
    }

    /// Adds the parameters' gradients, from that of the predictions [M, E].
    package func backward(_ trace: inout Trace, _ dPredicted: Matrix, gradient: inout Contextualizer) {
        // predicted [M, E] = tokens [M, D] W^T + b.
        head.addGradient(into: &gradient.head, dPredicted, input: trace.tokens)
        var slope = trace.tokens
        head.backpropagate(into: &slope, dPredicted)
        backward(&trace, dTokens: slope, gradient: &gradient)
    }

    /// The same from the gradient of the contextual tokens [M, D] alone.
    package func backward(_ trace: inout Trace, dTokens: Matrix, gradient: inout Contextualizer) {
        // states[i + 1] = layer i (states[i]).
        var slope = dTokens
        for index in layers.indices.reversed() {
            var dInput = Matrix(rows: trace.inputRows, columns: width)
            layers[index].backward(
                into: &dInput, slope, input: trace.states[index], &trace.layers[index],
                gradient: &gradient.layers[index])
            slope = dInput
        }
        // states[0] = dropout(tokens), tokens [B N, D] = positions + mask or input W^T + b.
        trace.dropout?.at(0).apply(&slope)
        for row in 0..<slope.rows {
            addRowsInto(&gradient.positions, row: row % tokenCount, slope, inputRow: row)
        }
        for row in trace.hiddenRows {
            addRowsInto(&gradient.maskToken, row: 0, slope, inputRow: row)
        }
        guard !trace.seenRows.isEmpty else { return }
        var dProjected = Matrix(rows: trace.seenRows.count, columns: width)
        gatherRowsInto(&dProjected, slope, trace.seenRows)
        projection.addGradient(into: &gradient.projection, dProjected, input: trace.seen)
    }
}
