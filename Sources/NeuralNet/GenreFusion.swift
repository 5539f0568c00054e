package import TensorKernels

// Shapes: N tokens or shots, D width of the embeddings.

/// What becomes of an embedding and its mixture of genres A G: the only part of the shot encoder that learns
/// (Genre and Duration, ICLR 2026).
///
/// All forms are linear, so that the mean over key frames may be taken before or after. A row whose mixture
/// is zero stands for a shot that shows nothing, and stays as it is.
package struct GenreFusion: Equatable, Sendable {
    /// How genres come in.
    package enum Form: String, Hashable, Sendable, CaseIterable {
        /// V + A G W: the paper's affinity-guided residual. W starts at zero, where nothing changes.
        case residual
        /// [V ; A G] through a layer of its own, which starts by chance: the paper's frame-level
        /// concatenation.
        case frames
        /// Genres stand beside the token in one sequence, which is pooled by one softmax: a V + A G W with W
        /// from 1 and the token's own share a. A form of the paper's token-level concatenation, which it does
        /// not print.
        case tokens
        /// V + b, without any genre: a control.
        case bias
    }

    package let form: Form
    /// W [D, D]; of `frames` [2D, D], the embedding first. Rows are inputs, as in the formula. Empty for
    /// `bias`.
    package var weight: Matrix
    /// [D] for `frames` and `bias`, else empty.
    package var bias: [Float]

    package init(form: Form, weight: Matrix, bias: [Float]) {
        let width = form == .bias ? bias.count : weight.columns
        precondition(weight.rows == Self.rows(form, width: width), "a weight of the form's shape")
        precondition(bias.count == (Self.hasBias(form) ? width : 0), "a bias where the form has one")
        self.form = form
        self.weight = weight
        self.bias = bias
    }

    /// Where training starts, for embeddings of D numbers.
    package init(form: Form, width: Int, seed: UInt64) {
        let rows = Self.rows(form, width: width)
        var weight = Matrix(rows: rows, columns: form == .bias ? 0 : width)
        switch form {
        case .residual, .bias: break
        case .tokens: for place in 0..<width { weight[place, place] = 1 }
        case .frames:
            var normal = NormalGenerator(RandomStream(seed: seed, purpose: .initialWeights, step: 2))
            // As large as what PyTorch's layers start with.
            let deviation = 1 / (6 * Float(width)).squareRoot()
            weight = Matrix(
                rows: rows, columns: width, values: normal.values(count: rows * width, deviation: deviation))
        }
        self.init(
            form: form, weight: weight,
            bias: [Float](repeating: 0, count: Self.hasBias(form) ? width : 0))
    }

    /// D.
    package var width: Int { form == .bias ? bias.count : weight.columns }

    /// Rows of the weight.
    package static func rows(_ form: Form, width: Int) -> Int {
        switch form {
        case .residual, .tokens: width
        case .frames: 2 * width
        case .bias: 0
        }
    }

    package static func hasBias(_ form: Form) -> Bool { form == .frames || form == .bias }

    /// Whether nothing changes: the residual or the bias is zero.
    package var isIdentity: Bool {
        form != .frames && weight.values.allSatisfy { $0 == 0 } && bias.allSatisfy { $0 == 0 }
    }

    /// output [N, D] of embeddings and mixtures [N, D] each. Where `isIdentity`, the embeddings to the bit.
    package func forward(into output: inout Matrix, _ embeddings: Matrix, mixtures: Matrix) {
        precondition(embeddings.columns == width && mixtures.columns == width, "the fusion's width")
        guard !isIdentity else {
            return copyRowsInto(&output, from: 0, embeddings, rows: 0..<embeddings.rows)
        }
        switch form {
        case .residual, .tokens:
            copyRowsInto(&output, from: 0, embeddings, rows: 0..<embeddings.rows)
            multiplyInto(&output, mixtures.block, weight.block, accumulating: true)
        case .frames:
            multiplyInto(&output, embeddings.block, weight.block(rows: 0..<width))
            multiplyInto(&output, mixtures.block, weight.block(rows: width..<2 * width), accumulating: true)
        case .bias: copyRowsInto(&output, from: 0, embeddings, rows: 0..<embeddings.rows)
        }
        guard Self.hasBias(form) else { return }
        let shown = Self.shownRows(mixtures)
        let (bias, width) = (bias, width)
        output.modifyValues { values in
            for row in shown { for column in 0..<width { values[row * width + column] += bias[column] } }
        }
    }

    /// The same of one embedding, to equal bits whatever others there are. `transposed`: of this weight.
    package func fused(_ embedding: [Float], mixture: [Float], transposed: Matrix) -> [Float] {
        guard !isIdentity else { return embedding }
        switch form {
        case .residual, .tokens:
            return zip(embedding, rowProducts(transposed, mixture)).map { $0 + $1 }
        case .frames:
            return zip(rowProducts(transposed, embedding + mixture), bias).map { $0 + $1 }
        case .bias: return zip(embedding, bias).map { $0 + $1 }
        }
    }

    /// The weight with its sides exchanged.
    package var transposedWeight: Matrix {
        var values = [Float](repeating: 0, count: weight.rows * weight.columns)
        for row in 0..<weight.rows {
            for column in 0..<weight.columns { values[column * weight.rows + row] = weight[row, column] }
        }
        return Matrix(rows: weight.columns, columns: weight.rows, values: values)
    }

    /// Rows of a shot that shows something.
    private static func shownRows(_ mixtures: Matrix) -> [Int] {
        let (values, width) = (mixtures.values, mixtures.columns)
        return (0..<mixtures.rows).filter { row in
            values[row * width..<(row + 1) * width].contains { $0 != 0 }
        }
    }
}

extension GenreFusion: ParameterTree {
    /// Adds the gradient of weight and bias, from that of the output [N, D] and what the forward pass saw:
    /// dW = (A G)^T dV'. Embeddings and affinities are frozen.
    package func addGradient(
        into gradient: inout GenreFusion, _ dOutput: Matrix, embeddings: Matrix, mixtures: Matrix
    ) {
        switch form {
        case .residual, .tokens:
            multiplyInto(&gradient.weight, mixtures.transposed, dOutput.block, accumulating: true)
        case .frames:
            multiplyInto(
                &gradient.weight, rows: 0..<width, columns: 0..<width, embeddings.transposed, dOutput.block,
                accumulating: true)
            multiplyInto(
                &gradient.weight, rows: width..<2 * width, columns: 0..<width, mixtures.transposed,
                dOutput.block, accumulating: true)
        case .bias: break
        }
        guard Self.hasBias(form) else { return }
        let values = dOutput.values
        for row in Self.shownRows(mixtures) {
            for column in 0..<width { gradient.bias[column] += values[row * width + column] }
        }
    }

    package mutating func visitParameters(
        _ path: String, _ body: (String, [Int], inout [Float], Range<Int>) -> Void
    ) {
        if form != .bias {
            let shape = [weight.rows, weight.columns]
            weight.modifyValues { body(path + "weight", shape, &$0, 0..<$0.count) }
        }
        if !bias.isEmpty { body(path + "bias", [bias.count], &bias, 0..<bias.count) }
    }
}
