package import NeuralNet
package import SceneModel
package import TensorKernels

// Shapes: B windows, S = 2K+1 shots, F width of a token, D hidden width.

extension RelationalNetwork: ContextNetwork {
    /// What a training pass keeps for its backward pass.
    package struct Trace: ContextTrace {
        let batch: Int
        /// [B S, F].
        var tokens: Matrix
        /// Before the normalisation [B S, D].
        var projected: Matrix
        var states: [Matrix]
        var layers: [TransformerLayer.Trace]
        var dropout: Dropout?
        var dState: Matrix
        var dOther: Matrix
        package var dWindows: Matrix?

        /// [B, 2D]: rows of the two queries lie side by side.
        package var hidden: Matrix {
            let last = states[states.count - 1]
            return Matrix(rows: batch, columns: 2 * last.columns, values: last.values)
        }
    }

    /// Tokens of hidden shots have no meaning here.
    package var maskEmbedding: [Float]? {
        get { nil }
        set { precondition(newValue == nil, "a relational network hides no shots") }
    }

    package func makeTrace(batch: Int, reading: ContextReading, needsInputGradient: Bool) -> Trace {
        precondition(reading == .centre, "a relational network answers for the centre only")
        let shots = positions.rows
        let all = AttentionShape(batch: batch, tokens: shots)
        let last = AttentionShape(batch: batch, tokens: shots, queries: queries)
        let wide = Matrix(rows: all.inputRows, columns: projection.outputDimension)
        let tokens = Matrix(rows: all.inputRows, columns: inputDimension)
        return Trace(
            batch: batch, tokens: tokens, projected: wide,
            states: Array(repeating: wide, count: layers.count)
                + [Matrix(rows: last.outputRows, columns: projection.outputDimension)],
            layers: layers.indices.map { layers[$0].makeTrace($0 == layers.count - 1 ? last : all) },
            dropout: nil, dState: wide, dOther: wide, dWindows: needsInputGradient ? tokens : nil)
    }

    package func forward(_ trace: inout Trace, _ windows: Matrix, dropout: Dropout?) {
        let shots = positions.rows
        precondition(
            windows.rows == trace.batch * shots && windows.columns == inputDimension,
            "windows of the trace's shape")
        trace.dropout = dropout
        trace.tokens = windows
        for window in 0..<trace.batch {
            copyRowsInto(&trace.projected, from: window * shots, positions, rows: 0..<shots)
        }
        projection.add(into: &trace.projected, trace.tokens)
        inputNorm.forward(into: &trace.states[0], trace.projected)
        dropout?.at(0).apply(&trace.states[0])
        for index in layers.indices {
            let input = trace.states[index]
            layers[index].forward(
                into: &trace.states[index + 1], input, &trace.layers[index], dropout: dropout?.at(index + 1))
        }
    }

    package func backward(_ trace: inout Trace, _ dHidden: Matrix, gradient: inout RelationalNetwork) {
        let shots = positions.rows
        let dLast = Matrix(
            rows: 2 * trace.batch, columns: projection.outputDimension, values: dHidden.values)
        for index in layers.indices.reversed() {
            let isLast = index == layers.count - 1
            layers[index].backward(
                into: &trace.dOther, isLast ? dLast : trace.dState, input: trace.states[index],
                &trace.layers[index], gradient: &gradient.layers[index])
            swap(&trace.dState, &trace.dOther)
        }
        trace.dropout?.at(0).apply(&trace.dState)
        inputNorm.backward(
            into: &trace.dOther, trace.dState, input: trace.projected, gradient: &gradient.inputNorm)
        projection.addGradient(into: &gradient.projection, trace.dOther, input: trace.tokens)
        for window in 0..<trace.batch {
            for shot in 0..<shots {
                addRowsInto(&gradient.positions, row: shot, trace.dOther, inputRow: window * shots + shot)
            }
        }
        if var dWindows = trace.dWindows.take() {
            projection.backpropagate(into: &dWindows, trace.dOther)
            trace.dWindows = dWindows
        }
    }

    package mutating func visitParameters(
        _ path: String, _ body: (String, [Int], inout [Float], Range<Int>) -> Void
    ) {
        projection.visitParameters(path + "token_embedding.", body)
        let shape = [positions.rows, positions.columns]
        positions.modifyValues { body(path + "position_embedding.weight", shape, &$0, 0..<$0.count) }
        inputNorm.visitParameters(path + "LayerNorm.", body)
        for index in layers.indices { layers[index].visitParameters(path + "encoder.layer.\(index).", body) }
    }

    /// A fresh network; tokens are small, so that the projection's deviation is that of Kaiming He. `tokenWidth`: F, that
    /// of `RelationalTokens` if nil.
    package init(
        neighborCount: Int, hiddenDimension: Int, innerDimension: Int, headCount: Int, layerCount: Int,
        tokenWidth: Int? = nil, seed: UInt64
    ) {
        var generator = RandomStream(seed: seed, purpose: .initialWeights)
        let width = tokenWidth ?? RelationalTokens(neighborCount: neighborCount).width
        let deviation = 1 / Float(hiddenDimension).squareRoot()
        let layers = (0..<layerCount).map { _ in
            TransformerLayer(
                width: hiddenDimension, inner: innerDimension, headCount: headCount, deviation: deviation,
                using: &generator)
        }
        let projection = Linear(
            inputs: width, outputs: hiddenDimension, deviation: 1 / Float(width).squareRoot(),
            using: &generator)
        let positions = Linear(
            inputs: hiddenDimension, outputs: 2 * neighborCount + 1, deviation: 0.5, using: &generator)
        self.init(
            projection: projection, positions: positions.weight,
            inputNorm: LayerNorm(dimension: hiddenDimension, epsilon: 1e-12), layers: layers)
    }
}
