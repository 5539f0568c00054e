import Foundation
import NeuralNet
import SceneModel
import SceneSegmentation
import SceneTraining
import TensorKernels

/// What a trained scene encoder adds to boundaries (Movies2Scenes, section 4.2): each shot of a film as a
/// scene of its own, and a network for boundaries over the vectors; on four folds, film i of its set in fold
/// i mod 4. The scene encoder learns from the films of the other folds alone, those of one series being
/// alike.
struct RepresentationStudy {
    let folder: String
    let settings: Settings

    /// What stands for a shot.
    private enum Form: String, CaseIterable {
        /// Its embedding, 1 long.
        case shots
        /// Its vector as a scene.
        case scenes
        /// Both, side by side.
        case both
    }

    /// `out=FILE`, `seeds`, `width`, `epochs`, `steps` (of the scene encoder).
    func run() throws {
        let ids = try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".safetensors") }.map { String($0.dropLast(12)) }.sorted()
        let films = try StudyFilms(folder: folder, ids: ids, feature: "VGG19").films
        let log = try ResultLog(path: settings.text("out", "representation.jsonl"))
        for seed in 1...settings.int("seeds", 5) where !log.holds("crn, both", seed: seed) {
            let start = ContinuousClock.now
            for (name, scores) in scores(films, UInt64(seed)) {
                try log.add(name, seed: seed, films, scores, since: start)
            }
        }
    }

    /// Scores of all films from folds that did not see them, by rows.
    private func scores(_ films: [TrainingFilm], _ seed: UInt64) -> [(String, [[Float]])] {
        let ids = films.map(\.id)
        let study = RelationalStudy(folder: folder, settings: settings)
        var rows: [String: [[Float]]] = [:]
        for fold in 0..<4 {
            let tested = films.indices.filter { study.foldOf(ids[$0], ids) % 4 == fold }
            let training = films.indices.filter { study.foldOf(ids[$0], ids) % 4 != fold }
            let encoder = TrainedSceneEncoder(train(training.map { films[$0] }, seed))
            for form in Form.allCases {
                let seen = films.map { described($0, form, encoder) }
                let (known, unknown) = (training.map { seen[$0] }, tested.map { seen[$0] })
                for (name, found) in networks(known, unknown, seed) {
                    let row = "\(name), \(form.rawValue)"
                    for (index, scores) in zip(tested, found) {
                        rows[row, default: films.map { _ in [] }][index] = scores
                    }
                }
            }
        }
        return ["coherence", "mlp", "crn"].flatMap { name in
            Form.allCases.compactMap { form in
                rows["\(name), \(form.rawValue)"].map { ("\(name), \(form.rawValue)", $0) }
            }
        }
    }

    private func networks(
        _ known: [TrainingFilm], _ unknown: [TrainingFilm], _ seed: UInt64
    ) -> [(String, [[Float]])] {
        let (inputs, width) = (known[0].embeddings.columns, settings.int("width", 128))
        func tune<Network: ContextNetwork>(_ network: Network) -> [[Float]] {
            var tuner = Trainer(
                FineTunedModel(
                    network: network, head: BoundaryHead(width: network.hiddenDimension, seed: seed)),
                FineTuningObjective(
                    Network.self, films: known,
                    source: EmbeddingWindows(known, neighborCount: network.neighborCount),
                    isClassBalanced: false),
                schedule: TrainingSchedule(
                    epochs: settings.int("epochs", 4), batchSize: 64,
                    rate: Float(settings.double("rate", 5e-4)), warmupShare: 0.1, rule: .adamW(decay: 0.05),
                    dropout: 0.2, gradientLimit: 1, seed: seed))
            tuner.run { _ in true }
            return tuner.model.scores(unknown, EmbeddingWindows.self)
        }
        return [
            (
                "coherence",
                unknown.map { $0.coherence(neighborCount: 8, cues: ComparedCues(typicalDistances: [0.5])) }
            ),
            // The paper's head sees four shots; a window here has a center.
            (
                "mlp",
                tune(
                    PerceptronNetwork(
                        inputDimension: inputs, hiddenDimension: width, neighborCount: 2, seed: seed))
            ),
            (
                "crn",
                tune(
                    ContextualRelationNetwork(
                        inputDimension: inputs, hiddenDimension: width, innerDimension: 2 * width,
                        headCount: 4, layerCount: 2, neighborCount: 8, hasMask: true, deviation: 0.05,
                        seed: seed))
            ),
        ]
    }

    private func described(
        _ film: TrainingFilm, _ form: Form, _ encoder: TrainedSceneEncoder
    ) -> TrainingFilm {
        let units = UnitRows(film.embeddings).values
        var result = film
        guard form != .shots else {
            result.embeddings = units
            return result
        }
        let width = film.embeddings.columns
        var scenes = Matrix(rows: film.shotCount, columns: width)
        for shot in 0..<film.shotCount {
            scenes.setRow(shot, to: encoder.encode(film.parts(shot..<shot + 1), width: width))
        }
        guard form == .both else {
            result.embeddings = scenes
            return result
        }
        var joined = Matrix(rows: film.shotCount, columns: 2 * width)
        copyColumnsInto(&joined, column: 0, units)
        copyColumnsInto(&joined, column: width, scenes)
        result.embeddings = joined
        return result
    }

    /// A scene encoder as `scened train scenes` makes it by default, of all films.
    private func train(_ films: [TrainingFilm], _ seed: UInt64) -> SceneTransformer {
        let series = films.map { film -> Set<String> in
            let set = film.id.prefix { $0 != "_" }
            // The open films have no series.
            return [set == "ovsd" ? film.id : String(set)]
        }
        let archive = SceneArchive(
            films: films, similar: SimilarRecordings(labels: series), partners: 8, heldOutShare: 0, seed: seed
        )
        let pairs = max(1, archive.pairBound(window: 9))
        let batch = min(64, pairs)
        var momentum = MomentumOptions.small(pairs: pairs, batch: batch)
        momentum.leastShots = 1
        let epoch = max(1, pairs / batch)
        let options = SceneLearningOptions(
            similarity: SimilarityOptions(
                lengths: films.map(\.shotCount), embeddingWidth: films[0].embeddings.columns),
            similaritySchedule: TrainingSchedule(
                epochs: 4, batchSize: 32, rate: 0.1, warmupShare: 0, rule: .sgd(momentum: 0.9, decay: 0),
                dropout: 0.5, gradientLimit: 1, seed: seed),
            momentum: momentum,
            momentumSchedule: TrainingSchedule(
                epochs: max(1, (settings.int("steps", 200) + epoch / 2) / epoch), batchSize: batch,
                rate: 1e-4, warmupShare: 0.25, rule: .adam(decay: 1e-8), dropout: 0.1, gradientLimit: 5,
                seed: seed),
            sizes: SceneTransformer.Sizes())
        guard var run = SceneEncoderRun(archive, options) else { preconditionFailure("films of two series") }
        run.run { _ in true }
        return run.encoder
    }
}
