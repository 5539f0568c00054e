package import NeuralNet

/// How long and how fast a run learns.
package struct TrainingSchedule: Hashable, Sendable {
    package var epochs: Int
    /// Windows per step; fewer where there are fewer examples. An incomplete last batch of an epoch is left
    /// out.
    package var batchSize: Int
    package var rate: Float
    /// Share of the steps in which the rate rises from 0.
    package var warmupShare: Double
    package var rule: Optimizer.Rule
    package var dropout: Float
    /// Greatest length of a gradient; nil: any.
    package var gradientLimit: Double?
    package var seed: UInt64

    package init(
        epochs: Int, batchSize: Int, rate: Float, warmupShare: Double, rule: Optimizer.Rule,
        dropout: Float = 0.1,
        gradientLimit: Double? = nil, seed: UInt64
    ) {
        precondition(epochs > 0 && batchSize > 0, "epochs and batches are counted")
        self.epochs = epochs
        self.batchSize = batchSize
        self.rate = rate
        self.warmupShare = warmupShare
        self.rule = rule
        self.dropout = dropout
        self.gradientLimit = gradientLimit
        self.seed = seed
    }

    /// Epochs where nobody says how many: as many as make some 600 steps of `exampleCount` examples, at
    /// least 4.
    package static func usualEpochs(_ exampleCount: Int, batchSize: Int) -> Int {
        let steps = max(1, exampleCount / min(batchSize, max(exampleCount, 1)))
        return max(4, (600 + steps - 1) / steps)
    }

    /// Windows per step with `exampleCount` examples.
    func windows(_ exampleCount: Int) -> Int { min(batchSize, exampleCount) }

    func stepsPerEpoch(_ exampleCount: Int) -> Int { exampleCount / windows(exampleCount) }

    func learningRate(_ exampleCount: Int) -> LearningRateSchedule {
        let total = epochs * stepsPerEpoch(exampleCount)
        return LearningRateSchedule(
            base: rate, totalSteps: total, warmupSteps: Int(Double(total) * warmupShare))
    }

    /// Which examples step `step` sees: each once per epoch, in an order of the epoch's own.
    func examples(step: Int, count: Int) -> [Int] {
        let size = windows(count)
        let (epoch, place) = step.quotientAndRemainder(dividingBy: stepsPerEpoch(count))
        var random = RandomStream(seed: seed, purpose: .order, step: epoch)
        return Array(random.permutation(count)[place * size..<(place + 1) * size])
    }

    /// The step's dropout; nil if there is none.
    func dropout(step: Int) -> Dropout? {
        guard dropout > 0 else { return nil }
        var random = RandomStream(seed: seed, purpose: .dropout, step: step)
        return Dropout(rate: dropout, key: random.next())
    }
}
