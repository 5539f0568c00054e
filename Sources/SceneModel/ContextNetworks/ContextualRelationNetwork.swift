package import NeuralNet
package import TensorKernels

// Shapes: B windows, K neighbours on each side, S = 2K+1 shots, T = S+1 tokens, E width of the embeddings, D hidden width.

/// The contextual relation network of BaSSL (Mun et al. 2022, arXiv 2201.05277, section 3.2; details as in the authors'
/// public code): a window of shot embeddings in, one hidden vector per token out.
///
/// Token 0 is the mean of the shots, taken before the projection; all tokens are projected, get a learned position
/// and are normalised; BERT layers follow. A value without mutable state: share it, one `Workspace` per thread.
package struct ContextualRelationNetwork: Sendable {
    /// [D, E].
    package var projection: Linear
    /// [T, D].
    package var positions: Matrix
    package var inputNorm: LayerNorm
    package var layers: [TransformerLayer]
    /// What stands for a hidden shot [E]; nil if the model has none.
    package var maskEmbedding: [Float]?

    package init(
        projection: Linear, positions: Matrix, inputNorm: LayerNorm, layers: [TransformerLayer],
        maskEmbedding: [Float]? = nil
    ) {
        let width = projection.outputDimension
        precondition(positions.rows >= 4 && positions.rows % 2 == 0, "2K+2 positions with K of at least 1")
        precondition(positions.columns == width && inputNorm.dimension == width, "one hidden width")
        precondition(layers.allSatisfy { $0.dimension == width }, "one hidden width")
        precondition(!layers.isEmpty, "a network with layers")
        precondition(
            maskEmbedding.map { $0.count == projection.inputDimension } ?? true, "a mask of input width")
        self.projection = projection
        self.positions = positions
        self.inputNorm = inputNorm
        self.layers = layers
        self.maskEmbedding = maskEmbedding
    }

    /// E.
    package var inputDimension: Int { projection.inputDimension }
    /// D.
    package var hiddenDimension: Int { projection.outputDimension }
    /// T = 2K+2.
    package var tokenCount: Int { positions.rows }
    /// K.
    package var neighborCount: Int { tokenCount / 2 - 1 }

    /// Inputs, outputs and everything between of one pass over B windows.
    package struct Workspace: Sendable {
        package let pooling: Pooling?
        package let batch: Int
        /// [B T, E]: row b T is left to the network, row b T + 1 + j is shot j of window b.
        var inputs: Matrix
        /// [B T, D].
        var projected: Matrix
        /// Input of every layer, then what the last one gave: [B T, D], or fewer rows for the last.
        var states: [Matrix]
        var layers: [TransformerLayer.Workspace]

        /// Puts a shot's embedding in its place in a window.
        package mutating func setShot(_ shot: Int, ofWindow window: Int = 0, to embedding: [Float]) {
            let tokens = inputs.rows / batch
            precondition(
                (0..<batch).contains(window) && (0..<tokens - 1).contains(shot), "a shot of the window")
            inputs.setRow(window * tokens + 1 + shot, to: embedding)
        }

        /// Hidden vectors after the last layer: [B T, D] if the workspace was made without pooling; else only the
        /// tokens that the pooling reads.
        package var hidden: Matrix { states[states.count - 1] }
    }

    /// A workspace for `batch` windows. With a pooling the last layer computes no more than that pooling reads.
    package func makeWorkspace(batch: Int = 1, pooling: Pooling? = nil) -> Workspace {
        let all = AttentionShape(batch: batch, tokens: tokenCount)
        let last =
            switch pooling {
            case .center: AttentionShape(batch: batch, tokens: tokenCount, queries: centre..<centre + 1)
            case .cls: AttentionShape(batch: batch, tokens: tokenCount, queries: 0..<1)
            case .avg, .max: AttentionShape(batch: batch, tokens: tokenCount, queries: 1..<tokenCount)
            case nil: all
            }
        let wide = Matrix(rows: all.inputRows, columns: hiddenDimension)
        let narrow = Matrix(rows: last.outputRows, columns: hiddenDimension)
        return Workspace(
            pooling: pooling, batch: batch, inputs: Matrix(rows: all.inputRows, columns: inputDimension),
            projected: wide, states: Array(repeating: wide, count: layers.count) + [narrow],
            layers: layers.indices.map { layers[$0].makeWorkspace($0 == layers.count - 1 ? last : all) })
    }

    /// Hides a shot: the mask embedding takes its place. Only for models that have one.
    package func maskShot(_ shot: Int, ofWindow window: Int = 0, in workspace: inout Workspace) {
        guard let maskEmbedding else { preconditionFailure("this model has no mask embedding") }
        workspace.setShot(shot, ofWindow: window, to: maskEmbedding)
    }

    /// Fills `workspace.hidden` from the shots that were set. Allocates nothing after the first call.
    package func forward(_ workspace: inout Workspace) {
        for window in 0..<workspace.batch {
            let first = window * tokenCount
            averageRows(&workspace.inputs, outputRow: first, rows: first + 1..<first + tokenCount)
            copyRowsInto(&workspace.projected, from: first, positions, rows: 0..<tokenCount)
        }
        projection.add(into: &workspace.projected, workspace.inputs)
        inputNorm.forward(into: &workspace.states[0], workspace.projected)
        for index in layers.indices {
            // The output must be another variable than the input: both lie in `states`.
            swap(&workspace.projected, &workspace.states[index])
            layers[index].forward(
                into: &workspace.states[index + 1], workspace.projected, &workspace.layers[index])
            swap(&workspace.projected, &workspace.states[index])
        }
    }

    /// Index of the token that stands for the centre shot.
    private var centre: Int { tokenCount / 2 }
}
