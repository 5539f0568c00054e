internal import NeuralNet
package import SceneModel
internal import TensorKernels

// Shapes: B windows, S = 2K+1 shots, E width of what the network sees of a shot.

/// Trains a context network and its boundary head on films with labels, over frozen embeddings.
package struct FineTuner<Network: ContextNetwork, Source: WindowSource>: FineTuning {
    package private(set) var model: FineTunedModel<Network>
    package private(set) var step = 0
    package let schedule: TrainingSchedule
    /// Loss with half the weight for each class of the batch (BaSSL's), or with equal weights.
    package let isClassBalanced: Bool
    private let source: Source
    private let filmsIdentity: UInt64
    private let places: [ShotPlace]
    private let labels: [Int]
    private let learningRate: LearningRateSchedule
    private var optimizer: Optimizer
    private var pass: FineTuneStep<Network>
    private var gradient: FineTunedModel<Network>
    private var windows: Matrix

    /// Films without labels are left out. `source` shows the same films.
    package init(
        _ model: FineTunedModel<Network>, films: [TrainingFilm], source: Source, schedule: TrainingSchedule,
        isClassBalanced: Bool = true
    ) {
        precondition(
            source.width == model.network.inputDimension
                && source.neighborCount == model.network.neighborCount,
            "windows of the network's shape")
        places = ShotPlace.all(films, labelledOnly: true)
        filmsIdentity = TrainingFilm.identity(films)
        precondition(!places.isEmpty, "a film with labels")
        labels = places.map { films[$0.film].labels?[$0.shot] == true ? 1 : 0 }
        self.model = model
        self.source = source
        self.schedule = schedule
        self.isClassBalanced = isClassBalanced
        learningRate = schedule.learningRate(places.count)
        optimizer = Optimizer(schedule.rule)
        let batch = schedule.windows(places.count)
        pass = FineTuneStep(network: model.network, batch: batch)
        gradient = model.zeroed()
        windows = Matrix(rows: batch * (2 * source.neighborCount + 1), columns: source.width)
    }

    package var totalSteps: Int { learningRate.totalSteps }
    package var stepsPerEpoch: Int { schedule.stepsPerEpoch(places.count) }

    package mutating func advance() -> TrainingProgress {
        precondition(!isFinished, "a step after the last")
        let examples = schedule.examples(step: step, count: places.count)
        var random: RandomStream? = RandomStream(seed: schedule.seed, purpose: .augmentation, step: step)
        for (window, example) in examples.enumerated() {
            source.write(places[example], into: &windows, window: window, random: &random)
        }
        let chosen = examples.map { labels[$0] }
        gradient.clearParameters()
        let loss = pass.run(
            model, windows: windows, labels: chosen,
            weights: isClassBalanced
                ? SoftmaxCrossEntropy.balancedWeights(chosen) : SoftmaxCrossEntropy.meanWeights(chosen),
            gradient: &gradient, dropout: schedule.dropout(step: step))
        let length = gradient.clipLength(to: schedule.gradientLimit ?? .infinity)
        let rate = learningRate.rate(step: step)
        optimizer.step(&model, gradient: &gradient, rate: rate)
        step += 1
        return TrainingProgress(
            step: step, totalSteps: totalSteps,
            epoch: (step - 1) / schedule.stepsPerEpoch(places.count) + 1, windows: examples.count, rate: rate,
            loss: loss, gradientLength: length)
    }

    package func checkpoint() -> Checkpoint {
        Checkpoint(run: fingerprint, step: step, model: model, optimizer: optimizer)
    }

    package mutating func restore(_ checkpoint: Checkpoint) throws(CheckpointError) {
        try checkpoint.restore(run: fingerprint, model: &model, optimizer: &optimizer)
        step = checkpoint.step
    }

    package func file(_ metadata: ModelMetadata) -> SafetensorsWriter { model.file(metadata) }

    package func scores(_ films: [TrainingFilm]) -> [[Float]] {
        guard !films.isEmpty else { return [] }
        var scorer = FilmScorer(
            model, source: Source(scoring: films, neighborCount: source.neighborCount))
        return films.indices.map { scorer.scores(film: $0, shotCount: films[$0].shotCount) }
    }

    private var fingerprint: String {
        "finetune \(Network.self) \(schedule) balanced \(isClassBalanced) \(source.variation) examples "
            + "\(places.count) films \(filmsIdentity) parameters \(model.parameterCount)"
    }
}
