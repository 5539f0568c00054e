extension SceneEvaluation {
    /// Two sets of predictions on the same films: for every figure the difference `figures` - `baseline`,
    /// with its interval over resamples that draw the same films for both; and the difference of each film.
    package static func compare(
        _ figures: SceneFigures, with baseline: SceneFigures
    ) throws(EvaluationError) -> [ReportTable] {
        guard figures.films.map(\.id) == baseline.films.map(\.id) else {
            throw .mismatch(
                problem: "the two sets of predictions cover different films",
                remedy: "compare predictions of the same films in the same order")
        }
        let left = figures.resampled()
        let right = baseline.resampled()
        var rows: [[ReportCell]] = []
        for metric in SceneMetric.allCases {
            for scope in SceneMetric.Scope.allCases {
                guard let value = figures.value(metric, scope), let other = baseline.value(metric, scope)
                else { continue }
                let key = SceneFigures.Key(metric, scope)
                let differences = zip(left[key] ?? [], right[key] ?? []).map { left, right -> Double? in
                    guard let left, let right else { return nil }
                    return left - right
                }
                rows.append([
                    .text(metric.rawValue), .text(scope.rawValue), .share(value), .share(other),
                    .share(value - other),
                    .interval(optional: ResampledInterval(differences)),
                ])
            }
        }
        let metrics: [SceneMetric] = [.averagePrecision, .f1, .meanOverlap]
        let films = figures.films.indices.map { film -> [ReportCell] in
            [.text(figures.films[film].id)]
                + metrics.map { metric in
                    guard let value = figures.value(metric, film: film),
                        let other = baseline.value(metric, film: film)
                    else { return .none }
                    return .share(value - other)
                }
        }
        return [
            ReportTable(
                key: "differences", title: "Difference to the baseline, in points of percent",
                columns: [
                    .init("metric", "metric"), .init("scope", "scope"), .init("value", "value"),
                    .init("baseline", "baseline"), .init("difference", "difference"),
                    .init("interval", "95 % over films"),
                ], rows: rows),
            ReportTable(
                key: "film_differences", title: "Difference to the baseline, film by film",
                columns: [.init("film", "film")] + metrics.map { .init($0.rawValue, $0.title) }, rows: films),
        ]
    }
}
