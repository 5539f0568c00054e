import Foundation
import NeuralNet
import SceneModel
import SceneTraining
import TensorKernels

/// How many films a plain CRN needs: trained on more and more real films, and on more and more made-up ones,
/// which cost nothing.
///
/// The network is BaSSL's; its input is `CenteredWindows`. Query and key of its attention start equal, so
/// that attention starts as similarity.
struct CurveStudy {
    let folder: String
    let settings: Settings

    private let k = 8
    private var width: Int { settings.int("width", 64) }
    private var batch: Int { settings.int("batch", 64) }

    /// `out=FILE`, `seeds`; `films` and `real`: counts, separated by commas; `shots` of a made-up film;
    /// `steps` on made-up films, `realsteps` on real ones, `shuffledsteps` on real ones whose numbers are
    /// shuffled, `tunesteps` on real ones after the largest number of made-up ones.
    ///
    /// Real films are trained on in four folds: each seed has an order of its own, of which a point takes the
    /// first.
    func run() throws {
        let ids = try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".safetensors") }.map { String($0.dropLast(12)) }.sorted()
        let real = try StudyFilms(folder: folder, ids: ids, feature: "VGG19").films
        let log = try ResultLog(path: settings.text("out", "curve.jsonl"))
        let start = ContinuousClock.now
        if !log.holds("similarity", seed: 1) {
            let coherence = real.map {
                $0.coherence(neighborCount: k, cues: ComparedCues(typicalDistances: [0.5]))
            }
            try log.add("coherence", seed: 1, real, coherence, since: start)
            try log.add("similarity", seed: 1, real, real.map { TableStudy.twoSided($0, k) }, since: start)
        }
        for seed in 1...settings.int("seeds", 1) {
            let fresh = network(real[0].embeddings.columns, UInt64(seed))
            for count in counts("real", "3,6,12,24") {
                for (label, isShuffled) in [
                    ("\(count) real films", false), ("\(count) real films, shuffled", true),
                ] where !log.holds(label, seed: seed) {
                    let steps =
                        isShuffled ? settings.int("shuffledsteps", 1500) : settings.int("realsteps", 300)
                    try folds(
                        label, fresh, real, count: count, steps: steps, rate: 1e-3, seed,
                        isShuffled: isShuffled, log)
                }
            }
            try madeUp(real, fresh, seed, log)
        }
    }

    private func madeUp(
        _ real: [TrainingFilm], _ fresh: ContextualRelationNetwork, _ seed: Int, _ log: ResultLog
    ) throws {
        let all = counts("films", "25,100,400,1600")
        for count in all {
            let name = "\(count) made-up films"
            let isLast = count == all.last
            let tuned = name + ", then the real ones"
            guard !log.holds(name, seed: seed) || isLast && !log.holds(tuned, seed: seed) else { continue }
            let start = ContinuousClock.now
            let training = films(0..<count, width: real[0].embeddings.columns, seed)
            let tuner = train(fresh, training, steps: settings.int("steps", 6000), rate: 1e-3, seed)
            if !log.holds(name, seed: seed) {
                // Made-up films of numbers that no training reaches.
                let kept = films(1_000_000..<1_000_020, width: real[0].embeddings.columns, seed)
                try log.add(
                    name, seed: seed, real + kept, tuner.model.scores(real + kept, CenteredWindows.self),
                    since: start)
            }
            guard isLast, !log.holds(tuned, seed: seed) else { continue }
            try folds(
                tuned, tuner.model.network, real, count: real.count, steps: settings.int("tunesteps", 330),
                rate: 2e-4, seed, isShuffled: true, log)
        }
    }

    /// Scores of all real films from networks that were trained on at most `count` films of the other folds.
    private func folds(
        _ name: String, _ network: ContextualRelationNetwork, _ real: [TrainingFilm], count: Int, steps: Int,
        rate: Float, _ seed: Int, isShuffled: Bool, _ log: ResultLog
    ) throws {
        let start = ContinuousClock.now
        let study = RelationalStudy(folder: folder, settings: settings)
        let ids = real.map(\.id)
        var scores = real.map { _ in [Float]() }
        for fold in 0..<4 {
            let isTested = ids.map { study.foldOf($0, ids) % 4 == fold }
            var random = RandomStream(seed: UInt64(seed), purpose: .folds)
            let chosen = random.permutation(real.count).filter { !isTested[$0] }.prefix(count).map {
                real[$0]
            }
            let tuner = train(network, chosen, steps: steps, rate: rate, seed, isShuffled: isShuffled)
            let tested = real.indices.filter { isTested[$0] }
            for (index, found) in zip(
                tested, tuner.model.scores(tested.map { real[$0] }, CenteredWindows.self))
            { scores[index] = found }
        }
        try log.add(name, seed: seed, real, scores, since: start)
    }

    private func counts(_ key: String, _ fallback: String) -> [Int] {
        settings.text(key, fallback).split(separator: ",").compactMap { Int($0) }.filter { $0 > 0 }
    }

    private func films(_ numbers: Range<Int>, width: Int, _ seed: Int) -> [TrainingFilm] {
        numbers.map {
            SyntheticFilm.make(
                number: $0, shots: settings.int("shots", 200), traits: SyntheticTraits(), width: width,
                seed: UInt64(seed))
        }
    }

    private func train(
        _ network: ContextualRelationNetwork, _ films: [TrainingFilm], steps: Int, rate: Float, _ seed: Int,
        isShuffled: Bool = false
    ) -> Trainer<FineTuningObjective<ContextualRelationNetwork, CenteredWindows>> {
        let shots = films.reduce(0) { $0 + $1.shotCount }
        var tuner = Trainer(
            FineTunedModel(
                network: network, head: BoundaryHead(width: network.hiddenDimension, seed: UInt64(seed))),
            FineTuningObjective(
                ContextualRelationNetwork.self, films: films,
                source: CenteredWindows(films, neighborCount: k, isShuffled: isShuffled),
                isClassBalanced: false),
            schedule: TrainingSchedule(
                epochs: max(1, steps * batch / shots), batchSize: batch, rate: rate, warmupShare: 0.05,
                rule: .adamW(decay: 0.05), dropout: 0.1, gradientLimit: 1, seed: UInt64(seed)))
        tuner.run { _ in true }
        return tuner
    }

    private func network(_ inputs: Int, _ seed: UInt64) -> ContextualRelationNetwork {
        var random = RandomStream(seed: seed, purpose: .initialWeights)
        let deviation = 1 / Float(width).squareRoot()
        func linear(_ from: Int, _ to: Int, _ scale: Float = 1) -> Linear {
            Linear(inputs: from, outputs: to, deviation: scale * deviation, using: &random)
        }
        let layers = (0..<2).map { _ -> TransformerLayer in
            let alike = linear(width, width, 1.5)
            return TransformerLayer(
                attention: MultiHeadAttention(
                    query: alike, key: alike, value: linear(width, width, 0.6),
                    output: linear(width, width, 0.6), headCount: 4),
                attentionNorm: LayerNorm(dimension: width, epsilon: 1e-12),
                intermediate: linear(width, 2 * width, 0.6), output: linear(2 * width, width, 0.6),
                outputNorm: LayerNorm(dimension: width, epsilon: 1e-12))
        }
        let positions = Linear(inputs: width, outputs: 2 * k + 2, deviation: 0.5, using: &random)
        return ContextualRelationNetwork(
            projection: linear(inputs, width, 0.6), positions: positions.weight,
            inputNorm: LayerNorm(dimension: width, epsilon: 1e-12), layers: layers, maskEmbedding: nil)
    }
}
