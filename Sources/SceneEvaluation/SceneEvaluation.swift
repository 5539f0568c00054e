package import TextFiles

/// Labels and scores of scene boundaries in, figures out.
package enum SceneEvaluation {
    package struct Request: Hashable, Sendable {
        /// Files or folders: BaSSL annotations (`.ndjson`), LGSS label lists, tables (CSV, JSON), scene
        /// labels in time.
        package var labels: [String]
        /// Files or folders: tables with scores, or event streams of scened.
        package var predictions: [String]
        /// A second set of predictions to compare with; empty: none.
        package var baseline: [String]
        /// Frame ranges of shots (`shot_movie318`): a folder, or a file for a single film.
        package var shotRanges: String?
        /// Seconds, for labels in time: see `BoundaryMatching`.
        package var tolerance: Double
        /// For labels in time.
        package var matching: BoundaryMatching
        package var options: SceneFigures.Options

        package init(
            labels: [String], predictions: [String], baseline: [String] = [], shotRanges: String? = nil,
            tolerance: Double = 0.5, matching: BoundaryMatching = .intervals,
            options: SceneFigures.Options = .init()
        ) {
            self.labels = labels
            self.predictions = predictions
            self.baseline = baseline
            self.shotRanges = shotRanges
            self.tolerance = tolerance
            self.matching = matching
            self.options = options
        }
    }

    /// Reads the files of `request` as `text` opens them, and reports. Throws on the first input that does
    /// not fit.
    package static func report(
        _ request: Request, from text: TextSource = TextFile.init(path:)
    ) throws(EvaluationError) -> EvaluationReport {
        let joined = try films(request, request.predictions, from: text)
        let figures = SceneFigures(joined.films, options: request.options)
        var report = report(
            figures, tolerance: request.tolerance, matching: request.matching, notes: joined.notes)
        if !request.baseline.isEmpty {
            let baseline = SceneFigures(
                try films(request, request.baseline, from: text).films, options: request.options)
            report.tables += try compare(figures, with: baseline)
        }
        return report
    }

    /// The labels of `request` joined with the predictions in the files at `paths`, and what a reader must
    /// know about them.
    package static func films(
        _ request: Request, _ paths: [String], from text: TextSource = TextFile.init(path:)
    ) throws(EvaluationError) -> (films: [EvaluatedFilm], notes: [String]) {
        try films(request, FilmPrediction.readAll(paths, from: text), from: text)
    }

    /// The labels of `request` joined with `predictions`, and what a reader must know about them.
    package static func films(
        _ request: Request, _ predictions: [FilmPrediction], from text: TextSource
    ) throws(EvaluationError) -> (films: [EvaluatedFilm], notes: [String]) {
        let options = request.options
        guard request.tolerance.isFinite, request.tolerance >= 0 else {
            throw .mismatch(
                problem: "the tolerance is \(request.tolerance)", remedy: "give seconds, 0 or more")
        }
        guard options.threshold.isFinite, abs(options.threshold) <= 1e9 else {
            throw .mismatch(
                problem: "the threshold is \(options.threshold)", remedy: "give a number from 0 to 1")
        }
        let join = FilmJoin(
            labels: request.labels, shotRanges: request.shotRanges, tolerance: request.tolerance,
            matching: request.matching)
        let joined = try join.join(predictions, from: text)
        return (joined.films, joined.notes)
    }

    /// The report on figures that were made without files. `tolerance` and `matching` are stated where labels
    /// were in time.
    package static func report(
        _ figures: SceneFigures, tolerance: Double? = nil, matching: BoundaryMatching = .intervals,
        notes: [String] = []
    ) -> EvaluationReport {
        let options = figures.options
        let timed = figures.films.count { $0.scenes != nil }
        var notes = notes
        let open = figures.films.flatMap(\.unlabeled)
        if !open.isEmpty {
            let seconds = Decimals.fixed(open.reduce(0) { $0 + $1.end - $1.start }, digits: 1)
            notes.append(
                "labels that are intervals: \(open.count), \(seconds) s in all; a boundary inside is right, and of "
                    + "several shots that end there the reported one counts, or else the one with the highest score"
            )
        }
        if figures.films.contains(where: { film in film.shots.contains { $0.decision != nil } }) {
            notes.append(
                "of event streams, predicted boundaries are the final ones of the run; the threshold does not apply"
            )
        }
        if figures.films.contains(where: { film in film.shots.contains { $0.range == nil } }) {
            notes.append("films whose shots have no frame ranges have no mIoU and no recall@3s")
        }
        let empty = figures.films.indices.count { figures.value(.averagePrecision, film: $0) == nil }
        if empty > 0 {
            notes.append("films without a boundary, which have no AP and no AUC-ROC of their own: \(empty)")
        }
        if figures.films.count < 2 { notes.append("intervals need two films or more") }
        var settings: [(name: String, value: ReportCell)] = [
            ("films", .count(figures.films.count)), ("shots", .count(figures.shotCount)),
            ("boundaries", .count(figures.boundaryCount)),
            ("threshold", .text(Decimals.fixed(options.threshold, digits: 6))),
            ("resamples", .count(options.resamples)), ("seed", .text("\(options.seed)")),
        ]
        if timed > 0, let tolerance { settings.append(("tolerance", .seconds(tolerance))) }
        let byShot = timed < figures.films.count ? ["by shot"] : []
        let inTime = timed > 0 ? ["in time, \(matching.rawValue)"] : []
        settings.append(("matching", .text((byShot + inTime).joined(separator: "; "))))
        let (curve, thresholds) = (figures.curve, figures.thresholds)
        if let best = thresholds.best {
            notes.append(
                "highest pooled F1 on these films, by threshold alone: "
                    + "\(Decimals.fixed(best.f1 * 100, digits: 2)) % at \(Decimals.fixed(best.threshold, digits: 6))"
            )
        }
        return EvaluationReport(
            kind: "scenes", settings: settings,
            tables: [figureTable(figures), filmTable(figures), missedTable(figures)], notes: notes,
            curve: curve.points.isEmpty ? nil : curve,
            thresholds: thresholds.points.isEmpty ? nil : thresholds)
    }

    private static func figureTable(_ figures: SceneFigures) -> ReportTable {
        let resampled = figures.resampled()
        var rows: [[ReportCell]] = []
        for metric in SceneMetric.allCases {
            for scope in SceneMetric.Scope.allCases {
                guard let value = figures.value(metric, scope) else { continue }
                let interval = resampled[.init(metric, scope)].flatMap { ResampledInterval($0) }
                let chances: [Double?] = ChanceOfPrecision.allCases.map { chance in
                    switch (metric, chance) {
                    case (.averagePrecision, _): figures.chance(chance, scope)
                    case (.rocArea, .randomOrder): 0.5
                    default: nil
                    }
                }
                rows.append(
                    [
                        .text(metric.rawValue), .text(metric.title), .text(scope.title), .share(value),
                        .interval(optional: interval),
                    ] + chances.map { .share(optional: $0) } + [
                        .text(metric.referenceScope == scope ? "yes" : "")
                    ])
            }
        }
        return ReportTable(
            key: "figures", title: "Scene boundaries, in percent",
            columns: [
                .init("metric", "metric"), .init("title", "name"), .init("scope", "scope"),
                .init("value", "value"),
                .init("interval", "95 % over films"), .init("prevalence", "prevalence"),
                .init("random_order", "random order"), .init("reference", "as published"),
            ], rows: rows)
    }

    private static func filmTable(_ figures: SceneFigures) -> ReportTable {
        let metrics: [SceneMetric] = [
            .averagePrecision, .rocArea, .f1, .recall, .recallWithin3Seconds, .meanOverlap,
        ]
        let rows = figures.films.indices.map { film -> [ReportCell] in
            let ranked = figures.films[film].rankedShots
            let missed = figures.films[film].missed.count
            let boundaries = ranked.count(where: \.isBoundary) + missed
            let cells: [ReportCell] = [
                .text(figures.films[film].id), .count(ranked.count + missed), .count(boundaries),
                .count(missed),
            ]
            return cells + metrics.map { .share(optional: figures.value($0, film: film)) }
        }
        let counts: [ReportTable.Column] = [
            .init("film", "film"), .init("shots", "shots"), .init("boundaries", "boundaries"),
            .init("missed", "no shot"),
        ]
        return ReportTable(
            key: "films", title: "Film by film, in percent",
            columns: counts + metrics.map { .init($0.rawValue, $0.title) }, rows: rows)
    }

    private static func missedTable(_ figures: SceneFigures) -> ReportTable {
        ReportTable(
            key: "missed", title: "Labeled boundaries without a detected shot",
            columns: [.init("film", "film"), .init("time", "time"), .init("shot", "inside shot")],
            rows: figures.films.flatMap { film in
                film.missed.map { [.text(film.id), .seconds($0.time), .count($0.shot)] }
            })
    }
}

extension SceneMetric.Scope {
    fileprivate var title: String {
        switch self {
        case .pooled: "pooled"
        case .perFilm: "mean of films"
        }
    }
}
