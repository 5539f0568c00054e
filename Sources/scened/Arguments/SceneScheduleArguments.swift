import ArgumentParser
import NeuralNet
import SceneModel
import SceneTraining
import TensorKernels

/// The flags that size a scene encoder and say how long and how fast it learns.
struct SceneScheduleArguments: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Hidden width. Default: 128.", valueName: "count"), transform: NumberArgument.whole
    )
    var width = 128

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Transformer layers. Default: 2.", valueName: "count"),
        transform: NumberArgument.whole)
    var layers = 2

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Attention heads. Default: 4.", valueName: "count"),
        transform: NumberArgument.whole)
    var heads = 4

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Width of the head that is contrasted and thrown away; 0: the scene's vector itself. Default: 128, as the paper.",
            valueName: "count"), transform: NumberArgument.whole)
    var projection = 128

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("About how many steps the encoder takes. Default: 200.", valueName: "count"),
        transform: NumberArgument.whole)
    var steps = 200

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Passes over the pairs of recordings before that. The paper has 20. Default: 4.",
            valueName: "count"),
        transform: NumberArgument.whole)
    var pairEpochs = 4

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Pairs of scenes per step.", valueName: "count"),
        transform: NumberArgument.whole)
    var batch = 64

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Greatest learning rate of the encoder; half a cosine leads to 0.", valueName: "number"),
        transform: NumberArgument.decimal)
    var rate = 0.0001

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Weight decay, added to the gradient.", valueName: "number"),
        transform: NumberArgument.decimal)
    var decay = 1e-8

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Dropout of the encoder.", valueName: "share"),
        transform: NumberArgument.decimal)
    var dropout = 0.1

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Temperature of the contrast.", valueName: "number"),
        transform: NumberArgument.decimal)
    var temperature = 0.07

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Share of the twin that a step keeps. The paper has 0.999. Default: 0.99.", valueName: "share"),
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
            "Scenes of the queue that a scene is not told apart from: none (the paper), same (of its own recording and its partner's) or similar (also of all that are alike). Default: similar.",
            valueName: "rule"))
    var exclude = MomentumOptions.Exclusion.similar

    @OptionGroup
    var repeatable: RepeatableArguments
    var seed: UInt64 { repeatable.seed }
    var threads: Int { repeatable.threads }

    func validate() throws {
        func check(_ condition: Bool, _ message: String) throws {
            if !condition { throw ValidationError(message) }
        }
        try check(4...4096 ~= width, "--width takes 4 to 4096")
        try check(1...24 ~= layers, "--layers takes 1 to 24")
        try check(1...64 ~= heads, "--heads takes 1 to 64")
        try check(
            width % heads == 0,
            "a width of \(width) does not divide into \(heads) heads: change --width or --heads")
        try check(0...4096 ~= projection, "--projection takes 0 to 4096")
        try check(1...10_000_000 ~= steps, "--steps takes 1 to 10000000")
        try check(1...10_000 ~= pairEpochs, "--pair-epochs takes 1 to 10000")
        try check(1...65536 ~= batch, "--batch takes 1 to 65536")
        try check(rate > 0 && rate <= 100, "--rate takes more than 0, at most 100")
        try check(0...1 ~= decay, "--decay takes 0 to 1")
        try check(dropout >= 0 && dropout < 1, "--dropout takes 0 to less than 1")
        try check(0.001...10 ~= temperature, "--temperature takes 0.001 to 10")
        try check(momentum >= 0 && momentum < 1, "--momentum takes 0 to less than 1")
        try check(queue.map { 1...1_000_000 ~= $0 } ?? true, "--queue takes 1 to 1000000")
    }

    /// Both stages, for an archive.
    func options(_ archive: SceneArchive, window: Int) -> SceneLearningOptions {
        let pairs = max(1, archive.pairBound(window: window))
        let batch = min(batch, pairs)
        var contrast = MomentumOptions.small(pairs: pairs, batch: batch)
        contrast.headWidth = projection
        contrast.momentum = Float(momentum)
        contrast.temperature = Float(temperature)
        contrast.window = window
        contrast.leastShots = min(contrast.leastShots, window)
        contrast.exclusion = exclude
        if let queue { contrast.queueLength = max(1, queue / batch) * batch }
        var sizes = SceneTransformer.Sizes()
        (sizes.width, sizes.inner, sizes.headCount, sizes.layerCount) = (width, 2 * width, heads, layers)
        let steps = max(1, pairs / batch)
        return SceneLearningOptions(
            similarity: SimilarityOptions(
                lengths: archive.films.map(\.shotCount), embeddingWidth: archive.films[0].embeddings.columns),
            similaritySchedule: TrainingSchedule(
                epochs: pairEpochs, batchSize: 32, rate: 0.1, warmupShare: 0,
                rule: .sgd(momentum: 0.9, decay: 0), dropout: 0.5, gradientLimit: 1, seed: seed),
            momentum: contrast,
            momentumSchedule: TrainingSchedule(
                epochs: max(1, (self.steps + steps / 2) / steps), batchSize: batch, rate: Float(rate),
                warmupShare: 0.25, rule: .adam(decay: Float(decay)), dropout: Float(dropout),
                gradientLimit: 5,
                seed: seed),
            sizes: sizes)
    }
}

extension MomentumOptions.Exclusion: ExpressibleByArgument {}
