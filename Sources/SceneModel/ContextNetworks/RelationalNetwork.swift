package import NeuralNet
package import SceneSegmentation
package import TensorKernels

// Shapes: B windows, K neighbors on each side, S = 2K+1 shots, F width of a token, D hidden width.

/// A context network that sees how shots relate to one another and not what they are (`RelationalTokens`), so
/// that one trained network serves any embedding.
///
/// Tokens are projected, get a learned position and are normalized; BERT layers follow; the hidden vectors of
/// the center and of the shot behind it, side by side, stand for the window. A value without mutable state.
package struct RelationalNetwork: Sendable {
    /// [D, F].
    package var projection: Linear
    /// [S, D].
    package var positions: Matrix
    package var inputNorm: LayerNorm
    package var layers: [TransformerLayer]

    package init(
        projection: Linear, positions: Matrix, inputNorm: LayerNorm, layers: [TransformerLayer]
    ) {
        let width = projection.outputDimension
        precondition(positions.rows >= 3 && positions.rows % 2 == 1, "2K+1 positions with K of at least 1")
        precondition(positions.columns == width && inputNorm.dimension == width, "one hidden width")
        precondition(layers.allSatisfy { $0.dimension == width } && !layers.isEmpty, "layers of one width")
        self.projection = projection
        self.positions = positions
        self.inputNorm = inputNorm
        self.layers = layers
    }

    /// F.
    package var inputDimension: Int { projection.inputDimension }
    /// Width of what stands for a window: 2D.
    package var hiddenDimension: Int { 2 * projection.outputDimension }
    /// K.
    package var neighborCount: Int { positions.rows / 2 }
    /// Tokens whose vectors stand for the window: the center and the one behind it.
    package var queries: Range<Int> { neighborCount..<neighborCount + 2 }

    /// Everything between tokens and hidden vectors, for inference on one window.
    package struct Workspace: Sendable {
        /// [S, F].
        package var tokens: Matrix
        var projected: Matrix
        var states: [Matrix]
        var layers: [TransformerLayer.Workspace]

        /// [1, 2D].
        package var hidden: Matrix {
            let last = states[states.count - 1]
            return Matrix(rows: 1, columns: last.rows * last.columns, values: last.values)
        }
    }

    package func makeWorkspace() -> Workspace {
        let shots = positions.rows
        let all = AttentionShape(batch: 1, tokens: shots)
        let last = AttentionShape(batch: 1, tokens: shots, queries: queries)
        let wide = Matrix(rows: shots, columns: projection.outputDimension)
        let narrow = Matrix(rows: 2, columns: projection.outputDimension)
        return Workspace(
            tokens: Matrix(rows: shots, columns: inputDimension), projected: wide,
            states: Array(repeating: wide, count: layers.count) + [narrow],
            layers: layers.indices.map { layers[$0].makeWorkspace($0 == layers.count - 1 ? last : all) })
    }

    /// Fills `workspace.hidden` from its tokens: what the reference pass gives without dropout, in fewer
    /// passes over memory.
    package func forward(_ workspace: inout Workspace) {
        copyRowsInto(&workspace.projected, from: 0, positions, rows: 0..<positions.rows)
        projection.add(into: &workspace.projected, workspace.tokens)
        inputNorm.forward(into: &workspace.states[0], workspace.projected)
        for index in layers.indices {
            // The output must be another variable than the input: both lie in `states`.
            swap(&workspace.projected, &workspace.states[index])
            layers[index].forward(
                into: &workspace.states[index + 1], workspace.projected, &workspace.layers[index])
            swap(&workspace.projected, &workspace.states[index])
        }
    }
}

extension RelationalNetwork: ContextNetwork {
    package static let name = "relational"
    package static let input = ContextInput.relations
    package static let answersForEveryShot = false
    package static let preset = NetworkPreset(
        width: 64, headCount: 4, rate: 1e-3, dropout: 0.2, gradientLimit: 1, shrinksWeights: true,
        isClassBalanced: false)

    package static func fault(_ options: NetworkOptions) -> String? { options.headFault }

    package init(_ options: NetworkOptions, embeddingWidth: Int, seed: UInt64) {
        self.init(
            neighborCount: options.neighborCount, hiddenDimension: options.width,
            innerDimension: 2 * options.width, headCount: options.headCount, layerCount: options.layerCount,
            seed: seed)
    }

    /// A fresh network; tokens are small, so that the projection's deviation is that of Kaiming He.
    /// `tokenWidth`: F, that of `RelationalTokens` if nil.
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

    package init(_ reader: ModelTensorReader) throws(ModelFileError) {
        let prefix = reader.prefix
        let positionName = prefix + "position_embedding.weight"
        let positions = try reader.matrixShape(positionName)
        guard positions[0] >= 3, positions[0] % 2 == 1, positions[0] <= 257 else {
            throw reader.unsuitable(
                positionName, "has \(positions[0]) rows, expected 2K+1 with K of 1 to 128")
        }
        let width = positions[1]
        try reader.requireHeads(width: width)
        let tokens = RelationalTokens(neighborCount: positions[0] / 2)
        let layers = try reader.layers(width: width)
        self.init(
            projection: try reader.linear(prefix + "token_embedding", outputs: width, inputs: tokens.width),
            positions: try reader.matrix(positionName, rows: positions[0], columns: width),
            inputNorm: try reader.norm(prefix + "LayerNorm", width: width), layers: layers)
    }

    package func makeScorer(_ head: BoundaryHead) -> any BoundaryScorer {
        RelationalScorer(network: self, head: head)
    }

    package var layerCount: Int { layers.count }

    /// What a pass keeps for its backward pass.
    package struct Trace: ContextTrace {
        let batch: Int
        /// [B S, F].
        var tokens: Matrix
        /// Before the normalization [B S, D].
        var projected: Matrix
        /// Input of every layer [B S, D], then what the last one gave [2B, D].
        var states: [Matrix]
        var layers: [TransformerLayer.Trace]
        var padding: WindowPadding?
        var dropout: Dropout?
        /// Gradients of states [B S, D], two that take turns.
        var dState: Matrix
        var dOther: Matrix
        package var dWindows: Matrix?

        /// [B, 2D]: rows of the two queries lie side by side.
        package var hidden: Matrix {
            let last = states[states.count - 1]
            return Matrix(rows: batch, columns: 2 * last.columns, values: last.values)
        }
    }

    package func makeTrace(batch: Int, reading: ContextReading, needsInputGradient: Bool) -> Trace {
        precondition(reading == .center, "a relational network answers for the center only")
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
            padding: nil, dropout: nil, dState: wide, dOther: wide,
            dWindows: needsInputGradient ? tokens : nil)
    }

    package func forward(
        _ trace: inout Trace, _ windows: Matrix, padding: WindowPadding?, dropout: Dropout?
    ) {
        let shots = positions.rows
        precondition(
            windows.rows == trace.batch * shots && windows.columns == inputDimension,
            "windows of the trace's shape")
        (trace.padding, trace.dropout) = (padding, dropout)
        trace.tokens = windows
        padding?.clear(&trace.tokens)
        for window in 0..<trace.batch {
            copyRowsInto(&trace.projected, from: window * shots, positions, rows: 0..<shots)
        }
        projection.add(into: &trace.projected, trace.tokens)
        inputNorm.forward(into: &trace.states[0], trace.projected)
        dropout?.at(0).apply(&trace.states[0])
        let mask = padding?.attentionMask(of: shots)
        for index in layers.indices {
            let input = trace.states[index]
            layers[index].forward(
                into: &trace.states[index + 1], input, &trace.layers[index], mask: mask,
                dropout: dropout?.at(index + 1))
        }
    }

    package func backward(_ trace: inout Trace, _ dHidden: Matrix, gradient: inout RelationalNetwork) {
        let shots = positions.rows
        // hidden [B, 2D] = the last state [2B, D], laid otherwise.
        let dLast = Matrix(
            rows: 2 * trace.batch, columns: projection.outputDimension, values: dHidden.values)
        // state[i + 1] = layer i (state[i]).
        for index in layers.indices.reversed() {
            let isLast = index == layers.count - 1
            layers[index].backward(
                into: &trace.dOther, isLast ? dLast : trace.dState, input: trace.states[index],
                &trace.layers[index], gradient: &gradient.layers[index])
            swap(&trace.dState, &trace.dOther)
        }
        // state[0] = dropout(norm(projected)).
        trace.dropout?.at(0).apply(&trace.dState)
        inputNorm.backward(
            into: &trace.dOther, trace.dState, input: trace.projected, gradient: &gradient.inputNorm)
        // projected [B S, D] = positions [S, D] of every window + tokens [B S, F] W^T + b.
        projection.addGradient(into: &gradient.projection, trace.dOther, input: trace.tokens)
        for window in 0..<trace.batch {
            for shot in 0..<shots {
                addRowsInto(&gradient.positions, row: shot, trace.dOther, inputRow: window * shots + shot)
            }
        }
        if var dWindows = trace.dWindows.take() {
            projection.backpropagate(into: &dWindows, trace.dOther)
            trace.padding?.clear(&dWindows)
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
}
