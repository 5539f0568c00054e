package import SceneEvaluation
package import SceneTraining
internal import Timeline

/// How well scores find the labeled boundaries of films. AP as in `docs/measurements/training.md`: per film,
/// the last shot left out, then the mean over films.
package struct FilmTrial: Sendable {
    package let figures: SceneFigures

    /// nil where a score is no number: the network diverged, and nothing can be said of it.
    package init?(_ films: [TrainingFilm], scores: [[Float]]) {
        guard scores.allSatisfy({ $0.allSatisfy(\.isFinite) }) else { return nil }
        figures = SceneFigures(
            films.indices.compactMap { index -> EvaluatedFilm? in
                var film = films[index].evaluated(scores: scores[index])
                film?.endClosesScene = true
                return film
            })
    }

    /// nil where no film has an inner boundary.
    package var averagePrecision: Double? { figures.value(.averagePrecision, .perFilm) }

    /// The threshold at which the boundaries of all films together are found best (F1), by scores as
    /// decisions compare them (contract 8): the middle between the last that it takes and the next, which it
    /// never takes, however near to each other or to 0 or 1 both are. nil where no film has an inner
    /// boundary.
    package var threshold: Double? {
        let ranked = figures.films.flatMap(\.rankedShots)
            .map { (millionths: Score($0.score).millionths, isBoundary: $0.isBoundary) }
            .sorted { $0.millionths > $1.millionths }
        let total = ranked.count(where: \.isBoundary)
        guard total > 0 else { return nil }
        var (found, best, threshold) = (0, 0.0, Score(0.5).millionths)
        for (index, shot) in ranked.enumerated() {
            found += shot.isBoundary ? 1 : 0
            let next = index + 1 < ranked.count ? ranked[index + 1].millionths : 0
            guard next < shot.millionths else { continue }
            let value = 2 * Double(found) / Double(index + 1 + total)
            // Rounded up: above the next score, at most this one.
            if value > best { (best, threshold) = (value, (shot.millionths + next + 1) / 2) }
        }
        return Double(threshold) / 1_000_000
    }
}
