package import NeuralNet
package import TensorKernels

// Shapes: B windows, S = 2K+1 shots, T = S+1 tokens, E width of the embeddings, D hidden width.

extension ContextualRelationNetwork: ContextNetwork {
    /// What a pass keeps for its backward pass.
    package struct Trace: ContextTrace {
        let batch: Int
        let reading: ContextReading
        /// Tokens before the projection [B T, E]: the mean of the shots, then the shots.
        var inputs: Matrix
        /// Before the normalization [B T, D].
        var projected: Matrix
        /// Input of every layer, then what the last one gave: [B T, D], or the rows of `queries` for the
        /// last.
        var states: [Matrix]
        var layers: [TransformerLayer.Trace]
        var padding: WindowPadding?
        var dropout: Dropout?
        /// Gradients of states [B T, D], two that take turns.
        var dState: Matrix
        var dOther: Matrix
        var dInputs: Matrix?
        package var dWindows: Matrix?
        /// Where the chosen shots' rows are among all shots', and hidden vectors and their gradient in either
        /// order; nil where the last layer answers for the same shots of every window.
        var chosen: Chosen?

        struct Chosen: Sendable {
            var rows: [Int]
            /// [B S, D].
            var hidden: Matrix
            var dLast: Matrix
        }

        package var hidden: Matrix { chosen?.hidden ?? states[states.count - 1] }
    }

    package func makeTrace(batch: Int, reading: ContextReading, needsInputGradient: Bool) -> Trace {
        let all = AttentionShape(batch: batch, tokens: tokenCount)
        // What is not read is not computed: the last layer answers for the center alone, or for all but the
        // first token.
        let queries = reading == .everyShot ? 1..<tokenCount : center..<center + 1
        let last = AttentionShape(batch: batch, tokens: tokenCount, queries: queries)
        let wide = Matrix(rows: all.inputRows, columns: hiddenDimension)
        let narrow = Matrix(rows: last.outputRows, columns: hiddenDimension)
        let inputs = Matrix(rows: all.inputRows, columns: inputDimension)
        let shots = batch * (tokenCount - 1)
        return Trace(
            batch: batch, reading: reading, inputs: inputs, projected: wide,
            states: Array(repeating: wide, count: layers.count) + [narrow],
            layers: layers.indices.map { layers[$0].makeTrace($0 == layers.count - 1 ? last : all) },
            padding: nil, dropout: nil, dState: wide, dOther: wide,
            dInputs: needsInputGradient ? inputs : nil,
            dWindows: needsInputGradient ? Matrix(rows: shots, columns: inputDimension) : nil,
            chosen: reading == .chosenShots
                ? Trace.Chosen(
                    rows: (0..<batch).map { $0 * (tokenCount - 1) + center - 1 },
                    hidden: Matrix(rows: shots, columns: hiddenDimension), dLast: narrow) : nil)
    }

    /// The last layer then computes these alone. O(chosen rows) memory anew.
    package func choose(_ rows: [Int], for trace: inout Trace) {
        precondition(trace.chosen != nil, "a trace of chosen shots")
        let shots = tokenCount - 1
        var queries: [[Int]] = Array(repeating: [], count: trace.batch)
        for row in Set(rows).sorted() { queries[row / shots].append(row % shots + 1) }
        // A sequence answers for something.
        for window in queries.indices where queries[window].isEmpty { queries[window] = [center] }
        let shape = AttentionShape(tokens: tokenCount, queries: queries)
        let last = layers.count - 1
        let narrow = Matrix(rows: shape.outputRows, columns: hiddenDimension)
        trace.layers[last] = layers[last].makeTrace(shape)
        trace.states[layers.count] = narrow
        trace.chosen?.rows = queries.enumerated().flatMap { window, tokens in
            tokens.map { window * shots + $0 - 1 }
        }
        trace.chosen?.dLast = narrow
    }

    package func forward(
        _ trace: inout Trace, _ windows: Matrix, padding: WindowPadding?, dropout: Dropout?
    ) {
        let shots = tokenCount - 1
        precondition(
            windows.rows == trace.batch * shots && windows.columns == inputDimension,
            "windows of the trace's shape")
        (trace.padding, trace.dropout) = (padding, dropout)
        if padding != nil { trace.inputs.clear() }
        for window in 0..<trace.batch {
            // Row t is the mean of the shots, t + 1 + i is shot i.
            let (first, row) = (window * tokenCount, window * shots)
            let present = padding?.present[window] ?? 0..<shots
            let rows = row + present.lowerBound..<row + present.upperBound
            averageRowsInto(&trace.inputs, outputRow: first, windows, rows: rows)
            copyRowsInto(&trace.inputs, from: first + 1 + present.lowerBound, windows, rows: rows)
            copyRowsInto(&trace.projected, from: first, positions, rows: 0..<tokenCount)
        }
        projection.add(into: &trace.projected, trace.inputs)
        inputNorm.forward(into: &trace.states[0], trace.projected)
        dropout?.at(0).apply(&trace.states[0])
        let mask = padding?.attentionMask(of: shots, offset: 1)
        for index in layers.indices {
            let input = trace.states[index]
            layers[index].forward(
                into: &trace.states[index + 1], input, &trace.layers[index], mask: mask,
                dropout: dropout?.at(index + 1))
        }
        guard var chosen = trace.chosen.take() else { return }
        chosen.hidden.clear()
        scatterRowsInto(&chosen.hidden, trace.states[layers.count], chosen.rows)
        trace.chosen = chosen
    }

    package func backward(
        _ trace: inout Trace, _ dHidden: Matrix, gradient: inout ContextualRelationNetwork
    ) {
        // hidden: rows of the last state, scattered.
        if var chosen = trace.chosen.take() {
            gatherRowsInto(&chosen.dLast, dHidden, chosen.rows)
            trace.chosen = chosen
        }
        // state[i + 1] = layer i (state[i]).
        for index in layers.indices.reversed() {
            let isLast = index == layers.count - 1
            layers[index].backward(
                into: &trace.dOther, isLast ? trace.chosen?.dLast ?? dHidden : trace.dState,
                input: trace.states[index],
                &trace.layers[index], gradient: &gradient.layers[index])
            swap(&trace.dState, &trace.dOther)
        }
        // state[0] = dropout(norm(projected)).
        trace.dropout?.at(0).apply(&trace.dState)
        inputNorm.backward(
            into: &trace.dOther, trace.dState, input: trace.projected, gradient: &gradient.inputNorm)
        // projected [B T, D] = positions [T, D] of every window + inputs [B T, E] W^T + b.
        projection.addGradient(into: &gradient.projection, trace.dOther, input: trace.inputs)
        for window in 0..<trace.batch {
            for token in 0..<tokenCount {
                addRowsInto(
                    &gradient.positions, row: token, trace.dOther, inputRow: window * tokenCount + token)
            }
        }
        if trace.dInputs != nil { backpropagateInputs(&trace) }
    }

    /// inputs: the shots that are there, each a token of its own with an equal share in the mean's.
    private func backpropagateInputs(_ trace: inout Trace) {
        guard var dInputs = trace.dInputs.take(), var dWindows = trace.dWindows.take() else { return }
        projection.backpropagate(into: &dInputs, trace.dOther)
        let shots = tokenCount - 1
        for window in 0..<trace.batch {
            let first = window * tokenCount
            let present = trace.padding?.present[window] ?? 0..<shots
            scaleRow(&dInputs, first, by: 1 / Float(present.count))
            copyRowsInto(&dWindows, from: window * shots, dInputs, rows: first + 1..<first + tokenCount)
            for shot in present {
                addRowsInto(&dWindows, row: window * shots + shot, dInputs, inputRow: first)
            }
        }
        trace.padding?.clear(&dWindows)
        trace.dInputs = dInputs
        trace.dWindows = dWindows
    }
}
