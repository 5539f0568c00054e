internal import NeuralNet
package import SceneModel
internal import TensorKernels

// Shapes: B windows, S = 2K+1 shots, E width of the embeddings.

/// The pretext tasks on films without labels, by the fusion of genres, a context network and the pretext
/// heads together; the image encoder is frozen (Genre and Duration, ICLR 2026, pre-training).
package struct GenrePretextObjective<Network: ContextNetwork>: Objective {
    private let options: PretextOptions
    private let prior: GenrePrior
    /// Embeddings and mixtures side by side.
    private let films: [TrainingFilm]
    package let filmsIdentity: UInt64
    private let places: [ShotPlace]

    package struct Room: Sendable {
        fileprivate var windows: GenrePass
        fileprivate var ends: GenrePass
        fileprivate var centers: GenrePass
        fileprivate var pass: PretextStep<Network>
    }

    /// Every film knows its shares, or the prior is blind.
    package init(_: Network.Type, films: [TrainingFilm], prior: GenrePrior, options: PretextOptions) {
        self.films = films.map { $0.joined(with: prior) }
        self.prior = prior
        self.options = options
        filmsIdentity = TrainingFilm.identity(self.films)
        places = ShotPlace.all(films)
    }

    package var exampleCount: Int { places.count }
    package var title: String { "pretrain with genres \(Network.self)" }
    package var details: String { "\(options) genres \(prior.digest)" }

    package func makeRoom(_ model: GenreModel<PretextModel<Network>>, batch: Int) -> Room {
        let (network, width) = (model.inner.network, model.fusion.width)
        precondition(
            films.allSatisfy { $0.embeddings.columns == 2 * width } && width == network.inputDimension,
            "embeddings of the network's width")
        return Room(
            windows: GenrePass(rows: batch * (2 * network.neighborCount + 1), width: width),
            ends: GenrePass(rows: 2 * batch, width: width), centers: GenrePass(rows: batch, width: width),
            pass: PretextStep(network: network, batch: batch, options: options, needsInputGradient: true))
    }

    package func addGradient(
        _ step: TrainingStep, _ model: GenreModel<PretextModel<Network>>, room: inout Room,
        gradient: inout GenreModel<PretextModel<Network>>
    ) -> TrainingLoss {
        var random = step.stream(.augmentation)
        let plan = PretextPlan(
            step.examples.map { places[$0] }, durations: films.map(\.durations),
            stretches: films.map(\.stretches),
            sampler: WindowSampler(neighborCount: model.inner.network.neighborCount), rule: options.rule,
            using: &random)
        room.windows.forward(model.fusion, gather(plan.windows.flatMap(\.self)))
        room.ends.forward(model.fusion, gather(plan.ends))
        // As over frozen embeddings: the second views lack some of their numbers.
        let view = Dropout(rate: options.viewDropout, key: random.next())
        var ends = room.ends.fused
        view.apply(&ends)
        var centers: Matrix?
        if options.shotLevel != nil {
            room.centers.forward(model.fusion, gather(plan.centers))
            var seen = room.centers.fused
            view.at(1).apply(&seen)
            centers = seen
        }
        let batch = PretextBatch(
            plan, windows: room.windows.fused, ends: ends, centers: centers, options: options)
        let losses = room.pass.run(model.inner, batch, step, gradient: &gradient.inner)
        if var slope = room.pass.dInput {
            view.apply(&slope.ends)
            room.windows.backward(model.fusion, slope.windows, gradient: &gradient.fusion)
            room.ends.backward(model.fusion, slope.ends, gradient: &gradient.fusion)
            if var last = slope.centers {
                view.at(1).apply(&last)
                room.centers.backward(model.fusion, last, gradient: &gradient.fusion)
            }
        }
        return TrainingLoss(total: losses.total(options), parts: losses)
    }

    private func gather(_ sources: [ShotPlace]) -> Matrix {
        var rows = Matrix(rows: sources.count, columns: films[0].embeddings.columns)
        for (row, source) in sources.enumerated() {
            copyRowsInto(
                &rows, from: row, films[source.film].embeddings, rows: source.shot..<source.shot + 1)
        }
        return rows
    }

    package func file(
        _ model: GenreModel<PretextModel<Network>>, _ metadata: ModelMetadata
    ) -> SafetensorsWriter {
        var writer = model.inner.file(metadata)
        prior.write(to: &writer, fusion: model.fusion)
        return writer
    }
}
