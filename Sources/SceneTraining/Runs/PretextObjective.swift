internal import NeuralNet
package import SceneModel
internal import TensorKernels

/// The pretext tasks on films without labels, by a context network and the pretext heads over frozen
/// embeddings.
package struct PretextObjective<Network: ContextNetwork>: Objective {
    private let options: PretextOptions
    private let films: [TrainingFilm]
    package let filmsIdentity: UInt64
    private let places: [ShotPlace]

    package init(_: Network.Type, films: [TrainingFilm], options: PretextOptions) {
        self.films = films
        self.options = options
        filmsIdentity = TrainingFilm.identity(films)
        places = ShotPlace.all(films)
    }

    package var exampleCount: Int { places.count }
    package var title: String { "pretrain \(Network.self)" }
    package var details: String { "\(options)" }

    package func makeRoom(_ model: PretextModel<Network>, batch: Int) -> PretextStep<Network> {
        precondition(
            films.allSatisfy { $0.embeddings.columns == model.network.inputDimension },
            "embeddings of the network's width")
        return PretextStep(network: model.network, batch: batch, options: options)
    }

    package func addGradient(
        _ step: TrainingStep, _ model: PretextModel<Network>, room: inout PretextStep<Network>,
        gradient: inout PretextModel<Network>
    ) -> TrainingLoss {
        var random = step.stream(.augmentation)
        let batch = PretextBatch(
            step.examples.map { places[$0] }, films: films,
            sampler: WindowSampler(neighborCount: model.network.neighborCount), options: options,
            using: &random)
        let losses = room.run(model, batch, step, gradient: &gradient)
        return TrainingLoss(total: losses.total(options), parts: losses)
    }

    package func file(_ model: PretextModel<Network>, _ metadata: ModelMetadata) -> SafetensorsWriter {
        model.file(metadata)
    }
}

extension PretextStep {
    /// One step on a batch, with the choices that the step draws.
    mutating func run(
        _ model: PretextModel<Network>, _ batch: PretextBatch, _ step: TrainingStep,
        gradient: inout PretextModel<Network>
    ) -> PretextLosses {
        var draws = step.stream(.pretextDraws)
        return run(
            model,
            Input(
                ends: batch.ends, windows: batch.windows, centers: batch.centers, origins: batch.origins),
            options: batch.options, gradient: &gradient, dropout: step.dropout
        ) { batch.choices(projectedEnds: $0, projectedShots: $1, using: &draws) }
    }
}
