internal import NeuralNet
package import TensorKernels

// Shapes: N rows, E width of the embeddings, P projected width.

/// The projection head of shot-scene matching on some rows, with its backward pass.
package struct ProjectionPass: Sendable {
    private let input: Matrix
    private var sums: Matrix
    private var active: Matrix
    private let unit: UnitRows

    /// Projects `input` [N, E].
    package init(_ heads: PretextHeads, _ input: Matrix) {
        self.input = input
        sums = Matrix(rows: input.rows, columns: heads.projectionFirst.outputDimension)
        heads.projectionFirst.forward(into: &sums, input)
        active = sums
        rectifyInto(&active, sums)
        var projected = Matrix(rows: input.rows, columns: heads.projectionSecond.outputDimension)
        heads.projectionSecond.forward(into: &projected, active)
        unit = UnitRows(projected)
    }

    /// Unit vectors [N, P].
    package var projected: Matrix { unit.values }

    /// Adds the head's gradients from that of the unit vectors, and, unless `dInput` is nil, that for the
    /// embeddings to it; frozen embeddings need none.
    package func backward(
        _ dProjected: Matrix, _ heads: PretextHeads, gradient: inout PretextHeads, dInput: inout Matrix?
    ) {
        var dSecond = dProjected
        unit.backward(&dSecond)
        heads.projectionSecond.addGradient(into: &gradient.projectionSecond, dSecond, input: active)
        var dFirst = Matrix(rows: active.rows, columns: active.columns)
        heads.projectionSecond.backpropagate(into: &dFirst, dSecond)
        rectifierGradient(&dFirst, input: sums)
        heads.projectionFirst.addGradient(into: &gradient.projectionFirst, dFirst, input: input)
        if var target = dInput.take() {
            heads.projectionFirst.backpropagate(into: &target, dFirst, accumulating: true)
            dInput = target
        }
    }
}
