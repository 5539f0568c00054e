package import TextFiles

/// How good answers are when they have to come sooner: the same films, decided with less of what follows.
package enum DelayEvaluation {
    /// One way to decide, and what it told of each film.
    package struct Variant: Sendable {
        /// What limits the wait, as people read it: `8 neighbors`, `deadline 20 s`.
        package var name: String
        /// Seconds within which answers are final; nil if nothing bounds it.
        package var bound: Double?
        /// Parts behind a place that it waits for; 0 where it waits for none.
        package var neighborCount: Int
        /// What it told of each film.
        package var predictions: [FilmPrediction]
        /// The same with probabilities in place of scores; empty where nobody asked.
        package var probabilities: [FilmPrediction] = []
        /// Seconds from each final boundary to its answer.
        package var delays: [Double]

        package init(
            name: String, bound: Double?, neighborCount: Int = 0, predictions: [FilmPrediction] = [],
            delays: [Double] = []
        ) {
            self.name = name
            self.bound = bound
            self.neighborCount = neighborCount
            self.predictions = predictions
            self.delays = delays
        }
    }

    package struct Result: Sendable {
        package var report: EvaluationReport
        package var plot: DelayPlot
        /// For each variant the places that are judged, and have all the parts behind them that it waits for.
        package var places: [[ScoreReliability.Place]]
        /// Labeled boundaries.
        package var boundaryCount: Int
    }

    private static let metrics: [SceneMetric] = [
        .averagePrecision, .f1, .recall, .recallWithin3Seconds, .meanOverlap,
    ]

    /// - Parameters:
    ///   - variants: in the order in which they are reported.
    ///   - request: labels, tolerance and matching; its predictions count for nothing.
    ///   - text: opens labels.
    /// - Returns: one row for each variant, and what can be drawn of them.
    /// - Throws: where labels and films do not fit.
    package static func report(
        _ variants: [Variant], _ request: SceneEvaluation.Request, from text: TextSource
    ) throws(EvaluationError) -> Result {
        var rows: [[ReportCell]] = []
        var plot = DelayPlot()
        var (places, reliabilities) = ([[ScoreReliability.Place]](), [(String, ScoreReliability)]())
        var (films, boundaries, notes) = (0, 0, [String]())
        for variant in variants {
            let joined = try SceneEvaluation.films(request, variant.predictions, from: text)
            let figures = SceneFigures(joined.films, options: request.options)
            (films, boundaries) = (figures.films.count, figures.boundaryCount)
            let delays = variant.delays.sorted()
            let median = delays.isEmpty ? nil : delays[delays.count / 2]
            let tenth = delays.isEmpty ? nil : delays[min(delays.count - 1, delays.count * 9 / 10)]
            let values = metrics.map { figures.value($0, .perFilm) }
            // Each of the last K shots of a film has fewer parts behind it.
            places.append(joined.films.flatMap { $0.places.dropLast(variant.neighborCount) })
            notes = joined.notes
            let asScored = ScoreReliability(joined.films.flatMap(\.places))
            var errors = [asScored.expectedError, asScored.brier]
            if !variant.probabilities.isEmpty {
                let films = try SceneEvaluation.films(request, variant.probabilities, from: text).films
                let reliability = ScoreReliability(films.flatMap(\.places))
                reliabilities.append((variant.name, reliability))
                errors += [reliability.expectedError, reliability.brier]
            }
            rows.append(
                [
                    .text(variant.name), seconds(variant.bound), .count(delays.count), seconds(median),
                    seconds(tenth), seconds(delays.last),
                ] + (values + errors).map { .share(optional: $0) })
            if let median, let precision = values[0], let f1 = values[1] {
                plot.points.append(
                    .init(name: variant.name, delay: median, averagePrecision: precision, f1: f1))
            }
        }
        let report = EvaluationReport(
            kind: "delays",
            settings: [
                ("films", .count(films)), ("boundaries", .count(boundaries)),
                ("tolerance", .seconds(request.tolerance)), ("matching", .text(request.matching.rawValue)),
            ],
            tables: [
                ReportTable(
                    key: "delays", title: "Accuracy against delay, means of films in percent",
                    columns: [
                        .init("variant", "variant"), .init("bound", "bound"), .init("reported", "reported"),
                        .init("median", "median"), .init("nine_of_ten", "nine of ten"),
                        .init("longest", "longest"),
                    ] + metrics.map { .init($0.rawValue, $0.title) } + [
                        .init("ece", "ECE"), .init("brier", "Brier"),
                    ]
                        + (reliabilities.isEmpty
                            ? []
                            : [.init("ece_calibrated", "calibrated"), .init("brier_calibrated", "Brier")]),
                    rows: rows)
            ] + (reliabilities.isEmpty ? [] : [table(reliabilities)]),
            notes: [
                "bound: what is promised; median, nine of ten, longest: seconds of media from a boundary to its final "
                    + "answer, over all boundaries that were reported",
                "neighbors: the window is cut to this many parts after the boundary; deadline: what is undecided then is "
                    + "decided with what is known",
                "ECE: expected calibration error of the scores, over all places where a shot ends and ten bins of scores: "
                    + "how far the share of boundaries lies from the score; Brier: mean squared difference of score and "
                    + "truth" + (reliabilities.isEmpty ? "" : "; calibrated, Brier: of the probabilities")
                    + "; labeled boundaries without a shot are left out",
            ] + notes)
        return Result(report: report, plot: plot, places: places, boundaryCount: boundaries)
    }

    /// For each variant, how many places have a probability in each tenth, and how many of them are
    /// boundaries.
    private static func table(_ reliabilities: [(name: String, value: ScoreReliability)]) -> ReportTable {
        var rows: [[ReportCell]] = []
        for (name, reliability) in reliabilities {
            for bin in reliability.bins where bin.count > 0 {
                rows.append([
                    .text(name), .share(optional: bin.meanScore), .share(optional: bin.share),
                    .count(bin.count), .count(bin.boundaries),
                ])
            }
        }
        return ReportTable(
            key: "reliability", title: "How far probabilities are right, in percent",
            columns: [
                .init("variant", "variant"), .init("probability", "probability"),
                .init("share", "boundaries among them"), .init("places", "places"),
                .init("boundaries", "boundaries"),
            ], rows: rows)
    }

    private static func seconds(_ value: Double?) -> ReportCell { value.map(ReportCell.seconds) ?? .none }
}
