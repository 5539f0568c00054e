package import SceneModel

/// A training run: a value that takes one step at a time, without input or output.
///
/// Everything it draws is a function of its seed and step, so equal runs give equal bits, and one that is
/// restored from a checkpoint goes on as if it had never stopped (on one machine, with one thread count).
package protocol TrainingRun: Sendable {
    /// Steps taken, and all there are.
    var step: Int { get }
    var totalSteps: Int { get }
    var stepsPerEpoch: Int { get }
    /// Whether all weights are numbers: what the last step left, no loss has seen. O(weights).
    var hasFiniteWeights: Bool { get }

    /// One step; not after the last.
    mutating func advance() -> TrainingProgress

    /// All that is needed to go on.
    func checkpoint() -> Checkpoint

    /// Goes on where a run of equal options stopped.
    mutating func restore(_ checkpoint: Checkpoint) throws(CheckpointError)

    /// The model as it stands, as a file that `ModelFile` reads.
    func file(_ metadata: ModelMetadata) -> SafetensorsWriter

    /// Probability that a scene ends, for each shot of each film, all as wide as the films of the run; nil
    /// where no boundary detector is trained.
    func scores(_ films: [TrainingFilm]) -> [[Float]]?

    /// What is left to do, as runs whose steps cost alike; to try a step of each.
    var stages: [any TrainingRun] { get }
}

extension TrainingRun {
    package var stages: [any TrainingRun] { [self] }

    package var isFinished: Bool { step >= totalSteps }

    /// Steps until the end, or until `report` returns false.
    package mutating func run(_ report: (TrainingProgress) -> Bool) {
        while !isFinished {
            if !report(advance()) { return }
        }
    }
}

/// What one step did.
package struct TrainingProgress: Hashable, Sendable {
    /// Steps taken, this one included, and all there are.
    package var step: Int
    package var totalSteps: Int
    /// Passes over the examples that were begun, from 1.
    package var epoch: Int
    /// Windows in the step.
    package var windows: Int
    package var rate: Float
    package var loss: Double
    /// Length of the gradient.
    package var gradientLength: Double
    /// What the step learned, in a run of several stages; nil where there is one.
    package var stage: String?
    /// Losses of single tasks, before their weights; nil in fine-tuning.
    package var parts: PretextLosses?
}
