internal import Platform

/// All figures of one set of predictions on one set of films, pooled, per film, and over resamples of the
/// films.
package struct SceneFigures: Sendable {
    /// What the figures depend on besides labels and predictions.
    package struct Options: Hashable, Sendable {
        /// A score at or above it is a predicted boundary (F1, accuracies); above it (recall, mIoU).
        package var threshold: Double
        package var resamples: Int
        package var seed: UInt64

        package init(threshold: Double = 0.5, resamples: Int = 2000, seed: UInt64 = 20_260_101) {
            precondition(resamples >= 0, "resamples are counted")
            self.threshold = threshold
            self.resamples = resamples
            self.seed = seed
        }
    }

    package let films: [EvaluatedFilm]
    package let options: Options
    let ranking: RankedShots
    private let counts: [FilmCounts]
    private let filmAreas: [RankedShots.Areas]

    package init(_ films: [EvaluatedFilm], options: Options = Options()) {
        self.films = films
        self.options = options
        ranking = RankedShots(films)
        counts = films.map { FilmCounts($0, threshold: options.threshold) }
        filmAreas = films.map { RankedShots([$0]).areas(weights: [1]) }
    }

    package var shotCount: Int { counts.reduce(0) { $0 + $1.positives + $1.negatives } }
    package var boundaryCount: Int { counts.reduce(0) { $0 + $1.positives } }

    /// What average precision would be without any knowledge; nil without a boundary. For `perFilm`, the mean
    /// over films with a boundary.
    package func chance(_ chance: ChanceOfPrecision, _ scope: SceneMetric.Scope) -> Double? {
        switch scope {
        case .pooled: chance.value(positives: boundaryCount, of: shotCount)
        case .perFilm:
            mean(
                counts.map { chance.value(positives: $0.positives, of: $0.positives + $0.negatives) },
                weights: everyFilmOnce)
        }
    }

    /// Precision and recall over all films together.
    package var curve: PrecisionRecallCurve {
        PrecisionRecallCurve(
            points: ranking.curvePoints(), prevalence: chance(.prevalence, .pooled) ?? 0,
            averagePrecision: value(.averagePrecision, .pooled) ?? 0)
    }

    /// F1 over the threshold, over all films together, where no other rule decides.
    package var thresholds: ThresholdCurve { ThresholdCurve(points: ranking.thresholdPoints()) }

    /// The figure of one film; nil where it is unknown: AP without a boundary, mIoU without shot ranges.
    package func value(_ metric: SceneMetric, film: Int) -> Double? {
        switch metric {
        case .averagePrecision: filmAreas[film].averagePrecision
        case .rocArea: filmAreas[film].rocArea
        default: counts[film].figure(metric)
        }
    }

    package func value(_ metric: SceneMetric, _ scope: SceneMetric.Scope) -> Double? {
        switch scope {
        case .perFilm: mean(films.indices.map { value(metric, film: $0) }, weights: everyFilmOnce)
        case .pooled:
            switch metric {
            case .averagePrecision: ranking.areas(weights: everyFilmOnce).averagePrecision
            case .rocArea: ranking.areas(weights: everyFilmOnce).rocArea
            case .meanOverlap: nil
            default: FilmCounts.pooled(counts, weights: everyFilmOnce).figure(metric)
            }
        }
    }

    /// A metric in a scope.
    package struct Key: Hashable, Sendable {
        package var metric: SceneMetric
        package var scope: SceneMetric.Scope

        package init(_ metric: SceneMetric, _ scope: SceneMetric.Scope) {
            self.metric = metric
            self.scope = scope
        }
    }

    /// Every figure over `options.resamples` resamples of the films (as many films as there are, drawn with
    /// replacement). Equal seeds and film counts draw equal resamples, so that differences of two sets of
    /// predictions can be paired. Empty with fewer than two films. O(resamples * shots).
    package func resampled() -> [Key: [Double?]] {
        guard films.count > 1 else { return [:] }
        var generator = SeededGenerator(seed: options.seed)
        var values: [Key: [Double?]] = [:]
        let filmValues = SceneMetric.allCases.map { metric in films.indices.map { value(metric, film: $0) } }
        for _ in 0..<options.resamples {
            var weights = [Int](repeating: 0, count: films.count)
            for _ in films.indices { weights[generator.position(below: films.count)] += 1 }
            let areas = ranking.areas(weights: weights)
            let pooled = FilmCounts.pooled(counts, weights: weights)
            for (metric, ofFilms) in zip(SceneMetric.allCases, filmValues) {
                let together: Double? =
                    switch metric {
                    case .averagePrecision: areas.averagePrecision
                    case .rocArea: areas.rocArea
                    default: pooled.figure(metric)
                    }
                values[Key(metric, .pooled), default: []].append(together)
                values[Key(metric, .perFilm), default: []].append(mean(ofFilms, weights: weights))
            }
        }
        return values
    }

    private var everyFilmOnce: [Int] { [Int](repeating: 1, count: films.count) }

    /// Mean over the films whose figure is known; nil if none is.
    private func mean(_ values: [Double?], weights: [Int]) -> Double? {
        var sum = 0.0
        var count = 0
        for (value, weight) in zip(values, weights) where weight > 0 {
            guard let value else { continue }
            sum += value * Double(weight)
            count += weight
        }
        return count == 0 ? nil : sum / Double(count)
    }
}
