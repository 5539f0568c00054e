import Foundation
import NeuralNet
import SceneModel
import SceneTraining
import TensorKernels

/// Trains a relational network on synthetic films alone, tries it on real ones, and writes it as a model
/// file.
struct SyntheticStudy {
    /// Films to try it on; none if the folder is empty.
    let folder: String
    let settings: Settings

    static var traits: [(name: String, path: WritableKeyPath<SyntheticTraits, ClosedRange<Double>>)] {
        [
            ("film", \.film), ("act", \.act), ("scene", \.scene), ("setup", \.setup), ("shot", \.shot),
            ("drift", \.drift), ("sceneLength", \.sceneLength), ("lengthSpread", \.lengthSpread),
            ("recurrence", \.recurrence), ("setups", \.setups), ("insert", \.insert),
            ("discovery", \.discovery),
            ("staying", \.staying), ("shotSeconds", \.shotSeconds), ("shotSpread", \.shotSpread),
            ("edgeLength", \.edgeLength), ("softEntry", \.softEntry), ("softInside", \.softInside),
            ("blank", \.blank),
        ]
    }

    /// `films`, `shots`, `seed`, `width`, `layers`, `epochs`, `rate`, `version` and `evaluation` (texts), a
    /// range `LOW...HIGH` for each trait, `out=FILE`.
    func run() throws {
        var traits = SyntheticTraits()
        for (name, path) in Self.traits {
            let ends = settings.text(name, "").components(separatedBy: "...").compactMap(Double.init)
            if ends.count == 2 { traits[keyPath: path] = ends[0]...ends[1] }
        }
        let seed = UInt64(settings.int("seed", 1))
        let films = (0..<settings.int("films", 1000)).map {
            SyntheticFilm.make(number: $0, shots: settings.int("shots", 200), traits: traits, seed: seed)
        }
        let width = settings.int("width", 64)
        let k = settings.int("k", 8)
        let network = RelationalNetwork(
            neighborCount: k, hiddenDimension: width, innerDimension: 2 * width,
            headCount: settings.int("heads", 4), layerCount: settings.int("layers", 1), seed: seed)
        let schedule = TrainingSchedule(
            epochs: settings.int("epochs", 1), batchSize: settings.int("batch", 64),
            rate: Float(settings.double("rate", 1e-3)), warmupShare: 0.05,
            rule: .adamW(decay: Float(settings.double("decay", 0.05))),
            dropout: Float(settings.double("dropout", 0.1)), gradientLimit: 1, seed: seed)
        var tuner = Trainer(
            FineTunedModel(network: network, head: BoundaryHead(width: network.hiddenDimension, seed: seed)),
            FineTuningObjective(
                RelationalNetwork.self, films: films,
                source: RelationalWindows(
                    films, neighborCount: k, truncationShare: settings.double("truncate", 0.1),
                    noise: Float(settings.double("noise", 0.3))), isClassBalanced: false), schedule: schedule)
        var mean = 0.0
        tuner.run {
            mean = $0.step == 1 ? $0.loss : 0.99 * mean + 0.01 * $0.loss
            return true
        }
        print(String(format: "%d steps, loss %.4f", tuner.step, mean))
        if settings.text("out", "") != "" {
            var metadata = ModelMetadata()
            metadata.context = .relational
            metadata.neighborCount = k
            metadata.headCount = settings.int("heads", 4)
            metadata.architecture = RelationalNetwork.name
            metadata.threshold = settings.double("threshold", 0.5)
            metadata.source =
                "\(films.count) synthetic films of \(settings.int("shots", 200)) shots (SyntheticFilm)"
            metadata.seed = "\(seed)"
            metadata.version = settings.text("version", "").isEmpty ? nil : settings.text("version", "")
            metadata.evaluation =
                settings.text("evaluation", "").isEmpty ? nil : settings.text("evaluation", "")
            metadata.license = "Apache-2.0"
            try tuner.file(metadata).write(to: settings.text("out", ""))
        }
        guard !folder.isEmpty else { return }
        let ids = try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".safetensors") }.map { String($0.dropLast(12)) }.sorted()
        let reporter = RelationalStudy(folder: folder, settings: settings)
        for feature in ["VGG19", "HSV"] {
            let real = try StudyFilms(folder: folder, ids: ids, feature: feature).films
            let coherence = real.map {
                $0.coherence(neighborCount: k, cues: ComparedCues(typicalDistances: [0.5]))
            }
            let scores = tuner.model.scores(real, RelationalWindows.self)
            reporter.report(feature, real, scores, coherence)
            let mixed = zip(scores, coherence).map { network, plain in
                zip(network, plain).map { reporter.logit($0) + reporter.logit($1) }
            }
            reporter.report(feature + " with coherence", real, mixed, coherence)
        }
    }
}
