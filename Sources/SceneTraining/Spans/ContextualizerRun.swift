package import NeuralNet
package import SceneModel
internal import TensorKernels

/// How a contextualizer learns, and what its file keeps.
package struct ContextualizerOptions: Sendable {
    package var sizes = Contextualizer.Sizes()
    package var spans = SpanOptions()
    /// Share of the recordings that is kept back to judge by, and to say what is usual.
    package var heldOutShare = 0.2
    /// R: embeddings of the archive that the file keeps.
    package var referenceCount = 512

    package init() {}
}

/// Why nothing can be learned: no recording has so many parts in a row that show something.
package struct ShortRecordings: Error, Hashable, Sendable {
    package var needed: Int
    /// Whether shorter sequences would need fewer.
    package var isOfTokens: Bool
}

/// Trains a contextualizer, and finds out on recordings that it has not seen how new what is usual looks.
package struct ContextualizerRun: TrainingRun {
    private var trainer: Trainer<SpanObjective>
    /// What is trained on, and what is judged by.
    private let trained: SpanCorpus
    private let judged: SpanCorpus
    private let options: ContextualizerOptions
    private let reference: Matrix
    /// Rows of the trained corpus that they are.
    private let referenceRows: [Int]
    /// Whether what is judged was not trained on.
    private let isHeldOut: Bool
    /// Names of the recordings that are not trained on; empty where there is one recording, whose last part
    /// is kept back, and where nothing is.
    package let heldOut: [String]

    /// `films` of one width. Of one recording its last part is held out instead.
    package init(
        _ films: [TrainingFilm], _ options: ContextualizerOptions, schedule: TrainingSchedule
    ) throws(ShortRecordings) {
        let tokens = options.sizes.tokenCount
        let needed = max(tokens, NoveltyLevels.partCount)
        let width = films[0].embeddings.columns
        let division = Self.split(films, share: options.heldOutShare, seed: schedule.seed)
        var kept = division.kept
        func longest(_ corpus: SpanCorpus) -> Int { corpus.recordings.map(\.count).max() ?? 0 }
        var centering = EmbeddingCentering(of: division.learned.map(\.embeddings), width: width)
        var judged = SpanCorpus(kept, centering: centering)
        var trained = SpanCorpus(division.learned, centering: centering)
        if longest(judged) < needed || longest(trained) < tokens {
            // Too little to say what is usual, or to learn from: all is trained on, and judges.
            kept = []
            centering = EmbeddingCentering(of: films.map(\.embeddings), width: width)
            trained = SpanCorpus(films, centering: centering)
            judged = trained
        }
        guard longest(judged) >= needed else {
            throw ShortRecordings(needed: needed, isOfTokens: needed > NoveltyLevels.partCount)
        }
        heldOut = films.count > 1 ? kept.map(\.id) : []
        self.trained = trained
        self.judged = judged
        self.options = options
        let total = trained.units.rows
        var random = RandomStream(seed: schedule.seed, purpose: .folds, step: 1)
        referenceRows = random.permutation(total).prefix(options.referenceCount).sorted()
        reference = trained.rows(referenceRows)
        isHeldOut = !kept.isEmpty
        let network = Contextualizer(embeddingWidth: width, sizes: options.sizes, seed: schedule.seed)
        let queue = NegativeQueue(
            count: min(options.spans.queueLength, total), partCount: total, seed: schedule.seed)
        trainer = Trainer(
            SpanModel(network: network, queue: queue),
            SpanObjective(trained, tokenCount: tokens, options: options.spans), schedule: schedule)
    }

    /// Films to judge by, and films to learn from.
    private static func split(
        _ films: [TrainingFilm], share: Double, seed: UInt64
    ) -> (kept: [TrainingFilm], learned: [TrainingFilm]) {
        guard share > 0 else { return ([], films) }
        guard films.count > 1 else {
            let count = films[0].shotCount
            let first = count - Int((Double(count) * share).rounded())
            guard first > 0, first < count else { return ([], films) }
            return ([films[0].shots(first..<count)], [films[0].shots(0..<first)])
        }
        var random = RandomStream(seed: seed, purpose: .folds)
        let wanted = Int((Double(films.count) * share).rounded())
        let chosen = Set(random.permutation(films.count).prefix(min(max(1, wanted), films.count - 1)))
        return (
            films.indices.filter { chosen.contains($0) }.map { films[$0] },
            films.indices.filter { !chosen.contains($0) }.map { films[$0] }
        )
    }

    package var network: Contextualizer { trainer.model.network }
    package var step: Int { trainer.step }
    package var totalSteps: Int { trainer.totalSteps }
    package var stepsPerEpoch: Int { trainer.stepsPerEpoch }
    package var hasFiniteWeights: Bool { trainer.hasFiniteWeights }
    package mutating func advance() -> TrainingProgress { trainer.advance() }
    package func checkpoint() -> Checkpoint { trainer.checkpoint() }
    package mutating func restore(_ checkpoint: Checkpoint) throws(CheckpointError) {
        try trainer.restore(checkpoint)
    }
    package func scores(_ films: [TrainingFilm]) -> [[Float]]? { nil }

    /// How often the last part of a sequence is found first among embeddings of the archive, by the network
    /// as it stands; of recordings that are not trained on, where some are.
    package func retrieval() -> MaskedRetrieval.Figure? {
        MaskedRetrieval(
            judged, tokenCount: options.sizes.tokenCount, place: options.sizes.tokenCount - 1
        ).figure(network, among: reference)
    }

    /// The model as it stands, judged anew. O(parts of the judged recordings).
    package func surpriseModel() -> SurpriseModel {
        var model = SurpriseModel(
            network: network, centering: trained.centering, reference: reference,
            levels: NoveltyLevels(quantiles: [Float](repeating: 0, count: NoveltyLevels.count)),
            temperature: options.spans.temperature)
        func own(_ corpus: SpanCorpus) -> [[Float]] {
            corpus.recordings.map { rows in rows.map { model.novelty(corpus.units.row($0)) } }
        }
        // Of one recording that nothing is kept of, only itself can judge.
        let levels = NoveltyLevels(of: novelties(model)) ?? NoveltyLevels(of: own(judged))
        if let levels { model.levels = levels }
        return model
    }

    /// Novelties of every recording against what the archive holds of the others: what a recording is part of
    /// is not new to it. O(parts R E).
    private func novelties(_ model: SurpriseModel) -> [[Float]] {
        var result: [[Float]] = []
        if isHeldOut {
            result = judged.recordings.map { rows in rows.map { model.novelty(judged.units.row($0)) } }
        }
        for (recording, rows) in trained.recordings.enumerated() {
            let others = referenceRows.filter { trained.origins[$0].recording != recording }
            guard !others.isEmpty else { continue }
            var other = model
            other.reference = trained.rows(others)
            result.append(rows.map { other.novelty(trained.units.row($0)) })
        }
        return result
    }

    package func file(_ metadata: ModelMetadata) -> SafetensorsWriter {
        surpriseModel().file(metadata.sceneEncoderEntries)
    }
}

extension TrainingFilm {
    /// A film of some of its shots, without labels.
    func shots(_ range: Range<Int>) -> TrainingFilm {
        var rows = Matrix(rows: range.count, columns: embeddings.columns)
        copyRowsInto(&rows, from: 0, embeddings, rows: range)
        return TrainingFilm(id: id, embeddings: rows, durations: Array(durations[range]))
    }
}
