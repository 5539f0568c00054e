package import NeuralNet
package import TensorKernels

// Shapes: B windows, K neighbours on each side, S = 2K+1 shots, F width of a token, D hidden width.

/// A context network that sees how shots relate to one another and not what they are (`RelationalTokens`), so that one
/// trained network serves any embedding.
///
/// Tokens are projected, get a learned position and are normalised; BERT layers follow; the hidden vectors of the
/// centre and of the shot behind it, side by side, stand for the window. A value without mutable state.
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
    /// Tokens whose vectors stand for the window: the centre and the one behind it.
    package var queries: Range<Int> { neighborCount..<neighborCount + 2 }

    /// Everything between tokens and hidden vectors, for one window.
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

    /// Fills `workspace.hidden` from its tokens.
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
