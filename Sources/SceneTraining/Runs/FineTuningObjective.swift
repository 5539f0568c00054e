internal import NeuralNet
package import SceneModel
internal import TensorKernels

// Shapes: B windows, S = 2K+1 shots, E width of what the network sees of a shot.

/// Boundaries as labels show them, by a context network and its head over frozen embeddings.
package struct FineTuningObjective<Network: ContextNetwork, Source: WindowSource>: Objective {
    /// Loss with half the weight for each class of the batch (BaSSL's), or with equal weights.
    private let isClassBalanced: Bool
    private let source: Source
    package let filmsIdentity: UInt64
    private let places: [ShotPlace]
    private let labels: [Int]

    package struct Room: Sendable {
        fileprivate var pass: FineTuneStep<Network>
        /// [B S, E].
        fileprivate var windows: Matrix
    }

    /// Films without labels are left out. `source` shows the same films.
    package init(_: Network.Type, films: [TrainingFilm], source: Source, isClassBalanced: Bool = true) {
        places = ShotPlace.all(films, labeledOnly: true)
        labels = places.map { films[$0.film].labels?[$0.shot] == true ? 1 : 0 }
        filmsIdentity = TrainingFilm.identity(films)
        self.source = source
        self.isClassBalanced = isClassBalanced
    }

    package var exampleCount: Int { places.count }
    package var title: String { "finetune \(Network.self)" }
    package var details: String { "balanced \(isClassBalanced) \(source.variation)" }

    package func makeRoom(_ model: FineTunedModel<Network>, batch: Int) -> Room {
        precondition(
            source.width == model.network.inputDimension
                && source.neighborCount == model.network.neighborCount,
            "windows of the network's shape")
        return Room(
            pass: FineTuneStep(network: model.network, batch: batch),
            windows: Matrix(rows: batch * (2 * source.neighborCount + 1), columns: source.width))
    }

    package func addGradient(
        _ step: TrainingStep, _ model: FineTunedModel<Network>, room: inout Room,
        gradient: inout FineTunedModel<Network>
    ) -> TrainingLoss {
        var random: RandomStream? = step.stream(.augmentation)
        for (window, example) in step.examples.enumerated() {
            source.write(places[example], into: &room.windows, window: window, random: &random)
        }
        let chosen = step.examples.map { labels[$0] }
        return TrainingLoss(
            total: room.pass.run(
                model, windows: room.windows, labels: chosen,
                weights: isClassBalanced
                    ? SoftmaxCrossEntropy.balancedWeights(chosen) : SoftmaxCrossEntropy.meanWeights(chosen),
                gradient: &gradient, dropout: step.dropout))
    }

    package func file(_ model: FineTunedModel<Network>, _ metadata: ModelMetadata) -> SafetensorsWriter {
        model.file(metadata)
    }

    package func scores(_ model: FineTunedModel<Network>, _ films: [TrainingFilm]) -> [[Float]]? {
        model.scores(films, Source.self)
    }
}

extension FineTunedModel {
    /// Probability that a scene ends, for each shot of each film, as a source shows them without variation.
    package func scores<Source: WindowSource>(_ films: [TrainingFilm], _: Source.Type) -> [[Float]] {
        guard !films.isEmpty else { return [] }
        var scorer = FilmScorer(
            self, source: Source(scoring: films, neighborCount: network.neighborCount))
        return films.indices.map { scorer.scores(film: $0, shotCount: films[$0].shotCount) }
    }
}
