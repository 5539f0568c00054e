import ArgumentParser
import NeuralNet
import SceneTraining

/// The flags that size a network of clips and say how long and how fast it learns.
struct EncoderScheduleArguments: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Outputs of the first convolution of a new network; its vectors are 32 times as long. Default: 64.",
            valueName: "count"), transform: NumberArgument.whole)
    var width: Int?

    @Option(
        help: ArgumentHelp(
            "Blocks of the four stages of a new network. Default: 3,4,6,3, as in ResNet-50.",
            valueName: "counts"
        ))
    var blocks: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Passes over the shots. Default: enough for about 600 steps, at least 4.", valueName: "count"),
        transform: NumberArgument.whole)
    var epochs: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Shots per step, two clips of each. Default: 8.", valueName: "count"),
        transform: NumberArgument.whole)
    var batch = 8

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Highest learning rate; half a cosine falls to 0. Default: 0.32 x batch / 1024 with sgd, as in CVRL; 0.3 with lars; otherwise 0.001.",
            valueName: "number"), transform: NumberArgument.decimal)
    var rate: Double?

    @Option(help: "Optimizer: sgd, adamw, adam or lars. Default: sgd.")
    var optimizer = OptimizerName.sgd

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Weight decay. Default: 0.000001.", valueName: "number"),
        transform: NumberArgument.decimal)
    var decay = 1e-6

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Temperature of the contrast. Default: 0.1.", valueName: "number"),
        transform: NumberArgument.decimal)
    var temperature = 0.1

    @OptionGroup
    var repeatable: RepeatableArguments

    func validate() throws {
        try TrainingLimits.check(width.map { 1...256 ~= $0 } ?? true, "--width takes 1 to 256")
        try TrainingLimits.check(
            blocks == nil || CommaList.items(blocks ?? "").count == 4 && stages.count == 4,
            "--blocks takes four numbers from 1 to 36, such as 3,4,6,3")
        try TrainingLimits.check(
            epochs: epochs, batch: batch, least: 2, most: 4096, rate: rate, decay: decay)
        try TrainingLimits.check(temperature: temperature)
    }

    /// Blocks of each stage.
    var stages: [Int] {
        CommaList.items(blocks ?? "3,4,6,3").compactMap { Int($0) }.filter { 1...36 ~= $0 }
    }

    /// The flag that sizes a new network, if one is given.
    var sizing: String? { width != nil ? "--width" : blocks != nil ? "--blocks" : nil }

    /// How long and how fast, for `examples` shots. Warm-up in 2.5 % of the steps, as CVRL.
    func schedule(examples: Int) -> TrainingSchedule {
        let rule: Optimizer.Rule =
            switch optimizer {
            case .sgd: .sgd(momentum: 0.9, decay: Float(decay))
            case .adam: .adam(decay: Float(decay))
            case .adamw: .adamW(decay: Float(decay))
            case .lars: .lars(decay: Float(decay))
            }
        let usual =
            switch optimizer {
            case .sgd: 0.32 * Double(batch) / 1024
            case .adam, .adamw: 0.001
            case .lars: 0.3
            }
        return TrainingSchedule(
            epochs: epochs ?? TrainingSchedule.usualEpochs(examples, batchSize: batch), batchSize: batch,
            rate: Float(rate ?? usual), warmupShare: 0.025, rule: rule, dropout: 0, gradientLimit: nil,
            seed: repeatable.seed)
    }
}
