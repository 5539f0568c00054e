import Foundation
import NeuralNet
import SceneEvaluation
import SceneModel
import SceneTraining
import TensorKernels

/// The recipe of "Genre and Duration" (ICLR 2026) on features of annotated films: pre-training with the
/// fusion of genres on all of them, fine-tuning with it frozen on four folds, film i of its set in fold i mod
/// 4.
struct GenreStudy {
    let folder: String
    let settings: Settings

    /// `sentences`, `names` and `shuffled`: model files of `scened model import --genres`, by `--genre-text`;
    /// `out=FILE`, `seeds`, `rows` (names, separated by semicolons; all if absent), `width`, `epochs`,
    /// `pretrain`, `temperature`, `feature`.
    func run() throws {
        let ids = try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".safetensors") }.map { String($0.dropLast(12)) }.sorted()
        let films = try StudyFilms(folder: folder, ids: ids, feature: settings.text("feature", "VGG19")).films
        let log = try ResultLog(path: settings.text("out", "genres.jsonl"))
        let wanted = settings.text("rows", "").split(separator: ";").map(String.init)
        for seed in 1...settings.int("seeds", 1) {
            for row in GenreRow.all where wanted.isEmpty || wanted.contains(row.name) {
                guard !log.holds(row.name, seed: seed) else { continue }
                let start = ContinuousClock.now
                let (read, prior) = try read(row, films)
                if seed == 1, let evenness = TrainingFilm.genreEvenness(read) {
                    print("\(row.name): entropy of affinities \(GenrePrior.decimal(evenness))")
                }
                let (scores, shown) = scores(row, read, prior, seed: UInt64(seed))
                try log.add(row.name, seed: seed, shown, scores, since: start)
            }
        }
    }

    /// The films as the row's encoder reads them.
    private func read(
        _ row: GenreRow, _ films: [TrainingFilm]
    ) throws -> (films: [TrainingFilm], prior: GenrePrior?) {
        guard var wanted = row.settings else { return (films, nil) }
        if case .cosine = wanted.affinity {
            wanted.affinity = .cosine(temperature: Float(settings.double("temperature", 0.05)))
        }
        let file = try SafetensorsFile(path: settings.text(wanted.text.rawValue, ""))
        guard let stored = try GenrePrior.read(file)?.prior else {
            fatalError("\(file.path) holds no genres: give \(wanted.text.rawValue)=MODEL")
        }
        let prior = GenrePrior(
            names: stored.names, fileDigest: stored.fileDigest, settings: wanted,
            vectors: stored.affinity.genres)
        let read = films.map { film in
            var result = film
            var shares = Matrix(rows: film.shotCount, columns: prior.names.count)
            for shot in 0..<film.shotCount {
                let (base, row) = prior.read(film.embeddings.row(shot))
                result.embeddings.setRow(shot, to: base)
                shares.setRow(shot, to: row)
            }
            result.genreShares = shares
            return result
        }
        return (read, prior)
    }

    /// Scores of all films from folds that did not see their labels, and the films as they were judged.
    private func scores(
        _ row: GenreRow, _ films: [TrainingFilm], _ prior: GenrePrior?, seed: UInt64
    ) -> (scores: [[Float]], films: [TrainingFilm]) {
        let (inputs, width) = (films[0].embeddings.columns, settings.int("width", 128))
        let fresh = ContextualRelationNetwork(
            inputDimension: inputs, hiddenDimension: width, innerDimension: 2 * width, headCount: 4,
            layerCount: 2, neighborCount: 8, hasMask: true, deviation: 0.05, seed: seed)
        func fusion(_ prior: GenrePrior) -> GenreFusion {
            GenreFusion(form: prior.settings.fusion, width: inputs, seed: seed)
        }
        if row.isDirect {
            return (folds(films, seed) { tune(fresh, prior.map(fusion), prior, $0, seed) }, films)
        }
        let heads = PretextHeads(inputDimension: inputs, hiddenDimension: width, seed: seed)
        let pretext = PretextOptions(groupMatching: 0, maskedModeling: 0, rule: .anchors(row.anchors))
        let inner = PretextModel(network: fresh, heads: heads)
        let plan = schedule(settings.int("pretrain", 4), seed)
        var (network, fused) = (fresh, films)
        if let prior {
            var run = Trainer(
                GenreModel(fusion: fusion(prior), inner: inner),
                GenrePretextObjective(
                    ContextualRelationNetwork.self, films: films, prior: prior, options: pretext),
                schedule: plan)
            run.run { _ in true }
            network = run.model.inner.network
            fused = films.map { $0.fused(prior, run.model.fusion) }
        } else {
            var run = Trainer(
                inner, PretextObjective(ContextualRelationNetwork.self, films: films, options: pretext),
                schedule: plan)
            run.run { _ in true }
            network = run.model.network
        }
        if row.isSplit { fused = fused.map(TableStudy.split) }
        return (folds(fused, seed) { tune(network, nil, nil, $0, seed) }, fused)
    }

    /// What a fold's training gives to score films with.
    private typealias Tuned = ([TrainingFilm]) -> [[Float]]

    private func tune(
        _ network: ContextualRelationNetwork, _ fusion: GenreFusion?, _ prior: GenrePrior?,
        _ films: [TrainingFilm], _ seed: UInt64
    ) -> Tuned {
        let model = FineTunedModel(
            network: network, head: BoundaryHead(width: network.hiddenDimension, seed: seed))
        let plan = schedule(settings.int("epochs", 4), seed)
        if let fusion, let prior {
            var run = Trainer(
                GenreModel(fusion: fusion, inner: model),
                GenreFineTuningObjective(
                    ContextualRelationNetwork.self, films: films, prior: prior,
                    neighborCount: network.neighborCount, isClassBalanced: false), schedule: plan)
            run.run { _ in true }
            return { run.scores($0) ?? [] }
        }
        var run = Trainer(
            model,
            FineTuningObjective(
                ContextualRelationNetwork.self, films: films,
                source: EmbeddingWindows(films, neighborCount: network.neighborCount), isClassBalanced: false),
            schedule: plan)
        run.run { _ in true }
        return { run.scores($0) ?? [] }
    }

    private func folds(
        _ films: [TrainingFilm], _ seed: UInt64, _ tune: ([TrainingFilm]) -> Tuned
    ) -> [[Float]] {
        let ids = films.map(\.id)
        var scores = films.map { _ in [Float]() }
        let study = RelationalStudy(folder: folder, settings: settings)
        for fold in 0..<4 {
            let tuned = tune(films.filter { study.foldOf($0.id, ids) % 4 != fold })
            let tested = films.indices.filter { study.foldOf(ids[$0], ids) % 4 == fold }
            for (index, found) in zip(tested, tuned(tested.map { films[$0] })) { scores[index] = found }
        }
        return scores
    }

    private func schedule(_ epochs: Int, _ seed: UInt64) -> TrainingSchedule {
        TrainingSchedule(
            epochs: epochs, batchSize: 64, rate: Float(settings.double("rate", 5e-4)), warmupShare: 0.1,
            rule: .adamW(decay: 0.05), dropout: 0.2, gradientLimit: 1, seed: seed)
    }
}
