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
                  scened train pretrain archive/ --genres film.tsv --encoder clip.safetensors --output genres.safetensors
                  scened train pretrain keyframes/ --key-frames --image-encoder resnet18 --side 96 --output seen.safetensors

                The four tasks of BaSSL (arXiv 2201.05277) over embeddings as they are: shot-scene matching (ssm), \
                contextual group matching (cgm), pseudo-boundary prediction (pp), masked shot modeling (msm). The file \
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
                    guard let name = pieces.first.map(String.init), let weight, weight.isFinite, weight >= 0,
                        ["ssm", "cgm", "pp", "msm", "span", "shot"].contains(name)
                    else { return nil }
                    weights[name] = weight
                }
                guard weights.values.contains(where: { $0 > 0 }) else { return nil }
            }
        }

        @OptionGroup(title: "Films") var data: TrainingDataArguments

        @Option(
            help: ArgumentHelp(
                "Tasks, separated by commas, each with =WEIGHT if it is not 1. Default: ssm,cgm,pp,msm.",
                discussion: """
                    span: one to five hidden shots in a row, whose embeddings are told apart from others (--span-loss, \
                    --span-longest). shot: contrast of single shots with the partner that --shot-level names.
                    """,
                valueName: "tasks"))
        var tasks: Tasks?

        /// With what the contrast of single shots pairs a shot.
        enum ShotLevel: String, ExpressibleByArgument, CaseIterable {
            case instance, temporal, nearest
        }

        @Option(
            help:
                "Task shot pairs a shot with itself (instance: SimCLR), its neighbor in time (temporal) or the most similar of its window (nearest: ShotCoL)."
        )
        var shotLevel = ShotLevel.nearest

        @Option(
            help: ArgumentHelp(
                "What task span asks of a hidden shot: contrast (to be told apart from the batch's others) or squared (distance).",
                valueName: "loss"))
        var spanLoss = SpanOptions.Loss.contrast

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp("The most shots in a row that task span hides.", valueName: "count"),
            transform: NumberArgument.whole)
        var spanLongest = 5

        @Option(
            help: ArgumentHelp(
                "Pseudo-boundaries: dtw, averaged, random, fixed, joined or anchors.",
                discussion: """
                    dtw: alignment with the window's ends, as BaSSL's code; averaged: its paper's formula; random, \
                    fixed (after the center); joined: windows from two films; anchors: the formula between two shots \
                    drawn by --anchors.
                    """))
        var boundary = Rule.dtw

        @Option(
            help:
                "How anchors are drawn: idw (short shots first), dw (long ones), side (the window's ends).")
        var anchors = Anchors.idw

        @Flag(
            help:
                "FILMS is a folder of key frames, FILM/shot_0000_img_0.jpg, _1, _2: an image encoder is trained too, with BaSSL's augmentations. Weeks of one machine for a real one."
        )
        var keyFrames = false

        /// Image encoders that can be trained.
        enum Encoder: String, ExpressibleByArgument, CaseIterable {
            case resnet18, resnet50
        }

        @Option(help: "The encoder that --key-frames trains.")
        var imageEncoder = Encoder.resnet50

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp("Pixels that it sees of each picture's side.", valueName: "pixels"),
            transform: NumberArgument.whole)
        var side = 224

        @OptionGroup(title: "Genres") var genres: GenreArguments
        @OptionGroup(title: "Network and schedule") var schedule: TrainingScheduleArguments
        @OptionGroup(title: "Output") var output: TrainingOutputArguments

        func validate() throws {
            guard 1...128 ~= spanLongest else { throw ValidationError("--span-longest takes 1 to 128") }
            guard 32...1024 ~= side else { throw ValidationError("--side takes 32 to 1024") }
            guard !keyFrames || genres.genres == nil else {
                throw ValidationError(
                    "--key-frames trains an encoder without text, so that genres have no vectors: leave one of the two out"
                )
            }
            try data.requireUse(ofEncoderWithGenres: genres.genres != nil)
            if let kind = schedule.network, !kind.network.answersForEveryShot {
                throw ValidationError(
                    "--network \(kind.rawValue) answers for the center only and cannot be pre-trained: "
                        + "choose \(ContextKind.pretrained)")
            }
        }

        /// From pictures, end to end.
        private func trainEncoder() throws {
            guard data.films.count == 1, schedule.from == nil else {
                throw ValidationError("--key-frames takes one folder, and no --from")
            }
            guard case .fresh(let network) = try schedule.start(preset: .crn) else { return }
            let line = StatusLine(isShown: Console.isTerminal && !output.quiet)
            // A little more than is seen, as the reference resizes to 256 what it cuts to 224.
            let films = try KeyFrameFolder(path: data.films[0], shotRanges: data.shots).read(
                side: side * 8 / 7, stop: Interruption.stop
            ) { line.show("film \($1) of \($2)  \($0)") }
            line.clear()
            let shots = films.reduce(0) { $0 + $1.shots.count }
            var job = try TrainingJob.encoderPretraining(
                isDeep: imageEncoder == .resnet50, options: network, films: films, pretext: options,
                schedule: schedule.schedule(.fresh(network), examples: shots), side: side)
            job.metadata.license = output.license
            var driver = try TrainingDriver(
                job, output: output, films: [], validation: [], extent: (films.count, shots))
            try driver.run()
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
            let partner: ShotLevelPretext =
                switch shotLevel {
                case .instance: .instance
                case .temporal: .temporal
                case .nearest: .nearestNeighbor
                }
            let shot = weights["shot"] ?? 0
            return PretextOptions(
                shotSceneMatching: weights["ssm"] ?? 0, groupMatching: weights["cgm"] ?? 0,
                boundaryPrediction: weights["pp"] ?? 0, maskedModeling: weights["msm"] ?? 0,
                spanModeling: weights["span"] ?? 0, spanLoss: spanLoss, longestSpan: spanLongest,
                shotLevel: shot > 0 ? partner : nil, shotLevelWeight: shot, rule: rule)
        }

        func run() throws {
            try output.check(reading: data.inputs + [genres.genres].compactMap { $0 }, schedule.from)
            Interruption.install()
            BLAS.threadCount = schedule.threads
            do {
                if keyFrames { return try trainEncoder() }
                let start = try schedule.start(preset: .crn)
                var known = try genres.training(
                    model: data.encoder, from: schedule.from, threads: schedule.threads)
                let read = try data.read(
                    data.films, run: output.folder, genres: known, threads: schedule.threads,
                    isQuiet: output.quiet)
                let films = try known?.prepare(read) ?? read.trainingFilms()
                known?.measure(films, isQuiet: output.quiet)
                let examples = films.reduce(0) { $0 + $1.shotCount }
                var job = try TrainingJob.pretraining(
                    start, films: films, encoder: read.encoder, options: options,
                    schedule: schedule.schedule(start, examples: examples), genres: known)
                job.metadata.license = output.license ?? job.metadata.license
                var driver = try TrainingDriver(job, output: output, films: films, validation: [])
                try driver.run()
            } catch let error as TrainingDataError {
                throw CommandFailure(error)
            }
        }
    }
}
