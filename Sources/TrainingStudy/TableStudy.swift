import Foundation
import NeuralNet
import SceneEvaluation
import SceneModel
import SceneTraining
import TensorKernels

/// The large table: every row on four folds, film i of its set in fold i mod 4.
struct TableStudy {
    let folder: String
    let settings: Settings
    var rows = TableRow.all

    /// `out=FILE`, `seeds`, `rows` (names, separated by commas; all if absent), `width`, `epochs`,
    /// `pretrain`.
    func run() throws {
        let ids = try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".safetensors") }.map { String($0.dropLast(12)) }.sorted()
        let films = try StudyFilms(folder: folder, ids: ids, feature: "VGG19").films
        let log = try ResultLog(path: settings.text("out", "table.jsonl"))
        let wanted = settings.text("rows", "").split(separator: ",").map(String.init)
        for seed in 1...settings.int("seeds", 1) {
            for row in rows where wanted.isEmpty || wanted.contains(row.name) {
                // Nothing is drawn in a row without training.
                if [.coherence, .similarity].contains(row.network), seed > 1 { continue }
                guard !log.holds(row.name, seed: seed) else { continue }
                let start = ContinuousClock.now
                let results = scores(row, films.map { row.isSplit ? Self.split($0) : $0 }, seed: UInt64(seed))
                for (name, scores, shown) in results {
                    try log.add(name, seed: seed, shown, scores, since: start)
                }
            }
        }
    }

    /// Scores of all films from folds that did not see them; the detector without labels comes first.
    private func scores(
        _ row: TableRow, _ films: [TrainingFilm], seed: UInt64
    ) -> [(name: String, scores: [[Float]], films: [TrainingFilm])] {
        let width = settings.int("width", 128)
        let inputs = films[0].embeddings.columns
        switch row.network {
        case .coherence:
            let scores = films.map {
                $0.coherence(neighborCount: row.k, cues: ComparedCues(typicalDistances: [0.5]))
            }
            return [(row.name, scores, films)]
        case .similarity:
            return [(row.name, films.map { Self.twoSided($0, row.k) }, films)]
        case .crn:
            let fresh = ContextualRelationNetwork(
                inputDimension: inputs, hiddenDimension: width, innerDimension: 2 * width, headCount: 4,
                layerCount: 2, neighborCount: row.k, hasMask: true, deviation: 0.05, seed: seed)
            guard let pretext = row.pretext else { return [(row.name, folds(fresh, films, seed), films)] }
            var run = Trainer(
                PretextModel(
                    network: fresh,
                    heads: PretextHeads(inputDimension: inputs, hiddenDimension: width, seed: seed)),
                PretextObjective(ContextualRelationNetwork.self, films: films, options: pretext),
                schedule: schedule(settings.int("pretrain", 4), seed))
            run.run { _ in true }
            var results: [(String, [[Float]], [TrainingFilm])] = []
            if pretext.boundaryPrediction > 0 {
                let scores = LabelFreeDetector.model(run.model).scores(films, EmbeddingWindows.self)
                results.append((row.name + ", no labels", scores, films))
            }
            return results + [(row.name, folds(run.model.network, films, seed), films)]
        case .fresh(let kind):
            var options = NetworkOptions(kind: kind)
            options.neighborCount = row.k
            if kind.network.input == .embeddings { options.width = width }
            let network = options.makeNetwork(embeddingWidth: inputs, seed: seed)
            return [(row.name, folds(network, films, seed), films)]
        }
    }

    /// 1 less the greatest cosine similarity between a shot of the left half of the window, its center
    /// included, and one of the right half.
    static func twoSided(_ film: TrainingFilm, _ k: Int) -> [Float] {
        let units = UnitRows(film.embeddings).values
        return (0..<film.shotCount).map { shot in
            let (left, right) = (
                max(0, shot - k)...shot, min(shot + 1, film.shotCount)..<min(shot + k + 1, film.shotCount)
            )
            guard !right.isEmpty else { return 0 }
            var similarities = Matrix(rows: left.count, columns: right.count)
            multiplyInto(
                &similarities, units.block(rows: left.lowerBound..<left.upperBound + 1),
                units.block(rows: right).transposed)
            return 1 - (similarities.values.max() ?? 1)
        }
    }

    private func folds<Network: ContextNetwork>(
        _ network: Network, _ films: [TrainingFilm], _ seed: UInt64
    ) -> [[Float]] {
        switch Network.input {
        case .embeddings: folds(network, films, seed, EmbeddingWindows.self)
        case .relations: folds(network, films, seed, RelationalWindows.self)
        }
    }

    private func folds<Network: ContextNetwork, Source: WindowSource>(
        _ network: Network, _ films: [TrainingFilm], _ seed: UInt64, _: Source.Type
    ) -> [[Float]] {
        let ids = films.map(\.id)
        var scores = films.map { _ in [Float]() }
        let study = RelationalStudy(folder: folder, settings: settings)
        for fold in 0..<4 {
            let training = films.filter { study.foldOf($0.id, ids) % 4 != fold }
            var tuner = Trainer(
                FineTunedModel(
                    network: network, head: BoundaryHead(width: network.hiddenDimension, seed: seed)),
                FineTuningObjective(
                    Network.self, films: training,
                    source: Source(scoring: training, neighborCount: network.neighborCount),
                    isClassBalanced: false), schedule: schedule(settings.int("epochs", 4), seed))
            tuner.run { _ in true }
            let tested = films.indices.filter { study.foldOf(ids[$0], ids) % 4 == fold }
            for (index, found) in zip(tested, tuner.model.scores(tested.map { films[$0] }, Source.self)) {
                scores[index] = found
            }
        }
        return scores
    }

    private func schedule(_ epochs: Int, _ seed: UInt64) -> TrainingSchedule {
        TrainingSchedule(
            epochs: epochs, batchSize: 64, rate: Float(settings.double("rate", 5e-4)), warmupShare: 0.1,
            rule: .adamW(decay: 0.05), dropout: 0.2, gradientLimit: 1, seed: seed)
    }

    /// Shots of more than 10 s become three, as in a stream; only the last ends the shot.
    static func split(_ film: TrainingFilm) -> TrainingFilm {
        var rows: [Int] = []
        var ends: [Int] = []
        for shot in 0..<film.shotCount {
            rows += Array(repeating: shot, count: film.durations[shot] > 10 ? 3 : 1)
            ends.append(rows.count - 1)
        }
        var embeddings = Matrix(rows: rows.count, columns: film.embeddings.columns)
        gatherRowsInto(&embeddings, film.embeddings, rows)
        var labels = [Bool](repeating: false, count: rows.count)
        for (shot, end) in ends.enumerated() { labels[end] = film.labels?[shot] ?? false }
        var result = TrainingFilm(
            id: film.id, embeddings: embeddings,
            durations: rows.map { film.durations[$0] > 10 ? film.durations[$0] / 3 : film.durations[$0] },
            labels: labels)
        result.shotEnds = ends
        return result
    }
}
