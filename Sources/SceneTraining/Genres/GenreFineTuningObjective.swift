internal import NeuralNet
package import SceneModel
internal import TensorKernels

// Shapes: B windows, S = 2K+1 shots, E width of the embeddings.

/// Boundaries as labels show them, by the fusion of genres, a context network and its head together; the
/// image encoder is frozen.
package struct GenreFineTuningObjective<Network: ContextNetwork>: Objective {
    private let isClassBalanced: Bool
    private let prior: GenrePrior
    private let source: EmbeddingWindows
    package let filmsIdentity: UInt64
    private let places: [ShotPlace]
    private let labels: [Int]

    package struct Room: Sendable {
        fileprivate var genres: GenrePass
        fileprivate var pass: FineTuneStep<Network>
        /// [B S, 2E].
        fileprivate var windows: Matrix
    }

    /// Films without labels are left out. Every film knows its shares, or the prior is blind.
    package init(
        _: Network.Type, films: [TrainingFilm], prior: GenrePrior, neighborCount: Int,
        isClassBalanced: Bool = true
    ) {
        places = ShotPlace.all(films, labeledOnly: true)
        labels = places.map { films[$0.film].labels?[$0.shot] == true ? 1 : 0 }
        let joined = films.map { $0.joined(with: prior) }
        filmsIdentity = TrainingFilm.identity(joined)
        source = EmbeddingWindows(joined, neighborCount: neighborCount)
        self.prior = prior
        self.isClassBalanced = isClassBalanced
    }

    package var exampleCount: Int { places.count }
    package var title: String { "finetune with genres \(Network.self)" }
    package var details: String { "balanced \(isClassBalanced) genres \(prior.digest)" }

    package func makeRoom(_ model: GenreModel<FineTunedModel<Network>>, batch: Int) -> Room {
        let (network, width) = (model.inner.network, model.fusion.width)
        precondition(
            source.width == 2 * width && width == network.inputDimension
                && source.neighborCount == network.neighborCount, "windows of the network's shape")
        let rows = batch * (2 * network.neighborCount + 1)
        return Room(
            genres: GenrePass(rows: rows, width: width),
            pass: FineTuneStep(network: network, batch: batch, needsInputGradient: true),
            windows: Matrix(rows: rows, columns: 2 * width))
    }

    package func addGradient(
        _ step: TrainingStep, _ model: GenreModel<FineTunedModel<Network>>, room: inout Room,
        gradient: inout GenreModel<FineTunedModel<Network>>
    ) -> TrainingLoss {
        var random: RandomStream?
        for (window, example) in step.examples.enumerated() {
            source.write(places[example], into: &room.windows, window: window, random: &random)
        }
        room.genres.forward(model.fusion, room.windows)
        let chosen = step.examples.map { labels[$0] }
        let loss = room.pass.run(
            model.inner, windows: room.genres.fused, labels: chosen,
            weights: isClassBalanced
                ? SoftmaxCrossEntropy.balancedWeights(chosen) : SoftmaxCrossEntropy.meanWeights(chosen),
            gradient: &gradient.inner, dropout: step.dropout)
        if let slope = room.pass.dWindows {
            room.genres.backward(model.fusion, slope, gradient: &gradient.fusion)
        }
        return TrainingLoss(total: loss)
    }

    package func file(
        _ model: GenreModel<FineTunedModel<Network>>, _ metadata: ModelMetadata
    ) -> SafetensorsWriter {
        var writer = model.inner.file(metadata)
        prior.write(to: &writer, fusion: model.fusion)
        return writer
    }

    package func scores(
        _ model: GenreModel<FineTunedModel<Network>>, _ films: [TrainingFilm]
    ) -> [[Float]]? {
        model.inner.scores(films.map { $0.fused(prior, model.fusion) }, EmbeddingWindows.self)
    }
}
