package import NeuralNet
package import SceneModel
package import TensorKernels

/// Trains one probe's network on some rows of examples, a round at a time.
///
/// The network is a function of settings, examples, rows and seed.
package struct ProbeTrainer: Sendable {
    package let settings: ProbeSettings
    package let standardization: Standardization
    package private(set) var network: ProbeNetwork
    package private(set) var epoch = 0
    private var optimizer: Optimizer
    private var gradient: ProbeNetwork
    private let rows: [Int]
    private let seed: UInt64

    /// `network`: to begin with; nil: a fresh one.
    package init(
        _ settings: ProbeSettings, _ examples: ProbeExamples, rows: [Int], seed: UInt64,
        network start: ProbeNetwork? = nil
    ) {
        precondition(!rows.isEmpty, "an example to learn from")
        self.settings = settings
        self.rows = rows
        self.seed = seed
        standardization =
            settings.isStandardized
            ? Standardization(examples.inputs, rows: rows) : Standardization(width: examples.inputs.columns)
        network =
            start
            ?? ProbeNetwork(
                inputs: examples.inputs.columns, hidden: settings.hidden, labels: examples.labels.count,
                seed: seed)
        gradient = network.zeroed()
        optimizer = Optimizer(settings.rule)
    }

    /// One round through the rows in random order, a step for each batch. Returns the mean loss of what is
    /// known.
    package mutating func round(_ examples: ProbeExamples) -> Double {
        var order = RandomStream(seed: seed, purpose: .order, step: epoch)
        let shuffled = order.permutation(rows.count).map { rows[$0] }
        var dropouts = RandomStream(seed: seed, purpose: .dropout, step: epoch)
        var (loss, weight) = (0.0, 0.0)
        for start in stride(from: 0, to: shuffled.count, by: settings.batch) {
            let batch = Array(shuffled[start..<min(start + settings.batch, shuffled.count)])
            let dropout = Dropout(rate: settings.dropout, key: dropouts.next())
            let (mean, count) = step(examples, batch, dropout: settings.dropout > 0 ? dropout : nil)
            loss += mean * count
            weight += count
        }
        epoch += 1
        return weight == 0 ? 0 : loss / weight
    }

    /// One step on a batch of rows: the mean of its loss over what is known, and how much that is.
    package mutating func step(
        _ examples: ProbeExamples, _ batch: [Int], dropout: Dropout?
    ) -> (loss: Double, known: Double) {
        var (trace, targets, weights) = prepared(examples, batch)
        let known = weights.values.reduce(0.0) { $0 + Double($1) }
        weights.scale(by: Float(1 / max(known, 1)))
        network.forward(&trace, dropout: dropout)
        let loss = binaryCrossEntropyGradient(&trace.logits, targets: targets, weights: weights)
        gradient.clearParameters()
        network.backward(&trace, gradient: &gradient)
        optimizer.step(&network, gradient: &gradient, rate: settings.rate)
        return (loss, known)
    }

    /// The mean loss over what is known of rows, without dropout; 0 where nothing is.
    package func loss(_ examples: ProbeExamples, _ rows: [Int]) -> Double {
        var (trace, targets, weights) = prepared(examples, rows)
        let known = weights.values.reduce(0.0) { $0 + Double($1) }
        guard known > 0 else { return 0 }
        weights.scale(by: Float(1 / known))
        network.forward(&trace)
        return binaryCrossEntropyGradient(&trace.logits, targets: targets, weights: weights)
    }

    /// Logits [rows, L].
    package func logits(_ examples: ProbeExamples, _ rows: [Int]) -> Matrix {
        var (trace, _, _) = prepared(examples, rows)
        network.forward(&trace)
        return trace.logits
    }

    private func prepared(_ examples: ProbeExamples, _ rows: [Int]) -> (ProbeNetwork.Trace, Matrix, Matrix) {
        var trace = network.makeTrace(rows: rows.count)
        gatherRowsInto(&trace.inputs[0], examples.inputs, rows)
        standardization.apply(&trace.inputs[0])
        var targets = Matrix(rows: rows.count, columns: examples.labels.count)
        var weights = targets
        gatherRowsInto(&targets, examples.targets, rows)
        gatherRowsInto(&weights, examples.known, rows)
        return (trace, targets, weights)
    }
}

extension ProbeTrainer {
    /// Trained for a number of rounds.
    package static func trained(
        _ settings: ProbeSettings, _ examples: ProbeExamples, rows: [Int], epochs: Int, seed: UInt64
    ) -> ProbeTrainer {
        var trainer = ProbeTrainer(settings, examples, rows: rows, seed: seed)
        for _ in 0..<epochs { _ = trainer.round(examples) }
        return trainer
    }

    /// How many rounds do best on a fifth of the rows that is held out, by recording where there are several.
    /// As many as the settings say where they do not stop early, or where nothing can be held out.
    package static func epochs(
        _ settings: ProbeSettings, _ examples: ProbeExamples, rows: [Int], seed: UInt64
    ) -> Int {
        guard settings.stopsEarly, rows.count > 1 else { return settings.epochs }
        let recordings = Set(rows.map { examples.recordings[$0] })
        let folds = ProbeFolds(examples, rows: rows, manner: recordings.count > 1 ? .recording : .time)
        let (others, held) = folds.split(0)
        guard !others.isEmpty, !held.isEmpty else { return settings.epochs }
        var trainer = ProbeTrainer(settings, examples, rows: others, seed: seed)
        var best = (epoch: 1, loss: Double.infinity)
        while trainer.epoch < settings.epochs, trainer.epoch < best.epoch + ProbeSettings.patience {
            _ = trainer.round(examples)
            let loss = trainer.loss(examples, held)
            if loss < best.loss { best = (trainer.epoch, loss) }
        }
        return best.epoch
    }
}
