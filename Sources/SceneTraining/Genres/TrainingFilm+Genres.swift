package import NeuralNet
package import SceneModel
package import TensorKernels

// Shapes: N shots, G genres, E width of the embeddings.

extension TrainingFilm {
    /// A G of every shot [N, E]; zeros for shots that show nothing. Shares must be known unless the prior is
    /// blind.
    package func mixtures(_ prior: GenrePrior) -> Matrix {
        precondition(prior.width == embeddings.columns, "genres in the space of the embeddings")
        guard prior.settings.isBlind else {
            guard let shares = genreShares else { preconditionFailure("a film with its shares of genres") }
            return prior.affinity.mixtures(shares)
        }
        let count = prior.names.count
        var shares = Matrix(rows: shotCount, columns: count)
        let equal = [Float](repeating: 1 / Float(count), count: count)
        for shot in 0..<shotCount where embeddings.row(shot).contains(where: { $0 != 0 }) {
            shares.setRow(shot, to: equal)
        }
        return prior.affinity.mixtures(shares)
    }

    /// Embeddings and mixtures side by side [N, 2E]: what the fusion takes.
    package func joined(with prior: GenrePrior) -> TrainingFilm {
        var rows = Matrix(rows: shotCount, columns: 2 * embeddings.columns)
        copyColumnsInto(&rows, column: 0, embeddings)
        copyColumnsInto(&rows, column: embeddings.columns, mixtures(prior))
        var film = self
        film.embeddings = rows
        return film
    }

    /// The film with the embeddings that the fusion makes.
    package func fused(_ prior: GenrePrior, _ fusion: GenreFusion) -> TrainingFilm {
        var film = self
        film.embeddings = Matrix(rows: shotCount, columns: embeddings.columns)
        fusion.forward(into: &film.embeddings, embeddings, mixtures: mixtures(prior))
        return film
    }

    /// Mean evenness of the films' shares; nil where none knows them.
    package static func genreEvenness(_ films: [TrainingFilm]) -> Double? {
        GenrePrior.evenness(
            films.flatMap { film in
                film.genreShares.map { shares in (0..<shares.rows).map(shares.row) } ?? []
            })
    }
}
