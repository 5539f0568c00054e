package import TensorKernels

// Shapes: B sequences, T tokens, Q queries of all sequences (`AttentionShape`), D width, F width of the
// feed-forward part.

/// A layer of a vision transformer in the form that learns: normalization before each half, and a residual
/// sum after it (Dosovitskiy et al. 2021, arXiv 2010.11929, equations 2 and 3). Without dropout, as CLIP has
/// it.
///
/// `VisionTransformer.Layer` is the same for inference, several times as fast.
package struct PreNormLayer: Sendable {
    package var attentionNorm: LayerNorm
    package var attention: MultiHeadAttention
    package var innerNorm: LayerNorm
    /// [F, D].
    package var inner: Linear
    /// [D, F].
    package var output: Linear
    /// Between the two.
    package let activation: Activation

    /// `activation`: one of the Gaussian units.
    package init(
        attentionNorm: LayerNorm, attention: MultiHeadAttention, innerNorm: LayerNorm, inner: Linear,
        output: Linear, activation: Activation
    ) {
        let width = attention.dimension
        precondition(attentionNorm.dimension == width && innerNorm.dimension == width, "norms of one width")
        precondition(inner.inputDimension == width && output.outputDimension == width, "D in, D out")
        precondition(inner.outputDimension == output.inputDimension, "one inner width")
        precondition(activation == .quickGELU || activation == .gelu, "a Gaussian unit")
        self.attentionNorm = attentionNorm
        self.attention = attention
        self.innerNorm = innerNorm
        self.inner = inner
        self.output = output
        self.activation = activation
    }

    package var dimension: Int { attention.dimension }

    /// What a pass keeps for its backward pass, and the room that one needs.
    package struct Trace: Sendable {
        var attention: MultiHeadAttention.Trace
        /// Input, normalized [B T, D], and its gradient.
        var normal: Matrix
        var dNormal: Matrix
        /// Rows of the queries, normalized [Q, D], and their gradient.
        var queryNormal: Matrix
        var dQueryNormal: Matrix
        /// Rows of the queries as they came [Q, D].
        var queryInput: Matrix
        /// The same plus attention [Q, D], normalized, and the gradient.
        var attended: Matrix
        var attendedNormal: Matrix
        var dAttended: Matrix
        var dAttendedNormal: Matrix
        /// Before and after the activation [Q, F], and the gradient.
        var inner: Matrix
        var innerActive: Matrix
        var dInner: Matrix

        package var shape: AttentionShape { attention.shape }
    }

    package func makeTrace(_ shape: AttentionShape) -> Trace {
        let wide = Matrix(rows: shape.inputRows, columns: dimension)
        let narrow = Matrix(rows: shape.outputRows, columns: dimension)
        let inner = Matrix(rows: shape.outputRows, columns: inner.outputDimension)
        return Trace(
            attention: attention.makeTrace(shape), normal: wide, dNormal: wide, queryNormal: narrow,
            dQueryNormal: narrow, queryInput: narrow, attended: narrow, attendedNormal: narrow,
            dAttended: narrow, dAttendedNormal: narrow, inner: inner, innerActive: inner, dInner: inner)
    }

    /// result [Q, D] from input [B T, D].
    package func forward(into result: inout Matrix, _ input: Matrix, _ trace: inout Trace) {
        let shape = trace.shape
        precondition(
            result.rows == shape.outputRows && result.columns == dimension, "result of the trace's shape")
        attentionNorm.forward(into: &trace.normal, input)
        if shape.coversAllTokens {
            trace.queryInput = input
            trace.queryNormal = trace.normal
        } else {
            gatherRowsInto(&trace.queryInput, input, shape.queryRows)
            gatherRowsInto(&trace.queryNormal, trace.normal, shape.queryRows)
        }
        attention.forward(
            into: &trace.attended, trace.normal, queryInput: trace.queryNormal, &trace.attention, dropout: nil
        )
        addInto(&trace.attended, trace.queryInput)
        innerNorm.forward(into: &trace.attendedNormal, trace.attended)
        inner.forward(into: &trace.inner, trace.attendedNormal)
        activation.apply(into: &trace.innerActive, trace.inner)
        output.forward(into: &result, trace.innerActive)
        addInto(&result, trace.attended)
    }

    /// From dResult [Q, D]: adds the parameters' gradients and overwrites dInput [B T, D]. `input` is that of
    /// the forward pass, which must have been the last one on `trace`.
    package func backward(
        into dInput: inout Matrix, _ dResult: Matrix, input: Matrix, _ trace: inout Trace,
        gradient: inout PreNormLayer
    ) {
        let shape = trace.shape
        precondition(
            dInput.rows == shape.inputRows && dInput.columns == dimension, "dInput of the input's shape")
        // result [Q, D] = attended + act(inner) W^T + b, inner [Q, F] = norm(attended) W^T + b.
        output.addGradient(into: &gradient.output, dResult, input: trace.innerActive)
        output.backpropagate(into: &trace.dInner, dResult)
        activation.backpropagate(&trace.dInner, input: trace.inner)
        inner.addGradient(into: &gradient.inner, trace.dInner, input: trace.attendedNormal)
        inner.backpropagate(into: &trace.dAttendedNormal, trace.dInner)
        innerNorm.backward(
            into: &trace.dAttended, trace.dAttendedNormal, input: trace.attended,
            gradient: &gradient.innerNorm)
        addInto(&trace.dAttended, dResult)
        // attended [Q, D] = queries of the input + attention(norm(input)).
        trace.dNormal.clear()
        trace.dQueryNormal.clear()
        attention.backward(
            trace.dAttended, input: trace.normal, &trace.attention, gradient: &gradient.attention,
            dInput: &trace.dNormal, dQueryInput: &trace.dQueryNormal)
        add(trace.dQueryNormal, to: &trace.dNormal, shape)
        attentionNorm.backward(
            into: &dInput, trace.dNormal, input: input, gradient: &gradient.attentionNorm)
        add(trace.dAttended, to: &dInput, shape)
    }

    /// Adds rows of queries [Q, D] to those of all tokens [B T, D].
    private func add(_ queries: Matrix, to tokens: inout Matrix, _ shape: AttentionShape) {
        if shape.coversAllTokens {
            addInto(&tokens, queries)
        } else {
            scatterRowsInto(&tokens, queries, shape.queryRows)
        }
    }
}

extension PreNormLayer: ParameterTree {
    package mutating func visitParameters(
        _ path: String, _ body: (String, [Int], inout [Float], Range<Int>) -> Void
    ) {
        attentionNorm.visitParameters(path + "attention_norm.", body)
        attention.visitParameters(path + "attention.", body)
        innerNorm.visitParameters(path + "inner_norm.", body)
        inner.visitParameters(path + "inner.", body)
        output.visitParameters(path + "output.", body)
    }
}
