package import TensorKernels

// Shapes: B sequences, T tokens, Q queries of all sequences (`AttentionShape`), D width, F width of the
// feed-forward part.

/// A Transformer layer with normalization after each residual sum: BERT's with the GELU between the two
/// feed-forward layers (Devlin et al. 2019, arXiv 1810.04805), the original one with the rectifier (Vaswani
/// et al. 2017, arXiv 1706.03762). Without dropout: inference.
package struct TransformerLayer: Sendable {
    package var attention: MultiHeadAttention
    package var attentionNorm: LayerNorm
    /// [F, D].
    package var intermediate: Linear
    /// [D, F].
    package var output: Linear
    package var outputNorm: LayerNorm
    /// Between the two feed-forward layers.
    package let activation: Activation

    package init(
        attention: MultiHeadAttention, attentionNorm: LayerNorm, intermediate: Linear, output: Linear,
        outputNorm: LayerNorm, activation: Activation = .gelu
    ) {
        let width = attention.dimension
        precondition(
            attentionNorm.dimension == width && outputNorm.dimension == width, "norms of the layer's width")
        precondition(intermediate.inputDimension == width && output.outputDimension == width, "D in, D out")
        precondition(intermediate.outputDimension == output.inputDimension, "one feed-forward width")
        self.attention = attention
        self.attentionNorm = attentionNorm
        self.intermediate = intermediate
        self.output = output
        self.outputNorm = outputNorm
        self.activation = activation
    }

    package var dimension: Int { attention.dimension }

    /// What a pass computes on its way; a backward pass would read it.
    package struct Workspace: Sendable {
        var attention: MultiHeadAttention.Workspace
        /// Input plus attention [Q, D], and the same normalized.
        var attended: Matrix
        var attendedNormal: Matrix
        /// Before and after the activation [Q, F].
        var inner: Matrix
        var innerActive: Matrix
        /// Sum that the second normalization takes [Q, D].
        var sum: Matrix
    }

    package func makeWorkspace(_ shape: AttentionShape) -> Workspace {
        let inner = Matrix(rows: shape.outputRows, columns: intermediate.outputDimension)
        let narrow = Matrix(rows: shape.outputRows, columns: dimension)
        return Workspace(
            attention: attention.makeWorkspace(shape), attended: narrow, attendedNormal: narrow, inner: inner,
            innerActive: inner, sum: narrow)
    }

    /// result [Q, D] from input [B T, D]. Allocates nothing after the first call.
    package func forward(into result: inout Matrix, _ input: Matrix, _ workspace: inout Workspace) {
        let shape = workspace.attention.shape
        precondition(
            result.rows == shape.outputRows && result.columns == dimension, "result of the workspace's shape")
        gatherRowsInto(&workspace.attended, input, shape.queryRows)
        attention.add(into: &workspace.attended, input, &workspace.attention)
        attentionNorm.forward(into: &workspace.attendedNormal, workspace.attended)
        intermediate.forward(into: &workspace.inner, workspace.attendedNormal)
        activation.apply(into: &workspace.innerActive, workspace.inner)
        copyRowsInto(&workspace.sum, from: 0, workspace.attendedNormal, rows: 0..<shape.outputRows)
        output.add(into: &workspace.sum, workspace.innerActive)
        outputNorm.forward(into: &result, workspace.sum)
    }
}
