import ArgumentParser
import NeuralNet
import SceneModel
import SceneTraining
import TrainingPipeline

/// Rules by which parameters move, as `--optimizer` names them.
enum OptimizerName: String, ExpressibleByArgument, CaseIterable {
    case adam, adamw, lars, sgd
}

extension ContextKind: ExpressibleByArgument {}

/// The flags that size a network and say how long and how fast it learns; shared by the commands that train.
struct TrainingScheduleArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Kind of network: crn, mlp, lstm or relational.",
            discussion: """
                relational sees how shots resemble one another, needs few films, and serves any encoder's embeddings. \
                crn (BaSSL's), lstm and mlp see the embeddings themselves, and serve one encoder. Default: relational to \
                fine-tune, crn to pre-train, or that of --from.
                """))
    var network: ContextKind?

    @Option(
        help: ArgumentHelp(
            "Continue from this model's context network, and from its boundary head if it has one.",
            valueName: "model"))
    var from: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Shots seen on each side (K). Default: 8.", valueName: "K"),
        transform: NumberArgument.whole)
    var neighbors: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Hidden width. Default: 64 for relational, otherwise 256.", valueName: "count"),
        transform: NumberArgument.whole)
    var width: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Transformer layers. Default: 1 for relational, 2 for crn.", valueName: "count"),
        transform: NumberArgument.whole)
    var layers: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Attention heads. Default: 4 for relational, 8 for crn.", valueName: "count"),
        transform: NumberArgument.whole)
    var heads: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Passes over the films. Default: enough for about 600 steps, at least 4.",
            valueName: "count"), transform: NumberArgument.whole)
    var epochs: Int?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Windows per step. Default: 64.", valueName: "count"),
        transform: NumberArgument.whole)
    var batch = 64

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Highest learning rate; half a cosine falls to 0. Default: 0.001 for relational, 0.3 with lars, otherwise 0.0003.",
            valueName: "number"), transform: NumberArgument.decimal)
    var rate: Double?

    @Option(help: "Optimizer: adam, adamw, lars or sgd. Default: adamw for relational, otherwise adam.")
    var optimizer: OptimizerName?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Weight decay. Default: 0.05 with adamw, 0.000001 with lars, otherwise 0.", valueName: "number"),
        transform: NumberArgument.decimal)
    var decay: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Dropout. Default: 0.2 for relational, otherwise 0.1.", valueName: "share"),
        transform: NumberArgument.decimal)
    var dropout: Double?

    @Option(
        name: .customLong("clip"),
        help: ArgumentHelp(
            "Largest length of a step's gradient; a longer one is shortened to it. 0: no limit. Default: 1 for relational, otherwise 5.",
            valueName: "length"))
    var gradientLimit: Double?

    @OptionGroup
    var repeatable: RepeatableArguments
    var seed: UInt64 { repeatable.seed }
    var threads: Int { repeatable.threads }

    func validate() throws {
        try TrainingLimits.check(neighbors.map { 1...64 ~= $0 } ?? true, "--neighbors takes 1 to 64")
        try TrainingLimits.check(width: width, layers: layers, heads: heads)
        try TrainingLimits.check(epochs: epochs, batch: batch, rate: rate, decay: decay)
        try TrainingLimits.check(dropout: dropout)
        try TrainingLimits.check(
            gradientLimit.map { 0...1_000_000 ~= $0 } ?? true, "--clip takes 0 (no limit) to 1000000")
        try TrainingLimits.check(
            from == nil || [neighbors, width, layers, heads].allSatisfy { $0 == nil } && network == nil,
            "--from brings its own network: leave --network, --neighbors, --width, --layers and --heads out")
    }

    /// What is trained.
    func start(preset: ContextKind) throws -> TrainingJob.Start {
        if let from {
            do throws(ModelFileError) {
                let file = try SafetensorsFile(path: from)
                guard ModelFile.hasNetwork(file) else {
                    throw ModelFileError(
                        .missingTensor, path: from, detail: "holds no network that finds boundaries",
                        remedy:
                            "give a file of train pretrain, train finetune or model import, or leave --from out"
                    )
                }
                return .from(try ModelFile(file))
            } catch {
                throw CommandFailure(error)
            }
        }
        var options = NetworkOptions(kind: network ?? preset)
        options.neighborCount = neighbors ?? options.neighborCount
        options.width = width ?? options.width
        options.layerCount = layers ?? options.layerCount
        options.headCount = heads ?? options.headCount
        if let fault = options.fault { throw ValidationError("\(fault): change --width or --heads") }
        return .fresh(options)
    }

    /// How long and how fast, for `examples` windows.
    func schedule(_ start: TrainingJob.Start, examples: Int) -> TrainingSchedule {
        let kind =
            switch start {
            case .fresh(let options): options.kind
            case .from(let file): file.metadata.context
            }
        let preset = kind.network.preset
        let name = optimizer ?? (preset.shrinksWeights ? .adamw : .adam)
        let rule: Optimizer.Rule =
            switch name {
            case .adam: .adam(decay: Float(decay ?? 0))
            case .adamw: .adamW(decay: Float(decay ?? 0.05))
            case .lars: .lars(decay: Float(decay ?? 1e-6))
            case .sgd: .sgd(momentum: 0.9, decay: Float(decay ?? 0))
            }
        let limit = gradientLimit ?? preset.gradientLimit
        return TrainingSchedule(
            epochs: epochs ?? TrainingSchedule.usualEpochs(examples, batchSize: batch), batchSize: batch,
            rate: Float(rate ?? (name == .lars ? 0.3 : preset.rate)), warmupShare: 0.1,
            rule: rule, dropout: Float(dropout ?? preset.dropout),
            gradientLimit: limit > 0 ? limit : nil, seed: seed)
    }
}

/// Where a run writes, and whether it goes on.
struct TrainingOutputArguments: ParsableArguments {
    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Write the model to this file (safetensors).", valueName: "file"))
    var output: String

    @Option(
        help: ArgumentHelp(
            "Folder of the run: metrics.jsonl, curves.svg, and the checkpoint. Default: OUTPUT.run.",
            valueName: "folder"))
    var run: String?

    @Flag(help: "Continue where a run with these options stopped, or begin if none did.")
    var resume = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Also save a checkpoint every this many steps; one is saved every minute.", valueName: "steps"),
        transform: NumberArgument.whole)
    var checkpointEvery: Int?

    @Option(
        name: [.long, .customLong("licence")],
        help: ArgumentHelp("License of the weights; kept in the file.", valueName: "text"))
    var license: String?

    @Flag(help: "Say how long the run would take and how much memory, and stop.")
    var estimate = false

    @Flag(name: [.short, .long], help: "Print only errors on standard error.")
    var quiet = false

    func validate() throws {
        guard output.hasSuffix(".safetensors") else {
            throw ValidationError("--output takes a name that ends in .safetensors")
        }
        guard checkpointEvery.map({ $0 > 0 }) ?? true else {
            throw ValidationError("--checkpoint-every takes at least 1")
        }
    }

    var folder: RunFolder { RunFolder(path: run ?? output + ".run") }

    /// Whether making the run's folder makes the one that the model is written into.
    private var runMakesFolder: Bool {
        guard let slash = output.lastIndex(of: "/") else { return false }
        let parent = String(output[...slash])
        return (folder.path + "/").hasPrefix(parent)
    }

    /// Throws `CommandFailure` where the model, or a file of the run, is one of the `inputs`, or they are one
    /// another.
    func check(reading inputs: [String], _ model: String?) throws(CommandFailure) {
        var files = FileRoles()
        files.read(inputs)
        files.read(model)
        files.write(output, folderIsMade: runMakesFolder)
        for path in [folder.checkpointPath, folder.metricsPath, folder.curvesPath] {
            files.write(path, option: "--run", folderIsMade: true)
        }
        try files.check()
    }
}
