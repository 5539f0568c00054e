import Foundation
import NeuralNet
import SceneEvaluation
import SceneModel
import SceneTraining
import TensorKernels

/// Four-fold evaluation of the relational network against the training-free scorer, films kept together.
struct RelationalStudy {
    let folder: String
    let settings: Settings

    /// `against=similarity` compares with the greatest similarity across the cut. `train=all`: four folds.
    /// `train=bbc` or `train=open` trains on those films and tests on the others.
    func run() throws {
        let ids = try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".safetensors") }.map { String($0.dropLast(12)) }.sorted()
        func read(_ feature: String) throws -> [TrainingFilm] {
            try StudyFilms(folder: folder, ids: ids, feature: feature).films
        }
        let films = try read(settings.text("feature", "VGG19"))
        let pool = try settings.text("trainfeatures", "VGG19").split(separator: ",").flatMap {
            try read(String($0))
        }
        let isCrossed = settings.text("train", "all") != "all"
        let k = settings.int("k", 8)
        let seeds = settings.int("seeds", 1)
        let folds = isCrossed ? 1 : settings.int("folds", 4)
        let coherence = films.map {
            $0.coherence(neighborCount: k, cues: ComparedCues(typicalDistances: [0.5]))
        }
        let similarity = films.map { TableStudy.twoSided($0, k) }
        report("similarity", films, similarity, nil)
        report("coherence", films, coherence, similarity)
        let baseline = settings.text("against", "coherence") == "similarity" ? similarity : coherence
        let nothing = films.map { [Float](repeating: 0, count: $0.shotCount) }
        var ensemble = nothing
        var mixed = nothing
        for seed in 0..<seeds {
            var scores = nothing
            for fold in 0..<folds {
                func isTested(_ id: String) -> Bool {
                    isCrossed ? !isChosen(id) : foldOf(id, ids) % folds == fold
                }
                let model = train(
                    pool.filter { !isTested($0.id) && isChosen($0.id) }, k: k,
                    seed: UInt64(seed * 100 + fold + 1))
                var scorer = FilmScorer(model, source: source(films, k, isTraining: false))
                for film in films.indices where isTested(films[film].id) {
                    scores[film] = scorer.scores(film: film, shotCount: films[film].shotCount)
                }
            }
            report("seed \(seed)", films, scores, baseline)
            for film in films.indices {
                for shot in scores[film].indices {
                    ensemble[film][shot] += logit(scores[film][shot]) / Float(seeds)
                }
            }
        }
        if seeds > 1 { report("mean of \(seeds)", films, ensemble, baseline) }
        for film in films.indices {
            for shot in ensemble[film].indices {
                mixed[film][shot] = ensemble[film][shot] + 0.5 * logit(coherence[film][shot])
            }
        }
        report("with coherence", films, mixed, baseline)
    }

    func logit(_ probability: Float) -> Float {
        let bounded = min(max(probability, 1e-4), 1 - 1e-4)
        return log(bounded / (1 - bounded))
    }

    /// Folds go round robin through the sorted ids, data set by data set.
    func foldOf(_ id: String, _ ids: [String]) -> Int {
        let set = id.prefix(3)
        return ids.filter { $0.hasPrefix(set) }.firstIndex(of: id) ?? 0
    }

    func isChosen(_ id: String) -> Bool {
        switch settings.text("train", "all") {
        case "bbc": id.hasPrefix("bbc")
        case "open": !id.hasPrefix("bbc")
        default: true
        }
    }

    func source(_ films: [TrainingFilm], _ k: Int, isTraining: Bool) -> RelationalWindows {
        RelationalWindows(
            films, neighborCount: k, truncationShare: isTraining ? settings.double("truncate", 0) : 0,
            noise: isTraining ? Float(settings.double("noise", 0)) : 0)
    }

    func train(_ films: [TrainingFilm], k: Int, seed: UInt64) -> FineTunedModel<RelationalNetwork> {
        let width = settings.int("width", 64)
        let network = RelationalNetwork(
            neighborCount: k, hiddenDimension: width, innerDimension: settings.int("inner", 2 * width),
            headCount: settings.int("heads", 4), layerCount: settings.int("layers", 2), seed: seed)
        let schedule = TrainingSchedule(
            epochs: settings.int("epochs", 10), batchSize: settings.int("batch", 64),
            rate: Float(settings.double("rate", 1e-3)), warmupShare: 0.1,
            rule: .adamW(decay: Float(settings.double("decay", 0.05))),
            dropout: Float(settings.double("dropout", 0.2)), gradientLimit: 1, seed: seed)
        var tuner = Trainer(
            FineTunedModel(network: network, head: BoundaryHead(width: network.hiddenDimension, seed: seed)),
            FineTuningObjective(
                RelationalNetwork.self, films: films, source: source(films, k, isTraining: true),
                isClassBalanced: settings.int("balanced", 1) == 1), schedule: schedule)
        tuner.run { _ in true }
        return tuner.model
    }

    /// Mean over films of the AP without the last shot.
    func averagePrecision(_ films: [EvaluatedFilm]) -> Double {
        let judged = films.map { film in
            var film = film
            film.endClosesScene = true
            return film
        }
        return SceneFigures(judged).value(.averagePrecision, .perFilm) ?? 0
    }

    /// AP per film without its last shot, averaged over the films of each set, and the difference from a
    /// baseline with its interval over films.
    func report(_ name: String, _ films: [TrainingFilm], _ scores: [[Float]], _ baseline: [[Float]]?) {
        var line = name
        for (set, isBBC) in [("BBC", true), ("OVSD+RAI", false)] {
            let chosen = films.indices.filter { films[$0].id.hasPrefix("bbc") == isBBC }
            // Films that were trained on say nothing.
            if settings.text("train", "all") == (isBBC ? "bbc" : "open") { continue }
            func figures(_ scores: [[Float]]) -> SceneFigures {
                SceneFigures(
                    chosen.compactMap { index -> EvaluatedFilm? in
                        var film = films[index].evaluated(scores: scores[index])
                        film?.endClosesScene = true
                        return film
                    })
            }
            let here = figures(scores)
            line += String(format: "   %@ %.3f", set, here.value(.averagePrecision, .perFilm) ?? 0)
            guard let baseline else { continue }
            let key = SceneFigures.Key(.averagePrecision, .perFilm)
            let before = figures(baseline)
            let gains = zip(here.resampled()[key] ?? [], before.resampled()[key] ?? [])
                .compactMap { pair -> Double? in
                    guard let new = pair.0, let old = pair.1 else { return nil }
                    return new - old
                }.sorted()
            if gains.count > 40 {
                line += String(
                    format: " (%+.3f...%+.3f)", gains[gains.count / 40],
                    gains[gains.count - 1 - gains.count / 40])
            }
        }
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }
}
