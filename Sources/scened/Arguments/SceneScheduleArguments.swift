import ArgumentParser
import NeuralNet
import SceneModel
import SceneTraining
import TensorKernels

/// The flags that size a scene encoder and say how long and how fast it learns.
struct SceneScheduleArguments: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Hidden width of a new encoder. Default: 128.", valueName: "count"),
        transform: NumberArgument.whole)
    var width: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Transformer layers of a new encoder. Default: 2.", valueName: "count"),
        transform: NumberArgument.whole)
    var layers: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Attention heads of a new encoder. Default: 4.", valueName: "count"),
        transform: NumberArgument.whole)
    var heads: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Width of the head that is contrasted and then discarded; 0: contrast the scene's vector itself. Default: 128, as in the paper.",
            valueName: "count"), transform: NumberArgument.whole)
    var projection = 128

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Approximate number of steps of the encoder. Default: 200.", valueName: "count"),
        transform: NumberArgument.whole)
    var steps = 200

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Passes over the pairs of recordings before that. Default: 4; in the paper, 20.",
            valueName: "count"),
        transform: NumberArgument.whole)
    var pairEpochs = 4

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Pairs of scenes per step. Default: 64; 8 with --from.", valueName: "count"),
        transform: NumberArgument.whole)
    var batch: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Highest learning rate of the encoder; half a cosine falls to 0. Default: 0.0001; with --from 0.000005, as in the paper.",
            valueName: "number"),
        transform: NumberArgument.decimal)
    var rate: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Weight decay, added to the gradient. Default: 0.00000001.", valueName: "number"),
        transform: NumberArgument.decimal)
    var decay = 1e-8

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Dropout of a new encoder. Default: 0.1.", valueName: "share"),
        transform: NumberArgument.decimal)
    var dropout: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Temperature of the contrast. Default: 0.07.", valueName: "number"),
        transform: NumberArgument.decimal)
    var temperature = 0.07

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Share of the momentum encoder that a step keeps. Default: 0.99; in the paper, 0.999.",
            valueName: "share"),
        transform: NumberArgument.decimal)
    var momentum = 0.99

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Scenes in the queue, rounded to whole batches. Default: a quarter of the pairs of scenes, at most 65536.",
            valueName: "count"), transform: NumberArgument.whole)
    var queue: Int?

    @Option(
        help: ArgumentHelp(
            "Scenes of the queue that a scene is not contrasted with: none (as in the paper), same (those of its own recording and its partner's) or similar (also those of all similar recordings). Default: similar.",
            valueName: "rule"))
    var exclude = MomentumOptions.Exclusion.similar

    @OptionGroup
    var repeatable: RepeatableArguments
    var seed: UInt64 { repeatable.seed }
    var threads: Int { repeatable.threads }

    func validate() throws {
        try TrainingLimits.check(width: sizes.width, layers: sizes.layerCount, heads: sizes.headCount)
        try TrainingLimits.check(sizes.width, dividesInto: sizes.headCount)
        try TrainingLimits.check(0...4096 ~= projection, "--projection takes 0 to 4096")
        try TrainingLimits.check(1...10_000_000 ~= steps, "--steps takes 1 to 10000000")
        try TrainingLimits.check(1...10_000 ~= pairEpochs, "--pair-epochs takes 1 to 10000")
        try TrainingLimits.check(batch: batch, rate: rate, decay: decay)
        try TrainingLimits.check(dropout: dropout)
        try TrainingLimits.check(temperature: temperature)
        try TrainingLimits.check(momentum >= 0 && momentum < 1, "--momentum takes 0 to less than 1")
        try TrainingLimits.check(queue: queue)
    }

    /// The flag that sizes a new encoder, if one is given.
    var sizing: String? {
        [("--width", width), ("--layers", layers), ("--heads", heads)].first { $1 != nil }?.0
            ?? (dropout == nil ? nil : "--dropout")
    }

    /// Of a new encoder.
    private var sizes: SceneTransformer.Sizes {
        var sizes = SceneTransformer.Sizes()
        let width = width ?? 128
        (sizes.width, sizes.inner, sizes.headCount, sizes.layerCount) = (
            width, 2 * width, heads ?? 4, layers ?? 2
        )
        return sizes
    }

    /// Both stages, for an archive. `goesOn`: the encoder is not a new one, but one of pictures.
    func options(_ archive: SceneArchive, window: Int, goesOn: Bool) -> SceneLearningOptions {
        let pairs = max(1, archive.pairBound(window: window))
        let batch = min(batch ?? (goesOn ? 8 : 64), pairs)
        var contrast = MomentumOptions.small(pairs: pairs, batch: batch)
        contrast.headWidth = projection
        contrast.momentum = Float(momentum)
        contrast.temperature = Float(temperature)
        contrast.window = window
        contrast.leastShots = min(contrast.leastShots, window)
        contrast.exclusion = exclude
        if let queue { contrast.queueLength = max(1, queue / batch) * batch }
        let steps = max(1, pairs / batch)
        return SceneLearningOptions(
            similarity: SimilarityOptions(
                lengths: archive.films.map(\.shotCount), embeddingWidth: archive.films[0].embeddings.columns),
            similaritySchedule: TrainingSchedule(
                epochs: pairEpochs, batchSize: 32, rate: 0.1, warmupShare: 0,
                rule: .sgd(momentum: 0.9, decay: 0), dropout: 0.5, gradientLimit: 1, seed: seed),
            momentum: contrast,
            momentumSchedule: TrainingSchedule(
                epochs: max(1, (self.steps + steps / 2) / steps), batchSize: batch,
                rate: Float(rate ?? (goesOn ? 5e-6 : 1e-4)),
                warmupShare: 0.25, rule: .adam(decay: Float(decay)),
                dropout: goesOn ? 0 : Float(dropout ?? 0.1), gradientLimit: 5, seed: seed),
            sizes: sizes)
    }
}

extension MomentumOptions.Exclusion: ExpressibleByArgument {}
