import ArgumentParser
import SceneModel
import SceneTraining
import TensorKernels
import TrainingPipeline

extension Train {
    /// `scened train pretrain`: a network from films without labels.
    struct Pretrain: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Pre-train a network on films without labels.",
            discussion: """
                Examples:
                  scened train pretrain archive/ --output pretrained.safetensors
                  scened train pretrain archive/ --tasks ssm,pp --boundary anchors --anchors idw --output pretrained.safetensors
                  scened train finetune archive/ --labels labels/ --from pretrained.safetensors --output mine.safetensors

                The four tasks of BaSSL (arXiv 2201.05277) over embeddings as they are: shot-scene matching (ssm), \
                contextual group matching (cgm), pseudo-boundary prediction (pp), masked shot modelling (msm). The file \
                serves train finetune --from, and, by its pp head, segment and score as a detector without labels.

                Checkpoints, estimate and exit status: as scened train finetune.
                """)

        /// How a window is cut in pseudo-scenes.
        enum Rule: String, ExpressibleByArgument, CaseIterable {
            case dtw, averaged, random, fixed, joined, anchors
        }

        /// How anchors are drawn.
        enum Anchors: String, ExpressibleByArgument, CaseIterable {
            case idw, dw, side
        }

        /// Tasks with their weights, as `--tasks` takes them: `ssm,pp=0.5`.
        struct Tasks: ExpressibleByArgument {
            var weights: [String: Float] = [:]

            init?(argument: String) {
                for item in argument.split(separator: ",") {
                    let pieces = item.split(separator: "=", maxSplits: 1)
                    let weight = pieces.count > 1 ? Float(pieces[1]) : 1
                    guard let weight, weight.isFinite, weight >= 0,
                        ["ssm", "cgm", "pp", "msm"].contains(String(pieces[0]))
                    else { return nil }
                    weights[String(pieces[0])] = weight
                }
                guard weights.values.contains(where: { $0 > 0 }) else { return nil }
            }
        }

        @OptionGroup(title: "Films") var data: TrainingDataArguments

        @Option(
            help: ArgumentHelp(
                "Tasks, separated by commas, each with =WEIGHT if it is not 1. Default: ssm,cgm,pp,msm.",
                valueName: "tasks"))
        var tasks: Tasks?

        @Option(
            help: ArgumentHelp(
                "Pseudo-boundaries: dtw, averaged, random, fixed, joined or anchors.",
                discussion: """
                    dtw: alignment with the window's ends, as BaSSL's code; averaged: its paper's formula; random, \
                    fixed (after the centre); joined: windows from two films; anchors: the formula between two shots \
                    drawn by --anchors.
                    """))
        var boundary = Rule.dtw

        @Option(
            help:
                "How anchors are drawn: idw (short shots first), dw (long ones), side (the window's ends).")
        var anchors = Anchors.idw

        @OptionGroup(title: "Network and schedule") var schedule: TrainingScheduleArguments
        @OptionGroup(title: "Output") var output: TrainingOutputArguments

        func validate() throws {
            if let network = schedule.network, network == .mlp || network == .relational {
                throw ValidationError(
                    "--network \(network.rawValue) answers for the centre only and cannot be pre-trained: choose crn or "
                        + "lstm")
            }
        }

        private var options: PretextOptions {
            let weights = tasks?.weights ?? ["ssm": 1, "cgm": 1, "pp": 1, "msm": 1]
            let rule: BoundaryRule =
                switch boundary {
                case .dtw: .warping
                case .averaged: .averaged
                case .random: .random
                case .fixed: .fixed
                case .joined: .synthesised
                case .anchors:
                    switch anchors {
                    case .idw: .anchors(.inverseDuration)
                    case .dw: .anchors(.duration)
                    case .side: .anchors(.side)
                    }
                }
            return PretextOptions(
                shotSceneMatching: weights["ssm"] ?? 0, groupMatching: weights["cgm"] ?? 0,
                boundaryPrediction: weights["pp"] ?? 0, maskedModeling: weights["msm"] ?? 0, rule: rule)
        }

        func run() throws {
            Interruption.install()
            BLAS.threadCount = schedule.threads
            let start = try schedule.start(preset: .crn)
            do {
                let read = try data.read(
                    data.films, run: output.folder, threads: schedule.threads, isQuiet: output.quiet)
                let films = try read.trainingFilms()
                let examples = films.reduce(0) { $0 + $1.shotCount }
                var job = try TrainingJob.pretraining(
                    start, films: films, encoder: read.encoder, options: options,
                    schedule: schedule.schedule(start, examples: examples))
                job.metadata.licence = output.licence ?? job.metadata.licence
                var driver = try TrainingDriver(job, output: output, films: films, validation: [])
                try driver.run()
            } catch let error as TrainingDataError {
                throw CommandFailure(error)
            }
        }
    }
}
