import Foundation
import NeuralNet
import SceneModel
import SceneTraining
import TensorKernels

/// How many films a plain CRN needs: trained on more and more made-up films, tried on others of their kind and on real
/// ones, then fine-tuned on the real ones.
///
/// The network is BaSSL's; its input is `CentredWindows`. Query and key of its attention start equal, so that attention
/// starts as similarity.
struct CurveStudy {
    let folder: String
    let settings: Settings

    private var width: Int { settings.int("width", 64) }
    private let k = 8

    /// `films` (counts, separated by commas), `shots`, `steps`, `shuffled`, `seed`; `tune=0` leaves the real films' labels
    /// alone.
    func run() throws {
        let ids = try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".safetensors") }.map { String($0.dropLast(12)) }.sorted()
        let real = try StudyFilms(folder: folder, ids: ids, feature: "VGG19").films
        let inputs = real[0].embeddings.columns
        let seed = UInt64(settings.int("seed", 1))
        let shots = settings.int("shots", 200)
        let reporter = RelationalStudy(folder: folder, settings: settings)
        let coherence = real.map { $0.coherence(neighborCount: k, typicalDistance: 0.5) }
        let similarity = real.map { TableStudy.twoSided($0, k) }
        reporter.report("coherence", real, coherence, nil)
        reporter.report("similarity", real, similarity, nil)
        func films(_ numbers: Range<Int>) -> [TrainingFilm] {
            numbers.map {
                SyntheticFilm.make(
                    number: $0, shots: shots, traits: SyntheticTraits(), width: inputs, seed: seed)
            }
        }
        // Made-up films of numbers that no training reaches.
        let kept = films(1_000_000..<1_000_020)
        var last = network(inputs, seed)
        for count in settings.text("films", "25,100,400,1600,3200").split(separator: ",").compactMap({
            Int($0)
        }) {
            let training = films(0..<count)
            let epochs = max(1, settings.int("steps", 12000) * 64 / (count * shots))
            let tuner = train(network(inputs, seed), training, epochs: epochs, rate: 1e-3, seed)
            last = tuner.model.network
            let found = zip(kept, tuner.scores(kept)).compactMap { $0.evaluated(scores: $1) }
            let ap = reporter.averagePrecision(found)
            reporter.report(
                "\(count) made-up films, \(tuner.step) steps, AP on others of them "
                    + String(format: "%.3f", ap), real, tuner.scores(real), similarity)
        }
        guard settings.int("tune", 1) == 1 else { return }
        for (name, start, epochs, rate) in [
            ("then 3 epochs of real films", last, 3, Float(2e-4)),
            ("real films alone, shuffled, 30 epochs", network(inputs, seed), 30, Float(1e-3)),
        ] {
            var scores = real.map { _ in [Float]() }
            for fold in 0..<4 {
                let isTested = real.map { reporter.foldOf($0.id, real.map(\.id)) % 4 == fold }
                let tuner = train(
                    start, real.indices.filter { !isTested[$0] }.map { real[$0] }, epochs: epochs, rate: rate,
                    seed, isShuffled: true)
                for index in real.indices where isTested[index] {
                    scores[index] = tuner.scores([real[index]])[0]
                }
            }
            reporter.report(name, real, scores, similarity)
            reporter.report(name + ", against coherence", real, scores, coherence)
        }
    }

    private func train(
        _ network: ContextualRelationNetwork, _ films: [TrainingFilm], epochs: Int, rate: Float,
        _ seed: UInt64, isShuffled: Bool? = nil
    ) -> FineTuner<ContextualRelationNetwork, CentredWindows> {
        var tuner = FineTuner(
            FineTunedModel(network: network, head: BoundaryHead(width: network.hiddenDimension, seed: seed)),
            films: films,
            source: CentredWindows(
                films, neighborCount: k, isShuffled: isShuffled ?? (settings.int("shuffled", 0) == 1)),
            schedule: TrainingSchedule(
                epochs: epochs, batchSize: 64, rate: rate, warmupShare: 0.05, rule: .adamW(decay: 0.05),
                dropout: 0.1, gradientLimit: 1, seed: seed), isClassBalanced: false)
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
