import ArgumentParser
import SceneModel
import SceneTraining
import TensorKernels
import TrainingPipeline

extension Train {
    /// `scened train contextualizer`: what usually follows what, from recordings without labels.
    struct ContextualizerCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "contextualizer",
            abstract: "Learn what usually follows what, from recordings without labels.",
            discussion: """
                Examples:
                  scened train contextualizer archive/ --output usual.safetensors --estimate
                  scened train contextualizer archive/ --width 256 --heads 8 --output usual.safetensors
                  scened embed monday.ts --surprise usual.safetensors --output monday.npz
                  scened segment monday.ts --surprise usual.safetensors --output monday.jsonl

                A Transformer predicts hidden parts from the others of their sequence (TxE of Hierarchical \
                Self-supervised Representation Learning for Movie Understanding, CVPR 2022) over embeddings as they \
                are. With the past alone it says how surprising each next part is, and when something new is on. The \
                paper's decoder, which describes events in words, is not included.

                A fifth of the recordings is held out: on these, the command measures how often the last part of a \
                sequence is found first among parts of the archive, by the prediction and by a copy of the part \
                before it, and how surprising the archive usually is. The default network is the paper's, of 25 \
                million parameters; for an archive of some days --width 256 --heads 8 learns in a tenth of the time.

                Checkpoints, estimate and exit status: as scened train finetune.
                """)

        @OptionGroup(title: "Recordings") var data: TrainingDataArguments

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp(
                "Share of the recordings, or of the only one, that is held out for evaluation. 0: evaluate on those trained on. Default: 0.2.",
                valueName: "share"), transform: NumberArgument.decimal)
        var heldOut = 0.2

        @OptionGroup(title: "Network and schedule") var schedule: ContextualizerArguments
        @OptionGroup(title: "Output") var output: TrainingOutputArguments

        func validate() throws {
            try data.requireUse(ofEncoderWithGenres: false)
            guard heldOut >= 0, heldOut <= 0.9 else { throw ValidationError("--held-out takes 0 to 0.9") }
        }

        func run() throws {
            try output.check(reading: data.inputs, nil)
            Interruption.install()
            BLAS.threadCount = schedule.threads
            do {
                let read = try data.read(
                    data.films, run: output.folder, threads: schedule.threads, isQuiet: output.quiet)
                let films = try read.trainingFilms()
                let options = schedule.options(heldOut: heldOut)
                let examples = films.reduce(0) { $0 + max(0, $1.shotCount - schedule.tokens + 1) }
                let learning: ContextualizerRun
                do {
                    learning = try ContextualizerRun(
                        films, options, schedule: schedule.schedule(examples: examples))
                } catch {
                    let smaller = error.isOfTokens ? ", or a smaller --tokens" : ""
                    throw CommandFailure(
                        status: .noVideo,
                        message:
                            "no recording has \(error.needed) parts that show something: give longer recordings\(smaller)"
                    )
                }
                if !output.quiet {
                    Console.say(
                        "held out: "
                            + (learning.heldOut.isEmpty ? "none" : learning.heldOut.joined(separator: ", ")))
                }
                var metadata = ModelMetadata()
                metadata.encoder = read.encoder
                metadata.encoderDigest = read.encoderDigest
                metadata.license = output.license
                metadata.seed = "\(schedule.seed)"
                var driver = try TrainingDriver(
                    TrainingJob(run: learning, metadata: metadata), output: output, films: films,
                    validation: [])
                try driver.run()
            } catch let error as TrainingDataError {
                throw CommandFailure(error)
            }
        }
    }
}
