package import TensorKernels

// Shapes: B sequences, T tokens, Q queries of all sequences (`AttentionShape`), D width, H heads of D/H.

extension MultiHeadAttention {
    /// What a training pass keeps for its backward pass, and the room that one needs.
    package struct Trace: Sendable {
        package let shape: AttentionShape
        /// Input rows of the queries [Q, D].
        var queryInput: Matrix
        /// [Q, D].
        var queries: Matrix
        /// [B T, 2D].
        var keysValues: Matrix
        /// Attention weights [H Q, T], before and after dropout.
        var probabilities: Matrix
        var dropped: Matrix
        /// Weighted values of all heads [Q, D].
        var context: Matrix
        var dropout: Dropout?
        var dContext: Matrix
        var dScores: Matrix
        var dQueries: Matrix
        var dKeysValues: Matrix
    }

    package func makeTrace(_ shape: AttentionShape) -> Trace {
        let narrow = Matrix(rows: shape.outputRows, columns: dimension)
        let wide = Matrix(rows: shape.inputRows, columns: 2 * dimension)
        let weights = Matrix(rows: shape.outputRows * headCount, columns: shape.tokens)
        return Trace(
            shape: shape, queryInput: narrow, queries: narrow, keysValues: wide, probabilities: weights,
            dropped: weights, context: narrow, dropout: nil, dContext: narrow, dScores: weights,
            dQueries: narrow, dKeysValues: wide)
    }

    /// result [Q, D] = attention over input [B T, D], whose query rows are `queryInput` [Q, D], but for the
    /// tokens that `mask` hides; `dropout` falls on the attention weights.
    package func forward(
        into result: inout Matrix, _ input: Matrix, queryInput: Matrix, _ trace: inout Trace,
        mask: AttentionMask? = nil, dropout: Dropout?
    ) {
        let shape = trace.shape
        precondition(
            input.rows == shape.inputRows && input.columns == dimension, "input of the trace's shape")
        trace.queryInput = queryInput
        trace.dropout = dropout
        linearInto(
            &trace.queries, queryInput.block, weight: projection.weight.block(rows: 0..<dimension),
            bias: Array(projection.bias[0..<dimension]))
        linearInto(
            &trace.keysValues, input.block, weight: projection.weight.block(rows: dimension..<3 * dimension),
            bias: Array(projection.bias[dimension..<3 * dimension]))
        forEachHead(shape) { sequence, rows, columns in
            multiplyInto(
                &trace.probabilities, rows: rows, columns: 0..<shape.tokens,
                trace.queries.block(rows: shape.outputRows(of: sequence), columns: columns),
                keys(trace.keysValues, sequence, columns, shape).transposed, scale: scale)
        }
        hide(mask, in: &trace.probabilities, shape, as: -.infinity)
        softmaxRows(&trace.probabilities)
        // Weights of exactly 0 also keep the hidden tokens out of the backward pass.
        hide(mask, in: &trace.probabilities, shape, as: 0)
        trace.dropped = trace.probabilities
        if let dropout { dropout.apply(&trace.dropped) }
        forEachHead(shape) { sequence, rows, columns in
            multiplyInto(
                &trace.context, rows: shape.outputRows(of: sequence), columns: columns,
                trace.dropped.block(rows: rows), values(trace.keysValues, sequence, columns, shape))
        }
        output.forward(into: &result, trace.context)
    }

    /// From dResult [Q, D]: adds the parameters' gradients, dInput [B T, D] what comes through keys and
    /// values, and dQueryInput [Q, D] what comes through the queries.
    package func backward(
        _ dResult: Matrix, input: Matrix, _ trace: inout Trace, gradient: inout MultiHeadAttention,
        dInput: inout Matrix, dQueryInput: inout Matrix
    ) {
        let shape = trace.shape
        // result [Q, D] = context W^T + b.
        output.addGradient(into: &gradient.output, dResult, input: trace.context)
        output.backpropagate(into: &trace.dContext, dResult)
        // Of each head: context [Q, D/H] = dropped [Q, T] times values [T, D/H].
        forEachHead(shape) { sequence, rows, columns in
            let dContext = trace.dContext.block(rows: shape.outputRows(of: sequence), columns: columns)
            multiplyInto(
                &trace.dScores, rows: rows, columns: 0..<shape.tokens, dContext,
                values(trace.keysValues, sequence, columns, shape).transposed)
            multiplyInto(
                &trace.dKeysValues, rows: shape.inputRows(of: sequence),
                columns: dimension + columns.lowerBound..<dimension + columns.upperBound,
                trace.dropped.block(rows: rows).transposed, dContext)
        }
        // dropped [H Q, T] = dropout(softmax(scores)).
        if let dropout = trace.dropout { dropout.apply(&trace.dScores) }
        softmaxGradientRows(&trace.dScores, probabilities: trace.probabilities, scale: scale)
        // Of each head: scores [Q, T] = queries [Q, D/H] times keys^T [D/H, T] times scale.
        forEachHead(shape) { sequence, rows, columns in
            let dScores = trace.dScores.block(rows: rows)
            multiplyInto(
                &trace.dQueries, rows: shape.outputRows(of: sequence), columns: columns, dScores,
                keys(trace.keysValues, sequence, columns, shape))
            multiplyInto(
                &trace.dKeysValues, rows: shape.inputRows(of: sequence), columns: columns, dScores.transposed,
                trace.queries.block(rows: shape.outputRows(of: sequence), columns: columns))
        }
        // queries [Q, D] = queryInput W^T + b, keys and values [B T, 2D] = input W^T + b, of the stacked
        // projection.
        let (first, rest) = (0..<dimension, dimension..<3 * dimension)
        multiplyInto(
            &gradient.projection.weight, rows: first, columns: first, trace.dQueries.transposed,
            trace.queryInput.block, accumulating: true)
        multiplyInto(
            &gradient.projection.weight, rows: rest, columns: first, trace.dKeysValues.transposed,
            input.block,
            accumulating: true)
        addColumnSumsInto(&gradient.projection.bias, trace.dQueries)
        addColumnSumsInto(&gradient.projection.bias, offset: dimension, trace.dKeysValues)
        multiplyInto(
            &dQueryInput, trace.dQueries.block, projection.weight.block(rows: first), accumulating: true)
        multiplyInto(
            &dInput, trace.dKeysValues.block, projection.weight.block(rows: rest), accumulating: true)
    }

    /// Sets the weights of hidden tokens to `value`.
    private func hide(
        _ mask: AttentionMask?, in weights: inout Matrix, _ shape: AttentionShape, as value: Float
    ) {
        guard let mask else { return }
        forEachHead(shape) { sequence, rows, _ in
            mask.fill(&weights, sequence: sequence, rows: rows, with: value)
        }
    }

    private var scale: Float { 1 / Float(dimension / headCount).squareRoot() }

    /// Every head of every sequence: its rows in the attention weights, its columns in the width.
    private func forEachHead(
        _ shape: AttentionShape, _ body: (_ sequence: Int, _ rows: Range<Int>, _ columns: Range<Int>) -> Void
    ) {
        let size = dimension / headCount
        for sequence in 0..<shape.batch {
            let queries = shape.outputRows(of: sequence)
            for head in 0..<headCount {
                let first = queries.lowerBound * headCount + head * queries.count
                body(sequence, first..<first + queries.count, head * size..<(head + 1) * size)
            }
        }
    }

    private func keys(
        _ keysValues: Matrix, _ sequence: Int, _ columns: Range<Int>, _ shape: AttentionShape
    ) -> MatrixBlock {
        keysValues.block(rows: shape.inputRows(of: sequence), columns: columns)
    }

    private func values(
        _ keysValues: Matrix, _ sequence: Int, _ columns: Range<Int>, _ shape: AttentionShape
    ) -> MatrixBlock {
        keysValues.block(
            rows: shape.inputRows(of: sequence),
            columns: dimension + columns.lowerBound..<dimension + columns.upperBound)
    }
}

extension MultiHeadAttention: ParameterTree {
    /// Names of BERT: query, key and value apart.
    package mutating func visitParameters(
        _ path: String, _ body: (String, [Int], inout [Float], Range<Int>) -> Void
    ) {
        let width = dimension
        for (part, name) in ["query", "key", "value"].enumerated() {
            projection.weight.modifyValues { values in
                body(
                    path + "self.\(name).weight", [width, width], &values,
                    part * width * width..<(part + 1) * width * width)
            }
            body(path + "self.\(name).bias", [width], &projection.bias, part * width..<(part + 1) * width)
        }
        output.visitParameters(path + "output.dense.", body)
    }
}
