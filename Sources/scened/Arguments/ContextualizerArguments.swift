import ArgumentParser
import NeuralNet
import SceneModel
import SceneTraining

/// The flags that size a contextualizer and say what and how long it learns.
struct ContextualizerArguments: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Parts of a sequence (N). Default: 5, as in the paper.", valueName: "count"),
        transform: NumberArgument.whole)
    var tokens = 5

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Hidden width. Default: 1024, as in the paper.", valueName: "count"),
        transform: NumberArgument.whole)
    var width = 1024

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Width between the feed-forward layers. Default: twice --width.", valueName: "count"),
        transform: NumberArgument.whole)
    var inner: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Transformer layers. Default: 3, as in the paper.", valueName: "count"),
        transform: NumberArgument.whole)
    var layers = 3

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Attention heads. Default: 16, as in the paper.", valueName: "count"),
        transform: NumberArgument.whole)
    var heads = 16

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Largest share of a sequence that a span hides. Default: 0.6, 1 to 3 of 5, as in the paper.",
            valueName: "share"),
        transform: NumberArgument.decimal)
    var share = 0.6

    @Option(
        help: ArgumentHelp(
            "contrast: tells the true part from a queue of others, as in the paper; squared: the squared distance from it.",
            valueName: "loss"))
    var loss = SpanOptions.Loss.contrast

    @Option(
        help: ArgumentHelp(
            "uniform: a span of random length and place; discrepancy: the part that the others predict worst, at the cost of N + 1 more passes.",
            valueName: "rule"))
    var sampling = SpanOptions.Sampling.uniform

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Temperature of the contrast. Default: 0.1.", valueName: "number"),
        transform: NumberArgument.decimal)
    var temperature = 0.1

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Parts in the queue, at most all; a longer queue makes steps slower. Default: 4096; in the paper, 65536.",
            valueName: "count"),
        transform: NumberArgument.whole)
    var queue = 4096

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Passes over the recordings. Default: enough for about 600 steps, at least 4.",
            valueName: "count"), transform: NumberArgument.whole)
    var epochs: Int?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Sequences per step. Default: 256.", valueName: "count"),
        transform: NumberArgument.whole)
    var batch = 256

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Highest learning rate of AdamW, reached after a twentieth of the steps; then half a cosine falls to 0. Default: 0.0001.",
            valueName: "number"), transform: NumberArgument.decimal)
    var rate = 0.0001

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Weight decay. Default: 0.01.", valueName: "number"),
        transform: NumberArgument.decimal)
    var decay = 0.01

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Dropout. Default: 0.1.", valueName: "share"),
        transform: NumberArgument.decimal)
    var dropout = 0.1

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Embeddings of the archive that the model keeps for comparison. Default: 512.",
            valueName: "count"),
        transform: NumberArgument.whole)
    var reference = 512

    @OptionGroup
    var repeatable: RepeatableArguments
    var seed: UInt64 { repeatable.seed }
    var threads: Int { repeatable.threads }

    func validate() throws {
        try TrainingLimits.check(2...256 ~= tokens, "--tokens takes 2 to 256")
        try TrainingLimits.check(width: width, layers: layers, heads: heads)
        try TrainingLimits.check(inner.map { 4...16384 ~= $0 } ?? true, "--inner takes 4 to 16384")
        try TrainingLimits.check(width, dividesInto: heads)
        try TrainingLimits.check(share > 0 && share <= 1, "--share takes more than 0, at most 1")
        try TrainingLimits.check(temperature: temperature)
        try TrainingLimits.check(queue: queue)
        try TrainingLimits.check(epochs: epochs, batch: batch, rate: rate, decay: decay)
        try TrainingLimits.check(dropout: dropout)
        try TrainingLimits.check(1...65536 ~= reference, "--reference takes 1 to 65536")
    }

    /// What is learned; `heldOut`: share of the recordings.
    func options(heldOut: Double) -> ContextualizerOptions {
        var options = ContextualizerOptions()
        (options.sizes.width, options.sizes.inner) = (width, inner ?? 2 * width)
        (options.sizes.headCount, options.sizes.layerCount) = (heads, layers)
        options.sizes.tokenCount = tokens
        (options.spans.share, options.spans.loss, options.spans.sampling) = (share, loss, sampling)
        options.spans.temperature = Float(temperature)
        options.spans.queueLength = queue
        options.heldOutShare = heldOut
        options.referenceCount = reference
        return options
    }

    /// How long and how fast, for about `examples` sequences.
    func schedule(examples: Int) -> TrainingSchedule {
        return TrainingSchedule(
            epochs: epochs ?? TrainingSchedule.usualEpochs(examples, batchSize: batch), batchSize: batch,
            rate: Float(rate),
            warmupShare: 0.05, rule: .adamW(decay: Float(decay)), dropout: Float(dropout), gradientLimit: 1,
            seed: seed)
    }
}

extension SpanOptions.Loss: ExpressibleByArgument {}
extension SpanOptions.Sampling: ExpressibleByArgument {}
