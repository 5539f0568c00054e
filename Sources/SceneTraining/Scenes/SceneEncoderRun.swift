internal import NeuralNet
package import SceneModel
package import SceneSegmentation
internal import TensorKernels

/// How a scene encoder learns: both stages.
package struct SceneLearningOptions: Sendable {
    package var similarity: SimilarityOptions
    package var similaritySchedule: TrainingSchedule
    package var momentum: MomentumOptions
    package var momentumSchedule: TrainingSchedule
    package var sizes: SceneTransformer.Sizes

    package init(
        similarity: SimilarityOptions, similaritySchedule: TrainingSchedule, momentum: MomentumOptions,
        momentumSchedule: TrainingSchedule, sizes: SceneTransformer.Sizes
    ) {
        self.similarity = similarity
        self.similaritySchedule = similaritySchedule
        self.momentum = momentum
        self.momentumSchedule = momentumSchedule
        self.sizes = sizes
    }
}

/// Trains a scene encoder (Movies2Scenes): first a network that tells alike recordings from others, then, on
/// the scenes that it finds alike, the encoder. The steps of both follow one another; between them, once,
/// the scenes are chosen.
package struct SceneEncoderRun<Views: SceneViews>: SceneLearning {
    private let archive: SceneArchive
    private let options: SceneLearningOptions
    private var similarity: Trainer<SimilarityObjective>
    /// nil until the scenes are chosen.
    private var momentum: Trainer<MomentumObjective<Views>>?
    private let draws: Int
    private let views: Views
    /// The encoder before its first step.
    private let fresh: Views.Encoder

    /// Nil where there is nothing to tell apart: no pair to train on, all recordings are alike, or they are
    /// too short for a pair of windows that show something. `encoder`: before its first step; `views`: what
    /// it sees of the archive's recordings.
    package init?(
        _ archive: SceneArchive, _ options: SceneLearningOptions, encoder: Views.Encoder, views: Views
    ) {
        let bound = archive.pairBound(window: options.momentum.window)
        guard archive.firstPairs(window: options.momentum.window).contains(where: { views.show($0) }),
            let objective = SimilarityObjective(
                shots: archive.shots, similar: archive.similar, known: archive.known, chosen: archive.chosen,
                identity: archive.identity)
        else { return nil }
        self.archive = archive
        self.options = options
        draws = bound
        self.views = views
        fresh = encoder
        let network = SimilarityNetwork(
            embeddingWidth: archive.films[0].embeddings.columns, options: options.similarity,
            seed: options.similaritySchedule.seed)
        similarity = Trainer(network, objective, schedule: options.similaritySchedule)
    }

    /// The pairs of scenes that the second stage learns from, by the network as it stands.
    private var scenePairs: [ScenePair] {
        let window = options.momentum.window
        let found = archive.scenePairs(similarity.model, window: window).filter { views.show($0) }
        return found.isEmpty ? archive.firstPairs(window: window).filter { views.show($0) } : found
    }

    private func begin() -> Trainer<MomentumObjective<Views>>? {
        let pairs = scenePairs
        guard !pairs.isEmpty else { return nil }
        let schedule = options.momentumSchedule
        let encoder = fresh
        var random = RandomStream(seed: schedule.seed, purpose: .initialPretextHeads)
        let head =
            options.momentum.headWidth > 0
            ? Linear(
                inputs: encoder.vectorWidth, outputs: options.momentum.headWidth,
                deviation: (1 / Float(encoder.vectorWidth)).squareRoot(), using: &random) : nil
        let model = MomentumModel(
            query: ContrastNetwork(encoder: encoder, head: head), queueLength: options.momentum.queueLength,
            seed: schedule.seed)
        return Trainer(
            model,
            MomentumObjective(
                views: views, pairs: pairs, known: archive.known, options: options.momentum,
                draws: draws, identity: archive.identity), schedule: schedule)
    }

    /// The encoder as it stands.
    package var encoder: Views.Encoder { momentum?.model.query.encoder ?? fresh }
    package var sceneEncoder: any SceneEncoder { encoder.sceneEncoder }

    package var step: Int { similarity.step + (momentum?.step ?? 0) }
    package var totalSteps: Int { similarity.totalSteps + momentumSteps }
    package var stepsPerEpoch: Int { options.momentumSchedule.stepsPerEpoch(draws) }
    package var hasFiniteWeights: Bool {
        similarity.hasFiniteWeights && momentum?.hasFiniteWeights ?? true
    }

    private var momentumSteps: Int { options.momentumSchedule.learningRate(draws).totalSteps }

    /// What stage the next step belongs to, where the stages differ in cost.
    package var stages: [any TrainingRun] {
        guard !similarity.isFinished else { return momentum.map { [$0] } ?? begin().map { [$0] } ?? [] }
        return [similarity] + (begin().map { [$0] } ?? [])
    }

    package mutating func advance() -> TrainingProgress {
        var progress: TrainingProgress
        if similarity.isFinished {
            guard var trainer = momentum.take() ?? begin() else {
                preconditionFailure("windows that show something")
            }
            progress = trainer.advance()
            momentum = trainer
            progress.stage = "scenes"
            progress.step += similarity.totalSteps
        } else {
            progress = similarity.advance()
            progress.stage = "recordings"
        }
        progress.totalSteps = totalSteps
        return progress
    }

    // MARK: Checkpoints

    private static var first: String { "recordings." }
    private static var second: String { "scenes." }

    private var fingerprint: String {
        "scene encoder \(similarity.fingerprint) \(options.similarity) then \(options.momentumSchedule) "
            + "\(options.momentum) \(options.sizes) draws \(draws) films \(archive.identity)"
            + (views.identity == 0 ? "" : " pictures \(views.identity)")
    }

    package func checkpoint() -> Checkpoint {
        var parts = [(Self.first, similarity.checkpoint())]
        if let momentum { parts.append((Self.second, momentum.checkpoint())) }
        return Checkpoint(run: fingerprint, step: step, parts: parts)
    }

    package mutating func restore(_ checkpoint: Checkpoint) throws(CheckpointError) {
        guard checkpoint.run == fingerprint else {
            throw CheckpointError("the checkpoint is of a run with other options")
        }
        let stages = (similarity.totalSteps, momentumSteps)
        guard checkpoint.step <= stages.0 + stages.1 else {
            throw CheckpointError("the checkpoint lies behind the run's end")
        }
        try similarity.restore(
            checkpoint.part(Self.first, run: similarity.fingerprint, step: min(checkpoint.step, stages.0)))
        guard checkpoint.step > stages.0 else { return }
        guard var momentum = begin() else { throw CheckpointError("the checkpoint is of other recordings") }
        try momentum.restore(
            checkpoint.part(Self.second, run: momentum.fingerprint, step: checkpoint.step - stages.0))
        self.momentum = momentum
    }

    // MARK: Results

    package func file(_ metadata: ModelMetadata) -> SafetensorsWriter {
        encoder.file(metadata.sceneEncoderEntries)
    }

    package func scores(_ films: [TrainingFilm]) -> [[Float]]? { nil }
}

extension SceneEncoderRun where Views == EmbeddedViews {
    /// Of embeddings, from a fresh network of the options' sizes.
    package init?(_ archive: SceneArchive, _ options: SceneLearningOptions) {
        self.init(
            archive, options,
            encoder: SceneTransformer(
                embeddingWidth: archive.films[0].embeddings.columns, sizes: options.sizes,
                seed: options.momentumSchedule.seed), views: EmbeddedViews(archive.films))
    }
}

/// A run that trains a scene encoder.
package protocol SceneLearning: TrainingRun {
    /// As it stands: what index and search would run.
    var sceneEncoder: any SceneEncoder { get }
}

extension SceneViews {
    /// Whether both scenes show something.
    func show(_ pair: ScenePair) -> Bool { isSeen(pair.first) && isSeen(pair.second) }
}

extension ModelMetadata {
    /// What a file of a scene encoder says of itself beside its sizes.
    var sceneEncoderEntries: [String: String] {
        entries.filter {
            ["scened.encoder", "scened.encoder_sha256", "scened.licence", "scened.evaluation", "scened.seed"]
                .contains($0.key)
        }
    }
}
