package import NeuralNet
package import SceneModel

/// What a run learns: its examples, and the loss of a model on some of them. `Trainer` does the rest.
package protocol Objective: Sendable {
    associatedtype Model: ParameterTree & Sendable
    /// Buffers of one step's passes.
    associatedtype Room: Sendable

    /// Examples of an epoch.
    var exampleCount: Int { get }
    /// What is learned, with which options, and a number for the films: only an equal run may go on from a
    /// checkpoint.
    var title: String { get }
    var details: String { get }
    var filmsIdentity: UInt64 { get }

    /// Room for steps of `batch` examples. The model must suit the films.
    func makeRoom(_ model: Model, batch: Int) -> Room

    /// Adds the gradient of a step's loss.
    func addGradient(
        _ step: TrainingStep, _ model: Model, room: inout Room, gradient: inout Model
    ) -> TrainingLoss

    /// Takes over what a step has measured, after the parameters have moved.
    func settle(_ model: inout Model, _ room: Room)

    /// Whether the optimizer moves the parameter of that name.
    func isTrained(_ name: String) -> Bool

    /// The model as a file that `ModelFile` reads.
    func file(_ model: Model, _ metadata: ModelMetadata) -> SafetensorsWriter

    /// Probability that a scene ends, for each shot of each film; nil where that is not what is learned.
    func scores(_ model: Model, _ films: [TrainingFilm]) -> [[Float]]?
}

extension Objective {
    package func settle(_ model: inout Model, _ room: Room) {}
    package func isTrained(_ name: String) -> Bool { true }
    package func scores(_ model: Model, _ films: [TrainingFilm]) -> [[Float]]? { nil }
}

/// What one step sees and draws: a function of the schedule and the step's number.
package struct TrainingStep: Sendable {
    /// Numbers of examples.
    let examples: [Int]
    let dropout: Dropout?
    private let seed: UInt64
    let number: Int

    init(_ number: Int, of schedule: TrainingSchedule, exampleCount: Int) {
        self.number = number
        seed = schedule.seed
        examples = schedule.examples(step: number, count: exampleCount)
        dropout = schedule.dropout(step: number)
    }

    func stream(_ purpose: RandomStream.Purpose) -> RandomStream {
        RandomStream(seed: seed, purpose: purpose, step: number)
    }
}

/// The loss of a step, and of single tasks before their weights.
package struct TrainingLoss: Sendable {
    var total: Double
    var parts: PretextLosses?
}
