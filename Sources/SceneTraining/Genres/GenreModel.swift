package import NeuralNet
internal import TensorKernels

/// What is trained with genres: their fusion, the only part of the shot encoder that learns, and what reads
/// the embeddings.
package struct GenreModel<Inner: ParameterTree & Sendable>: ParameterTree, Sendable {
    package var fusion: GenreFusion
    package var inner: Inner

    package init(fusion: GenreFusion, inner: Inner) { (self.fusion, self.inner) = (fusion, inner) }

    /// Names of a model file: `genres.` and those of what is inside.
    package mutating func visitParameters(
        _ path: String, _ body: (String, [Int], inout [Float], Range<Int>) -> Void
    ) {
        fusion.visitParameters(path + "genres.", body)
        inner.visitParameters(path, body)
    }
}

/// The fusion's pass over the rows of a batch.
struct GenrePass: Sendable {
    /// [N, E] each.
    private var embeddings: Matrix
    private var mixtures: Matrix
    private(set) var fused: Matrix

    init(rows: Int, width: Int) {
        embeddings = Matrix(rows: rows, columns: width)
        (mixtures, fused) = (embeddings, embeddings)
    }

    /// Of rows [N, 2E] as `TrainingFilm.joined` has them.
    mutating func forward(_ fusion: GenreFusion, _ joined: Matrix) {
        copyColumnsInto(&embeddings, from: 0, joined)
        copyColumnsInto(&mixtures, from: embeddings.columns, joined)
        fusion.forward(into: &fused, embeddings, mixtures: mixtures)
    }

    func backward(_ fusion: GenreFusion, _ dFused: Matrix, gradient: inout GenreFusion) {
        fusion.addGradient(into: &gradient, dFused, embeddings: embeddings, mixtures: mixtures)
    }
}
