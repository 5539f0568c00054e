package import NeuralNet
package import SceneModel
package import TensorKernels

// Shapes: B windows, K neighbours on each side, S = 2K+1 shots, T = S+1 tokens, E width of the embeddings, D hidden width.

extension ContextualRelationNetwork: ContextNetwork {
    /// What a training pass keeps for its backward pass.
    package struct Trace: ContextTrace {
        let batch: Int
        let reading: ContextReading
        /// Tokens before the projection [B T, E]: the mean of the shots, then the shots.
        var inputs: Matrix
        /// Before the normalisation [B T, D].
        var projected: Matrix
        /// Input of every layer, then what the last one gave: [B T, D], or the rows of `queries` for the last.
        var states: [Matrix]
        var layers: [TransformerLayer.Trace]
        var dropout: Dropout?
        /// Gradients of states [B T, D], two that take turns.
        var dState: Matrix
        var dOther: Matrix
        var dInputs: Matrix?
        package var dWindows: Matrix?
        /// Where the chosen shots' rows are among all shots', and hidden vectors and their gradient in either order; nil
        /// where the last layer answers for the same shots of every window.
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
        // What is not read is not computed: the last layer answers for the centre alone, or for all but the first token.
        let centre = tokenCount / 2
        let queries = reading == .everyShot ? 1..<tokenCount : centre..<centre + 1
        let last = AttentionShape(batch: batch, tokens: tokenCount, queries: queries)
        let wide = Matrix(rows: all.inputRows, columns: hiddenDimension)
        let narrow = Matrix(rows: last.outputRows, columns: hiddenDimension)
        let inputs = Matrix(rows: all.inputRows, columns: inputDimension)
        let shots = batch * (tokenCount - 1)
        return Trace(
            batch: batch, reading: reading, inputs: inputs, projected: wide,
            states: Array(repeating: wide, count: layers.count) + [narrow],
            layers: layers.indices.map { layers[$0].makeTrace($0 == layers.count - 1 ? last : all) },
            dropout: nil, dState: wide, dOther: wide, dInputs: needsInputGradient ? inputs : nil,
            dWindows: needsInputGradient ? Matrix(rows: shots, columns: inputDimension) : nil,
            chosen: reading == .chosenShots
                ? Trace.Chosen(
                    rows: (0..<batch).map { $0 * (tokenCount - 1) + centre - 1 },
                    hidden: Matrix(rows: shots, columns: hiddenDimension), dLast: narrow) : nil)
    }

    /// The last layer then computes these alone. O(chosen rows) memory anew.
    package func choose(_ rows: [Int], for trace: inout Trace) {
        precondition(trace.chosen != nil, "a trace of chosen shots")
        let shots = tokenCount - 1
        var queries: [[Int]] = Array(repeating: [], count: trace.batch)
        for row in Set(rows).sorted() { queries[row / shots].append(row % shots + 1) }
        // A sequence answers for something.
        for window in queries.indices where queries[window].isEmpty { queries[window] = [tokenCount / 2] }
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

    package func forward(_ trace: inout Trace, _ windows: Matrix, dropout: Dropout?) {
        let shots = tokenCount - 1
        precondition(
            windows.rows == trace.batch * shots && windows.columns == inputDimension,
            "windows of the trace's shape")
        trace.dropout = dropout
        for window in 0..<trace.batch {
            let first = window * tokenCount
            averageRowsInto(
                &trace.inputs, outputRow: first, windows, rows: window * shots..<(window + 1) * shots)
            copyRowsInto(&trace.inputs, from: first + 1, windows, rows: window * shots..<(window + 1) * shots)
            copyRowsInto(&trace.projected, from: first, positions, rows: 0..<tokenCount)
        }
        projection.add(into: &trace.projected, trace.inputs)
        inputNorm.forward(into: &trace.states[0], trace.projected)
        dropout?.at(0).apply(&trace.states[0])
        for index in layers.indices {
            let input = trace.states[index]
            layers[index].forward(
                into: &trace.states[index + 1], input, &trace.layers[index], dropout: dropout?.at(index + 1))
        }
        guard var chosen = trace.chosen.take() else { return }
        chosen.hidden.clear()
        scatterRowsInto(&chosen.hidden, trace.states[layers.count], chosen.rows)
        trace.chosen = chosen
    }

    package func backward(
        _ trace: inout Trace, _ dHidden: Matrix, gradient: inout ContextualRelationNetwork
    ) {
        if var chosen = trace.chosen.take() {
            gatherRowsInto(&chosen.dLast, dHidden, chosen.rows)
            trace.chosen = chosen
        }
        for index in layers.indices.reversed() {
            let isLast = index == layers.count - 1
            layers[index].backward(
                into: &trace.dOther, isLast ? trace.chosen?.dLast ?? dHidden : trace.dState,
                input: trace.states[index],
                &trace.layers[index], gradient: &gradient.layers[index])
            swap(&trace.dState, &trace.dOther)
        }
        trace.dropout?.at(0).apply(&trace.dState)
        inputNorm.backward(
            into: &trace.dOther, trace.dState, input: trace.projected, gradient: &gradient.inputNorm)
        projection.addGradient(into: &gradient.projection, trace.dOther, input: trace.inputs)
        for window in 0..<trace.batch {
            for token in 0..<tokenCount {
                addRowsInto(
                    &gradient.positions, row: token, trace.dOther, inputRow: window * tokenCount + token)
            }
        }
        if trace.dInputs != nil { backpropagateInputs(&trace) }
    }

    /// Every shot has its own token and a share of the mean's.
    private func backpropagateInputs(_ trace: inout Trace) {
        guard var dInputs = trace.dInputs.take(), var dWindows = trace.dWindows.take() else { return }
        projection.backpropagate(into: &dInputs, trace.dOther)
        let shots = tokenCount - 1
        for window in 0..<trace.batch {
            let first = window * tokenCount
            scaleRow(&dInputs, first, by: 1 / Float(shots))
            copyRowsInto(&dWindows, from: window * shots, dInputs, rows: first + 1..<first + tokenCount)
            for shot in 0..<shots {
                addRowsInto(&dWindows, row: window * shots + shot, dInputs, inputRow: first)
            }
        }
        trace.dInputs = dInputs
        trace.dWindows = dWindows
    }

    /// A network as BERT starts it, with feed-forward parts of width `innerDimension`; with `hasMask` it has an
    /// embedding for hidden shots, drawn like the weights.
    package init(
        inputDimension: Int, hiddenDimension: Int, innerDimension: Int, headCount: Int, layerCount: Int,
        neighborCount: Int, hasMask: Bool = true, deviation: Float = 0.02, seed: UInt64
    ) {
        var generator = RandomStream(seed: seed, purpose: .initialWeights)
        let layers = (0..<layerCount).map { _ in
            TransformerLayer(
                width: hiddenDimension, inner: innerDimension, headCount: headCount, deviation: deviation,
                using: &generator)
        }
        let projection = Linear(
            inputs: inputDimension, outputs: hiddenDimension, deviation: deviation, using: &generator)
        let positions = Linear(
            inputs: hiddenDimension, outputs: 2 * neighborCount + 2, deviation: deviation, using: &generator)
        let mask = Linear(inputs: inputDimension, outputs: 1, deviation: deviation, using: &generator)
        self.init(
            projection: projection, positions: positions.weight,
            inputNorm: LayerNorm(dimension: hiddenDimension, epsilon: 1e-12), layers: layers,
            maskEmbedding: hasMask ? mask.weight.row(0) : nil)
    }
}

extension ContextualRelationNetwork: ParameterTree {
    /// Names of BaSSL's state dict, below `crn.`; the mask is the one learned row of its table.
    package mutating func visitParameters(
        _ path: String, _ body: (String, [Int], inout [Float], Range<Int>) -> Void
    ) {
        projection.visitParameters(path + "shot_embedding.shot_embedding.", body)
        let shape = [positions.rows, positions.columns]
        positions.modifyValues {
            body(path + "shot_embedding.position_embedding.weight", shape, &$0, 0..<$0.count)
        }
        visitMask(path + "shot_embedding.", body)
        inputNorm.visitParameters(path + "shot_embedding.LayerNorm.", body)
        for index in layers.indices { layers[index].visitParameters(path + "encoder.layer.\(index).", body) }
    }
}

extension BoundaryHead: ParameterTree {
    package mutating func visitParameters(
        _ path: String, _ body: (String, [Int], inout [Float], Range<Int>) -> Void
    ) {
        linear.visitParameters(path, body)
    }

    /// A fresh head: weights of deviation 0.02.
    package init(width: Int, seed: UInt64) {
        var generator = RandomStream(seed: seed, purpose: .initialHead)
        self.init(linear: Linear(inputs: width, outputs: 2, deviation: 0.02, using: &generator))
    }
}
