package import TensorKernels

// Shapes: B sequences, T tokens, Q queries of all sequences (`AttentionShape`), D width, F width of the
// feed-forward part.

extension TransformerLayer {
    /// What a training pass keeps for its backward pass, and the room that one needs.
    package struct Trace: Sendable {
        var attention: MultiHeadAttention.Trace
        /// Input rows of the queries [Q, D].
        var queryInput: Matrix
        /// Input plus attention [Q, D], and the same normalized.
        var attended: Matrix
        var attendedNormal: Matrix
        /// Before and after the activation [Q, F].
        var inner: Matrix
        var innerActive: Matrix
        /// Sum that the second normalization takes [Q, D].
        var sum: Matrix
        var dropout: Dropout?
        /// [Q, D].
        var branch: Matrix
        var dSum: Matrix
        var dAttended: Matrix
        /// [Q, F].
        var dInner: Matrix

        package var shape: AttentionShape { attention.shape }
    }

    package func makeTrace(_ shape: AttentionShape) -> Trace {
        let inner = Matrix(rows: shape.outputRows, columns: intermediate.outputDimension)
        let narrow = Matrix(rows: shape.outputRows, columns: dimension)
        return Trace(
            attention: attention.makeTrace(shape), queryInput: narrow, attended: narrow,
            attendedNormal: narrow,
            inner: inner, innerActive: inner, sum: narrow, dropout: nil, branch: narrow, dSum: narrow,
            dAttended: narrow, dInner: inner)
    }

    /// result [Q, D] from input [B T, D], with dropout on the attention weights and on both branches before
    /// their residual sums, as in BERT. `mask`: tokens that nobody attends to.
    package func forward(
        into result: inout Matrix, _ input: Matrix, _ trace: inout Trace, mask: AttentionMask? = nil,
        dropout: Dropout?
    ) {
        let shape = trace.shape
        precondition(
            result.rows == shape.outputRows && result.columns == dimension, "result of the trace's shape")
        trace.dropout = dropout
        if shape.coversAllTokens {
            trace.queryInput = input
        } else {
            gatherRowsInto(&trace.queryInput, input, shape.queryRows)
        }
        attention.forward(
            into: &trace.attended, input, queryInput: trace.queryInput, &trace.attention,
            mask: mask, dropout: dropout?.at(0))
        dropout?.at(1).apply(&trace.attended)
        addInto(&trace.attended, trace.queryInput)
        attentionNorm.forward(into: &trace.attendedNormal, trace.attended)
        intermediate.forward(into: &trace.inner, trace.attendedNormal)
        activation.apply(into: &trace.innerActive, trace.inner)
        output.forward(into: &trace.sum, trace.innerActive)
        dropout?.at(2).apply(&trace.sum)
        addInto(&trace.sum, trace.attendedNormal)
        outputNorm.forward(into: &result, trace.sum)
    }

    /// From dResult [Q, D]: adds the parameters' gradients and overwrites dInput [B T, D]. `input` is that of
    /// the forward pass, which must have been the last one on `trace`.
    package func backward(
        into dInput: inout Matrix, _ dResult: Matrix, input: Matrix, _ trace: inout Trace,
        gradient: inout TransformerLayer
    ) {
        let shape = trace.shape
        precondition(
            dInput.rows == shape.inputRows && dInput.columns == dimension, "dInput of the input's shape")
        // result = norm(sum), sum [Q, D] = dropout(branch) + attendedNormal.
        outputNorm.backward(into: &trace.dSum, dResult, input: trace.sum, gradient: &gradient.outputNorm)
        copyRowsInto(&trace.branch, from: 0, trace.dSum, rows: 0..<shape.outputRows)
        trace.dropout?.at(2).apply(&trace.branch)
        // branch [Q, D] = act(inner) W^T + b, inner [Q, F] = attendedNormal W^T + b.
        output.addGradient(into: &gradient.output, trace.branch, input: trace.innerActive)
        output.backpropagate(into: &trace.dInner, trace.branch)
        activation.backpropagate(&trace.dInner, input: trace.inner)
        intermediate.addGradient(into: &gradient.intermediate, trace.dInner, input: trace.attendedNormal)
        intermediate.backpropagate(into: &trace.dSum, trace.dInner, accumulating: true)
        // attendedNormal = norm(attended), attended [Q, D] = dropout(branch) + queryInput.
        attentionNorm.backward(
            into: &trace.dAttended, trace.dSum, input: trace.attended, gradient: &gradient.attentionNorm)
        copyRowsInto(&trace.branch, from: 0, trace.dAttended, rows: 0..<shape.outputRows)
        trace.dropout?.at(1).apply(&trace.branch)
        // branch = attention(input [B T, D]), of which queryInput [Q, D] are rows.
        dInput.clear()
        attention.backward(
            trace.branch, input: input, &trace.attention, gradient: &gradient.attention, dInput: &dInput,
            dQueryInput: &trace.dAttended)
        if shape.coversAllTokens {
            addInto(&dInput, trace.dAttended)
        } else {
            scatterRowsInto(&dInput, trace.dAttended, shape.queryRows)
        }
    }

    /// A layer as BERT starts it: weights of deviation 0.02, no biases.
    package init(
        width: Int, inner: Int, headCount: Int, deviation: Float = 0.02, epsilon: Float = 1e-12,
        activation: Activation = .gelu, using generator: inout some RandomNumberGenerator
    ) {
        func linear(_ inputs: Int, _ outputs: Int) -> Linear {
            Linear(inputs: inputs, outputs: outputs, deviation: deviation, using: &generator)
        }
        let attention = MultiHeadAttention(
            query: linear(width, width), key: linear(width, width), value: linear(width, width),
            output: linear(width, width), headCount: headCount)
        self.init(
            attention: attention, attentionNorm: LayerNorm(dimension: width, epsilon: epsilon),
            intermediate: linear(width, inner), output: linear(inner, width),
            outputNorm: LayerNorm(dimension: width, epsilon: epsilon), activation: activation)
    }
}

extension TransformerLayer: ParameterTree {
    package mutating func visitParameters(
        _ path: String, _ body: (String, [Int], inout [Float], Range<Int>) -> Void
    ) {
        attention.visitParameters(path + "attention.", body)
        attentionNorm.visitParameters(path + "attention.output.LayerNorm.", body)
        intermediate.visitParameters(path + "intermediate.dense.", body)
        output.visitParameters(path + "output.dense.", body)
        outputNorm.visitParameters(path + "output.LayerNorm.", body)
    }
}
