internal import SceneFormats
package import TextFiles

/// Labels and lists of cuts in, figures of shot detection out.
package enum ShotEvaluation {
    package struct Request: Hashable, Sendable {
        /// One file per film: exact labels, or any list of cuts.
        package var truth: [String]
        /// One list of cuts per film, in the same order.
        package var predictions: [String]
        /// Pictures per second, for lists in seconds whose labels do not say it.
        package var frameRate: Double?
        /// Frames, for the protocol by position; every one is reported.
        package var tolerances: [Int64]
        /// Frames, for TransNetV2's protocol.
        package var overlapTolerance: Int64

        package init(
            truth: [String], predictions: [String], frameRate: Double? = nil, tolerances: [Int64] = [0, 2],
            overlapTolerance: Int64 = 2
        ) {
            self.truth = truth
            self.predictions = predictions
            self.frameRate = frameRate
            self.tolerances = tolerances
            self.overlapTolerance = overlapTolerance
        }
    }

    /// One film in memory.
    package struct Film: Hashable, Sendable {
        package var truth: ShotTruth
        package var detections: ShotDetections

        package init(truth: ShotTruth, detections: ShotDetections) {
            self.truth = truth
            self.detections = detections
        }
    }

    /// Reads the files of `request` and reports. Throws on the first input that does not fit.
    package static func report(
        _ request: Request, from text: TextSource = TextFile.init(path:)
    ) throws(EvaluationError) -> EvaluationReport {
        guard request.truth.count == request.predictions.count, !request.truth.isEmpty else {
            throw .mismatch(
                problem: "\(request.truth.count) label files and \(request.predictions.count) lists of cuts",
                remedy: "give one list of cuts per label file, in the same order")
        }
        guard (request.tolerances + [request.overlapTolerance]).allSatisfy({ (0...1_000_000).contains($0) })
        else {
            throw .mismatch(problem: "a tolerance is out of range", remedy: "give frames, 0 or more")
        }
        if let rate = request.frameRate, !(rate > 0 && rate <= 1000) {
            throw .mismatch(problem: "the frame rate is \(rate)", remedy: "give pictures per second, above 0")
        }
        var films: [Film] = []
        for (truthPath, path) in zip(request.truth, request.predictions) {
            let files = try EvaluationError.reading { () throws(TextFileError) in
                (truth: try text(truthPath), list: try text(path))
            }
            // Events say what lists of players' times leave open.
            let offset = files.truth.startOffset ?? files.list.startOffset ?? 0
            let truth = try ShotTruth.read(
                path: truthPath, frameRate: request.frameRate, startOffset: offset,
                from: { _ in files.truth })
            let detections = try ShotDetections(
                reading: path, frameRate: truth.frameRate ?? request.frameRate, startOffset: offset,
                from: { _ in files.list })
            films.append(Film(truth: truth, detections: detections))
        }
        return report(films, tolerances: request.tolerances, overlapTolerance: request.overlapTolerance)
    }

    /// The report on films in memory: counts are pooled over films.
    package static func report(_ films: [Film], tolerances: [Int64] = [0, 2], overlapTolerance: Int64 = 2)
        -> EvaluationReport
    {
        var figures: [[ReportCell]] = []
        var kinds: [[ReportCell]] = []
        var perFilm: [[ReportCell]] = []
        for tolerance in tolerances {
            let each = films.map {
                ShotMatching(truth: $0.truth, detections: $0.detections, tolerance: tolerance)
            }
            let sum = each.reduce(ShotMatching(), +)
            figures.append(row("position", "hard cuts", tolerance, sum.hard))
            figures.append(row("position", "all", tolerance, sum.overall))
            kinds.append(row("hard", "cut", tolerance, .init(hits: sum.hardFound, total: sum.hardTotal)))
            kinds += sum.graduals.sorted { $0.key < $1.key }.map {
                row("gradual", $0.key, tolerance, $0.value)
            }
            kinds.append(
                row("gradual", "all", tolerance, .init(hits: sum.gradualFound, total: sum.gradualTotal)))
            kinds += sum.distractors.sorted { $0.key < $1.key }.map {
                row("distractor", $0.key, tolerance, $0.value)
            }
            kinds.append(
                row(
                    "distractor", "all", tolerance,
                    .init(hits: sum.distractorsFired, total: sum.distractorTotal)))
            for (film, matching) in zip(films, each) {
                perFilm.append(row(film, tolerance, matching, overlapTolerance))
            }
            kinds.append([
                .text("duplicate"), .text("all"), .count(Int(tolerance)), .count(sum.duplicates), .none,
                .none,
            ])
        }
        let overlap = films.reduce(DetectionFigures(found: 0, falsePositives: 0, missed: 0)) {
            $0
                + TransitionOverlap.figures(
                    truth: $1.truth, detections: $1.detections, tolerance: overlapTolerance)
        }
        figures.append(row("overlap", "all", overlapTolerance, overlap))
        return EvaluationReport(
            kind: "shots", settings: [("films", .count(films.count))],
            tables: [
                ReportTable(
                    key: "figures", title: "Transitions, counts pooled over films, shares in percent",
                    columns: [
                        .init("protocol", "protocol"), .init("of", "of"), .init("tolerance", "tolerance"),
                        .init("found", "found"), .init("false", "false"), .init("missed", "missed"),
                        .init("precision", "precision"), .init("recall", "recall"), .init("f1", "F1"),
                    ], rows: figures),
                ReportTable(
                    key: "kinds", title: "By kind: found, or fired where nothing may be reported",
                    columns: [
                        .init("class", "class"), .init("kind", "kind"), .init("tolerance", "tolerance"),
                        .init("hits", "hits"), .init("total", "total"), .init("share", "share"),
                    ], rows: kinds),
                ReportTable(
                    key: "films", title: "Film by film, F1 in percent",
                    columns: [
                        .init("film", "film"), .init("tolerance", "tolerance"),
                        .init("detections", "detections"),
                        .init("hard_f1", "hard cuts"), .init("overall_f1", "all"),
                        .init("overlap_f1", "overlap"),
                    ], rows: perFilm),
            ],
            notes: [
                "position: hard cuts one to one within the tolerance; a gradual change is found by a detection in its mixed "
                    + "pictures; the precision of hard cuts counts no detection that found a gradual change",
                "overlap: TransNetV2's protocol, any transition against any other",
            ])
    }

    private static func row(
        _ rule: String, _ name: String, _ tolerance: Int64, _ figures: DetectionFigures
    ) -> [ReportCell] {
        [
            .text(rule), .text(name), .count(Int(tolerance)), .count(figures.found),
            .count(figures.falsePositives),
            .count(figures.missed), .share(figures.precision), .share(figures.recall), .share(figures.f1),
        ]
    }

    private static func row(
        _ group: String, _ kind: String, _ tolerance: Int64, _ tally: ShotMatching.Tally
    ) -> [ReportCell] {
        let share = tally.total == 0 ? ReportCell.none : .share(Double(tally.hits) / Double(tally.total))
        return [
            .text(group), .text(kind), .count(Int(tolerance)), .count(tally.hits), .count(tally.total), share,
        ]
    }

    private static func row(
        _ film: Film, _ tolerance: Int64, _ matching: ShotMatching, _ overlapTolerance: Int64
    ) -> [ReportCell] {
        let overlap = TransitionOverlap.figures(
            truth: film.truth, detections: film.detections, tolerance: overlapTolerance)
        return [
            .text(film.truth.film), .count(Int(tolerance)), .count(film.detections.entries.count),
            .share(matching.hard.f1), .share(matching.overall.f1), .share(overlap.f1),
        ]
    }
}
