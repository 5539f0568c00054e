internal import NeuralNet
package import SceneModel
internal import TensorKernels
internal import Timeline

// Shapes: B windows, S = 2K+1 shots, E width of the embeddings.

/// Pre-trains a shot encoder, a context network and the pretext heads together, from key frames (BaSSL, section 3).
///
/// All pictures of a window have one view, and each shot a jitter of its own; the window's ends and centre once more have
/// another. One pass of the encoder sees them all.
package struct EncoderPretrainer<Network: ContextNetwork>: TrainingRun {
    package private(set) var model: EncoderModel<Network>
    package private(set) var step = 0
    package let schedule: TrainingSchedule
    package let options: PretextOptions
    private let films: [KeyFrameFilm]
    private let filmsIdentity: UInt64
    private let sampler: WindowSampler
    private let augmenter: PictureAugmenter
    private let places: [ShotPlace]
    private let learningRate: LearningRateSchedule
    private var optimizer: Optimizer
    private var pass: PretextStep<Network>
    private var trace: ResidualNetwork.Trace
    private var pictures: Matrix
    private var gradient: EncoderModel<Network>

    /// `side`: pixels of the pictures that the encoder sees; the paper has 224.
    package init(
        _ model: EncoderModel<Network>, films: [KeyFrameFilm], options: PretextOptions,
        schedule: TrainingSchedule, side: Int
    ) {
        precondition(!films.isEmpty, "a film")
        self.model = model
        self.films = films
        filmsIdentity = KeyFrameFilm.identity(films)
        self.options = options
        self.schedule = schedule
        let network = model.pretext.network
        sampler = WindowSampler(neighborCount: network.neighborCount)
        augmenter = PictureAugmenter(side: side)
        places = films.enumerated().flatMap { film, content in
            content.shots.indices.map { ShotPlace(film: film, shot: $0) }
        }
        learningRate = schedule.learningRate(places.count)
        optimizer = Optimizer(schedule.rule)
        let batch = schedule.windows(places.count)
        pass = PretextStep(network: network, batch: batch, options: options, needsInputGradient: true)
        let count = batch * (2 * network.neighborCount + 3 + (options.shotLevel == nil ? 0 : 1))
        trace = model.encoder.makeTrace(batch: count, side: side)
        pictures = Matrix(rows: count * side * side, columns: 3)
        gradient = model.zeroed()
    }

    package var totalSteps: Int { learningRate.totalSteps }
    package var stepsPerEpoch: Int { schedule.stepsPerEpoch(places.count) }

    package mutating func advance() -> TrainingProgress {
        precondition(!isFinished, "a step after the last")
        let examples = schedule.examples(step: step, count: places.count)
        var random = RandomStream(seed: schedule.seed, purpose: .augmentation, step: step)
        let plan = PretextPlan(
            examples.map { places[$0] }, durations: films.map(\.durations), sampler: sampler,
            rule: options.rule, using: &random)
        draw(plan, using: &random)
        model.encoder.forward(&trace, pictures)
        let shots = plan.windows.count * (2 * sampler.neighborCount + 1)
        let batch = PretextBatch(
            plan, windows: rows(0..<shots), ends: rows(shots..<shots + 2 * plan.windows.count),
            centres: options.shotLevel == nil
                ? nil : rows(shots + 2 * plan.windows.count..<trace.output.rows), options: options)
        var draws = RandomStream(seed: schedule.seed, purpose: .pretextDraws, step: step)
        gradient.clearParameters()
        let losses = pass.run(
            model.pretext,
            PretextStep.Input(ends: batch.ends, windows: batch.windows, centres: batch.centres),
            options: options, gradient: &gradient.pretext, dropout: schedule.dropout(step: step)
        ) { batch.choices(projectedEnds: $0, projectedShots: $1, using: &draws) }
        if let slope = pass.dInput {
            var dOutput = Matrix(rows: trace.output.rows, columns: trace.output.columns)
            var row = 0
            for part in [slope.windows, slope.ends] + (slope.centres.map { [$0] } ?? []) {
                copyRowsInto(&dOutput, from: row, part, rows: 0..<part.rows)
                row += part.rows
            }
            model.encoder.backward(&trace, dOutput, pictures: pictures, gradient: &gradient.encoder)
        }
        let length = gradient.clipLength(to: schedule.gradientLimit ?? .infinity)
        let rate = learningRate.rate(step: step)
        optimizer.step(&model, gradient: &gradient, rate: rate, isTrained: ResidualNetwork.isTrained)
        model.encoder.absorb(trace)
        step += 1
        return TrainingProgress(
            step: step, totalSteps: totalSteps, epoch: (step - 1) / stepsPerEpoch + 1,
            windows: examples.count, rate: rate, loss: losses.total(options), gradientLength: length,
            parts: losses)
    }

    /// Fills `pictures`: the windows' shots, then their ends, then their centres if they are asked for.
    private mutating func draw(_ plan: PretextPlan, using random: inout RandomStream) {
        var place = 0
        let size = augmenter.side * augmenter.side
        func aspect(_ shot: ShotPlace) -> Double {
            let picture = films[shot.film].shots[shot.shot][0]
            return Double(picture.width) / Double(picture.height)
        }
        func add(_ shot: ShotPlace, _ view: PictureView) {
            let frames = films[shot.film].shots[shot.shot]
            let frame = frames[random.position(below: frames.count)]
            augmenter.write(
                frame, view: view, jitter: PictureView.Jitter(using: &random), into: &pictures,
                firstRow: place * size)
            place += 1
        }
        for window in plan.windows {
            let view = PictureView(aspect: aspect(window[0]), using: &random)
            for shot in window { add(shot, view) }
        }
        let ends = plan.ends
        for window in plan.windows.indices {
            let view = PictureView(aspect: aspect(ends[2 * window]), using: &random)
            add(ends[2 * window], view)
            add(ends[2 * window + 1], view)
        }
        guard options.shotLevel != nil else { return }
        for shot in plan.centres { add(shot, PictureView(aspect: aspect(shot), using: &random)) }
    }

    private func rows(_ range: Range<Int>) -> Matrix {
        var part = Matrix(rows: range.count, columns: trace.output.columns)
        copyRowsInto(&part, from: 0, trace.output, rows: range)
        return part
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
        "pretrain from key frames \(Network.self) \(schedule) \(options) side \(augmenter.side) examples "
            + "\(places.count) films \(filmsIdentity) parameters \(model.parameterCount)"
    }
}
