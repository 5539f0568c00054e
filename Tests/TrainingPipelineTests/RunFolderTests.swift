import Foundation
import FoundationXML
import SceneTraining
import TensorKernels
import Testing
import TrainingPipeline

@Suite struct RunFolderTests {
    /// Lines behind the checkpoint, a torn one among them, go; those before stay as they are.
    @Test func metricsAreCutAtTheCheckpoint() throws {
        let folder = try FilmCollectionTests.Folder()
        let run = RunFolder(path: folder.path)
        let lines = (1...5).map {
            MetricsLine(step: $0, epoch: 1, validation: 0.1 * Double($0)).text
        }
        try folder.text("metrics.jsonl", lines.joined() + #"{"step":6,"ep"#)
        try run.cutMetrics(after: 3)
        #expect(try String(contentsOfFile: run.metricsPath, encoding: .utf8) == lines[..<3].joined())
        try run.cutMetrics(after: 0)
        #expect(try String(contentsOfFile: run.metricsPath, encoding: .utf8).isEmpty)
    }

    /// Curves of any run are well-formed pictures, empty ones too.
    @Test func curvesAreSVG() throws {
        var plot = CurvePlot([])
        #expect(XMLParser(data: Data(plot.svg.utf8)).parse())
        plot.losses = (1...5000).map { ($0, 1 / Double($0)) }
        plot.validation = [(100, 0.2), (5000, 0.9)]
        #expect(XMLParser(data: Data(plot.svg.utf8)).parse())
        #expect(plot.svg.count < 60_000 && plot.svg.contains("AP on other films"))
    }

    /// The threshold is where F1 is greatest; the last shot of a film is not judged.
    @Test func thresholdIsTheBestOne() throws {
        let film = TrainingFilm(
            id: "film", embeddings: Matrix(rows: 6, columns: 1), durations: Array(repeating: 1, count: 6),
            labels: [false, true, false, true, false, true])
        let trial = try #require(FilmTrial([film], scores: [[0.1, 0.9, 0.4, 0.8, 0.2, 0]]))
        #expect(trial.threshold == 0.6)
        #expect(trial.averagePrecision == 1)
        let none = TrainingFilm(
            id: "film", embeddings: Matrix(rows: 2, columns: 1), durations: [1, 1], labels: [false, true])
        #expect(try #require(FilmTrial([none], scores: [[0.1, 0.9]])).threshold == nil)
    }

    /// It takes the last score that it should and not the next, however near both are to each other, to 0 or
    /// to 1: it is compared with scores of six decimals.
    @Test(
        arguments: [
            (1.5e-5, 1.2e-5, 1.4e-5), (0.99996, 0.99994, 0.99995), (1e-6, 0, 1e-6), (1, 0.999999, 1),
            (0.5, 0.1, 0.3),
        ] as [(Float, Float, Double)])
    func thresholdsOfConfidentNetworks(last: Float, next: Float, threshold: Double) throws {
        let film = TrainingFilm(
            id: "film", embeddings: Matrix(rows: 3, columns: 1), durations: [1, 1, 1],
            labels: [true, false, true])
        #expect(try #require(FilmTrial([film], scores: [[last, next, 0]])).threshold == threshold)
    }

    /// Of a network that diverged nothing can be said.
    @Test(arguments: [Float.nan, .infinity])
    func scoresThatAreNoNumbers(score: Float) {
        let film = TrainingFilm(
            id: "film", embeddings: Matrix(rows: 3, columns: 1), durations: [1, 1, 1],
            labels: [true, false, true])
        #expect(FilmTrial([film], scores: [[0.5, score, 0.5]]) == nil)
    }
}
