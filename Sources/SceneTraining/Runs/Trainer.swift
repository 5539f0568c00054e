internal import NeuralNet
package import SceneModel

/// Trains a model on an objective: the schedule, the optimizer, the limit of gradients and checkpoints are
/// the same for all that is learned.
package struct Trainer<Task: Objective>: TrainingRun {
    package private(set) var model: Task.Model
    package private(set) var step = 0
    package let schedule: TrainingSchedule
    private let objective: Task
    private let learningRate: LearningRateSchedule
    private var optimizer: Optimizer
    private var room: Task.Room
    private var gradient: Task.Model

    package init(_ model: Task.Model, _ objective: Task, schedule: TrainingSchedule) {
        let count = objective.exampleCount
        precondition(count > 0, "an example")
        self.model = model
        self.objective = objective
        self.schedule = schedule
        learningRate = schedule.learningRate(count)
        optimizer = Optimizer(schedule.rule)
        room = objective.makeRoom(model, batch: schedule.windows(count))
        gradient = model.zeroed()
    }

    package var totalSteps: Int { learningRate.totalSteps }
    package var stepsPerEpoch: Int { schedule.stepsPerEpoch(objective.exampleCount) }
    package var hasFiniteWeights: Bool { model.isFinite }

    package mutating func advance() -> TrainingProgress {
        precondition(!isFinished, "a step after the last")
        let now = TrainingStep(step, of: schedule, exampleCount: objective.exampleCount)
        gradient.clearParameters()
        let loss = objective.addGradient(now, model, room: &room, gradient: &gradient)
        let length = gradient.clipLength(to: schedule.gradientLimit ?? .infinity)
        let rate = learningRate.rate(step: step)
        optimizer.step(&model, gradient: &gradient, rate: rate, isTrained: objective.isTrained)
        objective.settle(&model, room)
        step += 1
        return TrainingProgress(
            step: step, totalSteps: totalSteps, epoch: (step - 1) / stepsPerEpoch + 1,
            windows: now.examples.count, rate: rate, loss: loss.total, gradientLength: length,
            parts: loss.parts)
    }

    package func checkpoint() -> Checkpoint {
        Checkpoint(run: fingerprint, step: step, model: model, optimizer: optimizer)
    }

    package mutating func restore(_ checkpoint: Checkpoint) throws(CheckpointError) {
        try checkpoint.restore(run: fingerprint, model: &model, optimizer: &optimizer)
        step = checkpoint.step
    }

    package func file(_ metadata: ModelMetadata) -> SafetensorsWriter { objective.file(model, metadata) }

    package func scores(_ films: [TrainingFilm]) -> [[Float]]? { objective.scores(model, films) }

    var fingerprint: String {
        "\(objective.title) \(schedule) \(objective.details) examples \(objective.exampleCount) "
            + "films \(objective.filmsIdentity) parameters \(model.parameterCount)"
    }
}
