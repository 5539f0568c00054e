package import TensorKernels

// Shapes: B sequences, T tokens, Q queries of all sequences (`AttentionShape`), D width, H heads of D/H.

/// Self-attention with several heads (Vaswani et al. 2017, arXiv 1706.03762, section 3.2.2).
package struct MultiHeadAttention: Sendable {
    /// Query, key and value stacked: weight [3D, D], bias [3D].
    package var projection: Linear
    /// [D, D].
    package var output: Linear
    package let headCount: Int

    package init(query: Linear, key: Linear, value: Linear, output: Linear, headCount: Int) {
        let width = query.inputDimension
        for layer in [query, key, value, output] {
            precondition(
                layer.inputDimension == width && layer.outputDimension == width, "square projections")
        }
        precondition(headCount > 0 && width % headCount == 0, "the width divides among the heads")
        projection = Linear(
            weight: Matrix(
                rows: 3 * width, columns: width,
                values: query.weight.values + key.weight.values + value.weight.values),
            bias: query.bias + key.bias + value.bias)
        self.output = output
        self.headCount = headCount
    }

    package var dimension: Int { output.outputDimension }

    /// What a pass of inference computes on its way.
    package struct Workspace: Sendable {
        package let shape: AttentionShape
        /// Queries, keys and values [B T, 3D]; queries only in the rows of the shape's queries.
        var projected: Matrix
        /// Attention weights [H Q, T].
        var weights: Matrix
        /// Weighted values of all heads [Q, D].
        var context: Matrix
    }

    package func makeWorkspace(_ shape: AttentionShape) -> Workspace {
        Workspace(
            shape: shape, projected: Matrix(rows: shape.inputRows, columns: 3 * dimension),
            weights: Matrix(rows: shape.outputRows * headCount, columns: shape.tokens),
            context: Matrix(rows: shape.outputRows, columns: dimension))
    }

    /// result [Q, D] += attention over input [B T, D], all tokens of it. Allocates nothing.
    package func add(into result: inout Matrix, _ input: Matrix, _ workspace: inout Workspace) {
        let shape = workspace.shape
        precondition(
            input.rows == shape.inputRows && input.columns == dimension, "input of the workspace's shape")
        project(input, &workspace)
        let (size, queries) = (dimension / headCount, shape.outputRows / shape.batch)
        for sequence in 0..<shape.batch {
            let queryRows = shape.consecutiveQueryRows(of: sequence)
            for head in 0..<headCount {
                let columns = head * size..<(head + 1) * size
                let first = (sequence * headCount + head) * queries
                multiplyInto(
                    &workspace.weights, rows: first..<first + queries, columns: 0..<shape.tokens,
                    workspace.projected.block(rows: queryRows, columns: columns),
                    keys(of: sequence, columns, workspace).transposed, scale: 1 / Float(size).squareRoot())
            }
        }
        softmaxRows(&workspace.weights)
        for sequence in 0..<shape.batch {
            for head in 0..<headCount {
                let columns = head * size..<(head + 1) * size
                let first = (sequence * headCount + head) * queries
                multiplyInto(
                    &workspace.context, rows: shape.outputRows(of: sequence), columns: columns,
                    workspace.weights.block(rows: first..<first + queries),
                    values(of: sequence, columns, workspace))
            }
        }
        output.add(into: &result, workspace.context)
    }

    /// Fills `projected`; queries that nobody asks for are left out.
    private func project(_ input: Matrix, _ workspace: inout Workspace) {
        let shape = workspace.shape
        guard !shape.coversAllTokens else { return projection.forward(into: &workspace.projected, input) }
        fillRowsInto(&workspace.projected, projection.bias)
        multiplyInto(
            &workspace.projected, rows: 0..<shape.inputRows, columns: dimension..<3 * dimension, input.block,
            projection.weight.block(rows: dimension..<3 * dimension).transposed, accumulating: true)
        for sequence in 0..<shape.batch {
            let rows = shape.consecutiveQueryRows(of: sequence)
            multiplyInto(
                &workspace.projected, rows: rows, columns: 0..<dimension, input.block(rows: rows),
                projection.weight.block(rows: 0..<dimension).transposed, accumulating: true)
        }
    }

    private func keys(of sequence: Int, _ columns: Range<Int>, _ workspace: Workspace) -> MatrixBlock {
        workspace.projected.block(
            rows: workspace.shape.inputRows(of: sequence),
            columns: dimension + columns.lowerBound..<dimension + columns.upperBound)
    }

    private func values(of sequence: Int, _ columns: Range<Int>, _ workspace: Workspace) -> MatrixBlock {
        workspace.projected.block(
            rows: workspace.shape.inputRows(of: sequence),
            columns: 2 * dimension + columns.lowerBound..<2 * dimension + columns.upperBound)
    }
}
