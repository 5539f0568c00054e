package import NeuralNet
package import SceneModel
package import TensorKernels

// Shapes: B sequences, N tokens, M hidden parts, K negatives, E width of the embeddings.

/// Hidden parts from the others of their sequence: mask prediction (Xiao et al., CVPR 2022, section 3.3) over
/// frozen embeddings, which are the targets, too, so that nothing can collapse.
package struct SpanObjective: Objective {
    private let corpus: SpanCorpus
    private let options: SpanOptions
    private let tokenCount: Int
    private let starts: [Int]

    /// The negatives as the last step saw them, and what it hid.
    package struct Room: Sendable {
        /// [K, E], and the numbers of these parts.
        fileprivate var negatives: Matrix
        fileprivate var numbers: [Int]
        fileprivate var hidden: [Int]
    }

    /// At least one recording has `tokenCount` parts.
    package init(_ corpus: SpanCorpus, tokenCount: Int, options: SpanOptions) {
        self.corpus = corpus
        self.options = options
        self.tokenCount = tokenCount
        starts = corpus.starts(tokens: tokenCount)
        precondition(!starts.isEmpty, "a sequence")
    }

    /// Sequences.
    package var exampleCount: Int { starts.count }
    package var title: String { "contextualizer" }
    package var details: String { "\(options)" }
    package var filmsIdentity: UInt64 { corpus.identity }

    package func makeRoom(_ model: SpanModel, batch: Int) -> Room {
        precondition(
            model.network.embeddingWidth == corpus.units.columns && model.network.tokenCount == tokenCount,
            "a network of the corpus's width")
        return Room(
            negatives: Matrix(rows: model.queue.count, columns: corpus.units.columns),
            numbers: Array(repeating: -1, count: model.queue.count), hidden: [])
    }

    package func addGradient(
        _ step: TrainingStep, _ model: SpanModel, room: inout Room, gradient: inout SpanModel
    ) -> TrainingLoss {
        var random = step.stream(.pretextDraws)
        let first = step.examples.map { starts[$0] }
        let sequences = corpus.sequences(first, tokens: tokenCount)
        let hidden = draw(sequences, model.network, using: &random)
        let loss = run(
            model, sequences, hidden: hidden, first: first, dropout: step.dropout, room: &room,
            gradient: &gradient)
        return TrainingLoss(total: loss)
    }

    /// A step on sequences [B N, E] that begin with the parts `first`.
    private func run(
        _ model: SpanModel, _ sequences: Matrix, hidden: [[Int]], first: [Int], dropout: Dropout?,
        room: inout Room, gradient: inout SpanModel
    ) -> Double {
        room.hidden = zip(first, hidden).flatMap { start, places in places.map { start + $0 } }
        var trace = model.network.forward(sequences, hidden: hidden, read: hidden, dropout: dropout)
        let predicted = UnitRows(trace.predicted)
        let targets = corpus.rows(room.hidden)
        var (loss, slope): (Double, Matrix)
        switch options.loss {
        case .squared: (loss, slope) = SpanLoss.squared(predicted.values, targets: targets)
        case .contrast:
            refresh(&room, model.queue)
            let asked = room.hidden.map { corpus.origins[$0] }
            let known = room.numbers.map { $0 < 0 ? nil : corpus.origins[$0] }
            (loss, slope) = SpanLoss.contrast(
                predicted.values, targets: targets, negatives: room.negatives,
                temperature: options.temperature
            ) { prediction, negative in
                known[negative].map { $0.isNear(asked[prediction], seconds: options.nearSeconds) } ?? true
            }
        }
        predicted.backward(&slope)
        model.network.backward(&trace, slope, gradient: &gradient.network)
        return loss
    }

    /// Fetches the embeddings of what the queue took in since.
    private func refresh(_ room: inout Room, _ queue: NegativeQueue) {
        for (place, number) in queue.numbers.enumerated() where number != room.numbers[place] {
            room.numbers[place] = number
            if number >= 0 { room.negatives.setRow(place, to: corpus.units.row(number)) }
        }
    }

    /// What is hidden of each sequence.
    private func draw(
        _ sequences: Matrix, _ network: Contextualizer, using random: inout RandomStream
    ) -> [[Int]] {
        let count = sequences.rows / tokenCount
        switch options.sampling {
        case .uniform:
            let sampler = SpanSampler(tokenCount: tokenCount, share: options.share)
            return (0..<count).map { _ in Array(sampler.draw(using: &random)) }
        case .discrepancy:
            return Discrepancy.of(network, sequences).map { values in
                [values.indices.max { values[$0] < values[$1] } ?? 0]
            }
        }
    }

    package func settle(_ model: inout SpanModel, _ room: Room) { model.queue.push(room.hidden) }

    package func isTrained(_ name: String) -> Bool { name.hasPrefix(SpanModel.learned) }

    /// The network alone; `ContextualizerRun` adds what a stream is judged by.
    package func file(_ model: SpanModel, _ metadata: ModelMetadata) -> SafetensorsWriter {
        SafetensorsWriter(metadata: metadata.entries)
    }
}
