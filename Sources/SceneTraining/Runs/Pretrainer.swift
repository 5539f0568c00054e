internal import NeuralNet
package import SceneModel
internal import TensorKernels

/// Pre-trains a context network and the pretext heads on films without labels, over frozen embeddings.
package struct Pretrainer<Network: ContextNetwork>: TrainingRun {
    package private(set) var model: PretextModel<Network>
    package private(set) var step = 0
    package let schedule: TrainingSchedule
    package let options: PretextOptions
    private let films: [TrainingFilm]
    private let filmsIdentity: UInt64
    private let sampler: WindowSampler
    private let places: [ShotPlace]
    private let learningRate: LearningRateSchedule
    private var optimizer: Optimizer
    private var pass: PretextStep<Network>
    private var gradient: PretextModel<Network>

    package init(
        _ model: PretextModel<Network>, films: [TrainingFilm], options: PretextOptions,
        schedule: TrainingSchedule
    ) {
        precondition(!films.isEmpty, "a film")
        precondition(
            films.allSatisfy { $0.embeddings.columns == model.network.inputDimension },
            "embeddings of the network's width")
        self.model = model
        self.films = films
        filmsIdentity = TrainingFilm.identity(films)
        self.options = options
        self.schedule = schedule
        sampler = WindowSampler(neighborCount: model.network.neighborCount)
        places = ShotPlace.all(films)
        learningRate = schedule.learningRate(places.count)
        optimizer = Optimizer(schedule.rule)
        pass = PretextStep(
            network: model.network, batch: schedule.windows(places.count), options: options)
        gradient = model.zeroed()
    }

    package var totalSteps: Int { learningRate.totalSteps }
    package var stepsPerEpoch: Int { schedule.stepsPerEpoch(places.count) }

    package mutating func advance() -> TrainingProgress {
        precondition(!isFinished, "a step after the last")
        let examples = schedule.examples(step: step, count: places.count)
        var random = RandomStream(seed: schedule.seed, purpose: .augmentation, step: step)
        let batch = PretextBatch(
            examples.map { places[$0] }, films: films, sampler: sampler, options: options, using: &random)
        var draws = RandomStream(seed: schedule.seed, purpose: .pretextDraws, step: step)
        gradient.clearParameters()
        let losses = pass.run(
            model, PretextStep.Input(ends: batch.ends, windows: batch.windows, centres: batch.centres),
            options: options, gradient: &gradient,
            dropout: schedule.dropout(step: step)
        ) { batch.choices(projectedEnds: $0, projectedShots: $1, using: &draws) }
        let length = gradient.clipLength(to: schedule.gradientLimit ?? .infinity)
        let rate = learningRate.rate(step: step)
        optimizer.step(&model, gradient: &gradient, rate: rate)
        step += 1
        return TrainingProgress(
            step: step, totalSteps: totalSteps,
            epoch: (step - 1) / schedule.stepsPerEpoch(places.count) + 1, windows: examples.count, rate: rate,
            loss: losses.total(options), gradientLength: length, parts: losses)
    }

    package func checkpoint() -> Checkpoint {
        Checkpoint(run: fingerprint, step: step, model: model, optimizer: optimizer)
    }

    package mutating func restore(_ checkpoint: Checkpoint) throws(CheckpointError) {
        try checkpoint.restore(run: fingerprint, model: &model, optimizer: &optimizer)
        step = checkpoint.step
    }

    package func file(_ metadata: ModelMetadata) -> SafetensorsWriter { model.file(metadata) }

    private var fingerprint: String {
        "pretrain \(Network.self) \(schedule) \(options) examples \(places.count) films \(filmsIdentity) "
            + "parameters \(model.parameterCount)"
    }
}
