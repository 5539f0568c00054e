import TestSupport
import SceneEvaluation
import Testing

struct SceneFigureTests {
    struct Goldens: Decodable {
        var ap: Double
        var auc: Double
        var f1: Double
        var chance: Double
        var curve: [[Double]]
        var ap_per_film: [Double]
        var miou_per_film: [Double]
    }

    static func figures(resamples: Int = 0, seed: UInt64 = 1) throws -> SceneFigures {
        let path = Files.fixture("films.json")
        let request = SceneEvaluation.Request(labels: [path], predictions: [path])
        return SceneFigures(
            try SceneEvaluation.films(request, request.predictions).films,
            options: .init(resamples: resamples, seed: seed))
    }

    @Test func figuresEqualThoseOfScikitLearn() throws {
        let golden = try Files.json(Goldens.self, Files.fixture("figures.json"))
        let figures = try Self.figures()
        expectNear(figures.value(.averagePrecision, .pooled), golden.ap)
        expectNear(figures.value(.rocArea, .pooled), golden.auc)
        expectNear(figures.value(.f1, .pooled), golden.f1)
        expectNear(figures.chance(.prevalence, .pooled), golden.chance)
        let films = figures.films.indices.compactMap { figures.value(.averagePrecision, film: $0) }
        #expect(films.count == golden.ap_per_film.count)
        for (value, expected) in zip(films, golden.ap_per_film) { expectNear(value, expected) }
        expectNear(
            figures.value(.averagePrecision, .perFilm), golden.ap_per_film.reduce(0, +) / Double(films.count))
        for (film, expected) in golden.miou_per_film.enumerated() {
            expectNear(figures.value(.meanOverlap, film: film), expected)
        }
        expectNear(
            figures.value(.meanOverlap, .perFilm),
            golden.miou_per_film.reduce(0, +) / Double(golden.miou_per_film.count))
        #expect(figures.value(.meanOverlap, .pooled) == nil)
    }

    @Test func curveEqualsThatOfScikitLearnAndItsAreaIsTheAveragePrecision() throws {
        let golden = try Files.json(Goldens.self, Files.fixture("figures.json"))
        let curve = try Self.figures().curve
        #expect(curve.points.count == golden.curve.count)
        for (point, expected) in zip(curve.points, golden.curve) {
            expectNear(point.recall, expected[0])
            expectNear(point.precision, expected[1])
            expectNear(point.threshold, expected[2])
        }
        var area = 0.0
        var recall = 0.0
        for point in curve.points {
            area += (point.recall - recall) * point.precision
            recall = point.recall
        }
        expectNear(area, curve.averagePrecision)
        try Golden.compare(curve.svg(title: "a < b & c"), with: "evaluation/curve.svg")
    }

    /// Every point of the curve has the figures of a report with that threshold, and the best one is the best
    /// of them.
    @Test func thresholdsGiveTheFiguresOfTheirReports() throws {
        let figures = try Self.figures()
        let curve = figures.thresholds
        let scores = Set(figures.films.flatMap(\.rankedShots).map(\.score).filter { $0 > 0 })
        #expect(curve.points.map(\.threshold) == scores.sorted())
        for point in curve.points.enumerated().filter({ $0.offset % 7 == 0 }).map(\.element) {
            let report = SceneFigures(figures.films, options: .init(threshold: point.threshold))
            expectNear(report.value(.f1, .pooled), point.f1)
        }
        let best = try #require(curve.best)
        #expect(curve.points.allSatisfy { $0.f1 <= best.f1 })
        try Golden.compare(curve.svg(title: "Thresholds"), with: "evaluation/thresholds.svg")
        #expect(ThresholdCurve(points: []).best == nil)
    }

    /// A score of exactly 0.5 is a boundary for F1 and the accuracies, none for recall and mIoU.
    @Test func aScoreAtTheThresholdCountsAsTheReferenceCountsIt() {
        let shots = [(0.5, true), (0.2, false), (0.5, false), (0.9, true)].enumerated().map { index, shot in
            EvaluatedShot(
                index: index, range: ShotRange(start: Double(index) * 100, end: Double(index) * 100 + 99),
                isBoundary: shot.1, score: shot.0)
        }
        let figures = SceneFigures([EvaluatedFilm(id: "tie", shots: shots)])
        expectNear(figures.value(.f1, .pooled), 0.8)
        expectNear(figures.value(.accuracyOfBoundaries, .pooled), 2 / 2.00001)
        expectNear(figures.value(.accuracyOfOthers, .pooled), 1 / 2.00001)
        expectNear(figures.value(.accuracy, .pooled), 3 / 4.00001)
        expectNear(figures.value(.recall, .pooled), 0.5)
        // One predicted scene, 0...399; labeled are 0...99 and 100...399.
        let small = 99.0 / 399
        let large = 299.0 / 399
        expectNear(figures.value(.meanOverlap, .perFilm), ((small + large) / 2 + large) / 2)
    }

    @Test(arguments: [
        (71.0, 1, 1.0),  // less than 3 s at 24 frames a second
        (72.0, 1, 0.0),  // exactly 3 s
        (10.0, 5, 1.0),  // five shots away
        (10.0, 6, 0.0),  // six shots away
    ])
    func recallWithin3SecondsLooksFiveShotsAndLessThan3SecondsFar(
        distance: Double, shots: Int, expected: Double
    ) {
        let step = distance / Double(shots)
        let film = EvaluatedFilm(
            id: "near",
            shots: (0...shots).map { index in
                let end = Double(index) * step
                return EvaluatedShot(
                    index: index, range: ShotRange(start: end, end: end), isBoundary: index == 0,
                    score: index == shots ? 0.9 : 0.1)
            })
        expectNear(SceneFigures([film]).value(.recallWithin3Seconds, .perFilm), expected / 1.00001)
    }

    @Test func withoutShotRangesOverlapIsUnknownAndTheRestIsKnown() {
        let film = EvaluatedFilm(
            id: "x",
            shots: [
                EvaluatedShot(index: 0, isBoundary: true, score: 1),
                EvaluatedShot(index: 1, isBoundary: false, score: 0),
            ])
        let figures = SceneFigures([film])
        #expect(figures.value(.meanOverlap, .perFilm) == nil)
        #expect(figures.value(.recallWithin3Seconds, .pooled) == nil)
        expectNear(figures.value(.averagePrecision, .pooled), 1)
    }

    @Test func resamplesAreSeededAndTheirIntervalHoldsTheValue() throws {
        let figures = try Self.figures(resamples: 500, seed: 3)
        let first = figures.resampled()
        #expect(first == figures.resampled())
        #expect(first != (try Self.figures(resamples: 500, seed: 4)).resampled())
        let report = SceneEvaluation.report(figures)
        let rows = try #require(report.tables.first { $0.key == "figures" }).rows
        for row in rows {
            guard case .share(let value) = row[3], case .interval(let interval) = row[4] else {
                Issue.record("no interval in \(row)")
                continue
            }
            #expect(interval.low <= value && value <= interval.high)
            #expect(interval.low < interval.high)
        }
    }

    /// A network that diverged gives no numbers: its shots rank below all others, in one place.
    @Test func scoresThatAreNoNumbers() {
        let scores: [(Double, Bool)] = [(.nan, true), (0.5, true), (.nan, false), (0, false), (.nan, false)]
        let film = EvaluatedFilm(
            id: "film",
            shots: scores.enumerated().map {
                EvaluatedShot(index: $0, isBoundary: $1.1, score: $1.0)
            })
        let ranked = RankedShots([film])
        // One of the two is found first, the other with all five shots.
        expectNear(ranked.areas(weights: [1]).averagePrecision, (1 + 2.0 / 5) / 2)
        #expect(ranked.curvePoints().map(\.recall) == [0.5, 1])
        #expect(ranked.thresholdPoints().map(\.threshold) == [0.5])
        let none = RankedShots([
            EvaluatedFilm(id: "film", shots: [EvaluatedShot(index: 0, isBoundary: true, score: .nan)])
        ])
        #expect(none.areas(weights: [1]).averagePrecision == 1)
    }

    /// A resample is a weighting of films: AP of weights 2, 0, 1 is AP of the films listed so.
    @Test func weightsEqualRepetition() throws {
        let films = try Self.figures().films
        let weights = [2, 0, 1, 3, 0]
        let listed = zip(films, weights).flatMap { [EvaluatedFilm](repeating: $0, count: $1) }
        let weighted = RankedShots(films).areas(weights: weights)
        let repeated = RankedShots(listed).areas(weights: [Int](repeating: 1, count: listed.count))
        expectNear(weighted.averagePrecision, try #require(repeated.averagePrecision))
        expectNear(weighted.rocArea, try #require(repeated.rocArea))
    }

    @Test func aFilmComparedWithItselfDiffersByNothingAndABetterOneIsBetter() throws {
        let figures = try Self.figures(resamples: 200)
        let same = try SceneEvaluation.compare(figures, with: figures)[0]
        for row in same.rows { #expect(row[4] == .share(0)) }
        let perfect = figures.films.map { film in
            var film = film
            for shot in film.shots.indices { film.shots[shot].score = film.shots[shot].isBoundary ? 1 : 0 }
            return film
        }
        let better = try SceneEvaluation.compare(
            SceneFigures(perfect, options: figures.options), with: figures)[0]
        let row = try #require(better.rows.first { $0[0] == .text("ap") && $0[1] == .text("pooled") })
        guard case .interval(let interval) = row[5] else {
            Issue.record("no interval")
            return
        }
        #expect(interval.low > 0)
        let others = SceneFigures(Array(figures.films.dropLast()), options: figures.options)
        #expect(throws: EvaluationError.self) { try SceneEvaluation.compare(figures, with: others) }
    }

    @Test func theReportIsTheSameInTextAndJSON() throws {
        let report = SceneEvaluation.report(try Self.figures(resamples: 100), notes: ["a \"note\""])
        try Golden.compare(report.text, with: "evaluation/report.txt")
        try Golden.compare(report.json, with: "evaluation/report.json")
        struct Document: Decodable {
            struct Row: Decodable { var metric: String, scope: String, value: Double }
            struct Tables: Decodable { var figures: [Row] }
            var tables: Tables
        }
        let document = try Files.json(Document.self, Files.fixture("report.json"))
        let pooled = document.tables.figures.first { $0.metric == "ap" && $0.scope == "pooled" }
        expectNear(
            pooled?.value, try #require(Self.figures().value(.averagePrecision, .pooled)), within: 1e-6)
    }
}
