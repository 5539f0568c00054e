package import SceneEvaluation
package import SceneTraining

/// How well scores find the labeled boundaries of films. AP as in `docs/measurements/training.md`: per film,
/// the last shot left out, then the mean over films.
package struct FilmTrial: Sendable {
    package let figures: SceneFigures

    package init(_ films: [TrainingFilm], scores: [[Float]]) {
        figures = SceneFigures(
            films.indices.compactMap { index -> EvaluatedFilm? in
                var film = films[index].evaluated(scores: scores[index])
                film?.endClosesScene = true
                return film
            })
    }

    /// nil where no film has an inner boundary.
    package var averagePrecision: Double? { figures.value(.averagePrecision, .perFilm) }

    /// The threshold at which the boundaries of all films together are found best (F1); the mean of two
    /// neighboring scores. nil where no film has an inner boundary.
    package var threshold: Double? {
        let ranked = figures.films.flatMap(\.rankedShots).sorted { $0.score > $1.score }
        let total = ranked.count(where: \.isBoundary)
        guard total > 0 else { return nil }
        var (found, best, threshold) = (0, 0.0, 0.5)
        for (index, shot) in ranked.enumerated() {
            found += shot.isBoundary ? 1 : 0
            let next = index + 1 < ranked.count ? ranked[index + 1].score : 0
            guard next < shot.score else { continue }
            let value = 2 * Double(found) / Double(index + 1 + total)
            if value > best { (best, threshold) = (value, (shot.score + next) / 2) }
        }
        return (threshold * 10_000).rounded() / 10_000
    }
}
