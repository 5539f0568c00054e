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

            /// K that the rule needs: the formula searches a cut between two shots that stand between others.
            var fewestNeighbors: Int {
                switch self {
                case .averaged, .anchors: 2
                case .dtw, .random, .fixed, .joined: 1
                }
            }
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
                    span: one to five hidden shots in a row, whose embeddings are contrasted with others (--span-loss, \
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
                "Task shot pairs a shot with itself (instance: SimCLR), its neighbor in time (temporal) or the most similar of its window (nearest: ShotCoL). Default: nearest."
        )
        var shotLevel: ShotLevel?

        @Option(
            help: ArgumentHelp(
                "Loss of task span for a hidden shot: contrast (with the others of the batch) or squared (distance). Default: contrast.",
                valueName: "loss"))
        var spanLoss: SpanOptions.Loss?

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp(
                "Largest number of shots in a row that task span hides. Default: 5.", valueName: "count"),
            transform: NumberArgument.whole)
        var spanLongest: Int?

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
                "How anchors are drawn: idw (short shots first), dw (long ones), side (the window's ends). Default: idw."
        )
        var anchors: Anchors?

        @Flag(
            help:
                "FILMS is a folder of key frames, FILM/shot_0000_img_0.jpg, _1, _2: an image encoder is trained too, with BaSSL's augmentations. A full training takes weeks on one machine."
        )
        var keyFrames = false

        /// Image encoders that can be trained.
        enum Encoder: String, ExpressibleByArgument, CaseIterable {
            case resnet18, resnet50
        }

        @Option(help: "The encoder that --key-frames trains. Default: resnet50.")
        var imageEncoder: Encoder?

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp(
                "Side in pixels of the pictures that it sees. Default: 224.", valueName: "pixels"),
            transform: NumberArgument.whole)
        var side: Int?

        @OptionGroup(title: "Genres") var genres: GenreArguments
        @OptionGroup(title: "Network and schedule") var schedule: TrainingScheduleArguments
        @OptionGroup(title: "Output") var output: TrainingOutputArguments

        func validate() throws {
            guard spanLongest.map({ 1...128 ~= $0 }) ?? true else {
                throw ValidationError("--span-longest takes 1 to 128")
            }
            guard side.map({ 32...1024 ~= $0 }) ?? true else {
                throw ValidationError("--side takes 32 to 1024")
            }
            try requireUseOfOptions()
            if schedule.from == nil, let neighbors = schedule.neighbors,
                neighbors < boundary.fewestNeighbors
            {
                throw ValidationError(
                    "--boundary \(boundary.rawValue) looks for a cut between two shots and their ends: give --neighbors \(boundary.fewestNeighbors) or more"
                )
            }
            guard !keyFrames || genres.genres == nil else {
                throw ValidationError(
                    "--key-frames trains an encoder without text, so that genres have no vectors: leave one of the two out"
                )
            }
            try data.requireUse(ofEncoderWithGenres: genres.genres != nil, keyFrames: keyFrames)
            if let kind = schedule.network, !kind.network.answersForEveryShot {
                throw ValidationError(
                    "--network \(kind.rawValue) answers for the center only and cannot be pre-trained: "
                        + "choose \(ContextKind.pretrained)")
            }
        }

        /// Throws for an option of a task, a rule or a flag that was not asked for.
        private func requireUseOfOptions() throws {
            func has(_ task: String) -> Bool { weights[task] ?? 0 > 0 }
            let options: [(name: String, isIdle: Bool, owner: String)] = [
                ("--shot-level", shotLevel != nil && !has("shot"), "task shot: name it in --tasks"),
                ("--span-loss", spanLoss != nil && !has("span"), "task span: name it in --tasks"),
                ("--span-longest", spanLongest != nil && !has("span"), "task span: name it in --tasks"),
                ("--anchors", anchors != nil && boundary != .anchors, "--boundary anchors: give that"),
                ("--image-encoder", imageEncoder != nil && !keyFrames, "--key-frames: give that"),
                ("--side", side != nil && !keyFrames, "--key-frames: give that"),
            ]
            if let idle = options.first(where: \.isIdle) {
                throw ValidationError("\(idle.name) goes with \(idle.owner), too")
            }
        }

        /// Throws for a network to go on with whose windows are too short for the rule.
        private func requireNeighbors(of start: TrainingJob.Start) throws(CommandFailure) {
            guard case .from(let file) = start, file.context.neighborCount < boundary.fewestNeighbors else {
                return
            }
            throw CommandFailure(
                status: .noVideo,
                message:
                    "\(file.path): its network sees \(file.context.neighborCount) shot on each side, and --boundary \(boundary.rawValue) needs \(boundary.fewestNeighbors): give a model that sees more, or --boundary dtw"
            )
        }

        /// From pictures, end to end.
        private func trainEncoder() throws {
            guard data.films.count == 1, schedule.from == nil else {
                throw ValidationError("--key-frames takes one folder, and no --from")
            }
            guard case .fresh(let network) = try schedule.start(preset: .crn) else { return }
            let side = side ?? 224
            let line = StatusLine(isShown: Console.isTerminal && !output.quiet)
            // A little more than is seen, as the reference resizes to 256 what it cuts to 224.
            let films = try KeyFrameFolder(path: data.films[0], shotRanges: data.shots).read(
                side: side * 8 / 7, stop: Interruption.stop
            ) { line.show("film \($1) of \($2)  \($0)") }
            line.clear()
            let shots = films.reduce(0) { $0 + $1.shots.count }
            var job = try TrainingJob.encoderPretraining(
                isDeep: imageEncoder != .resnet18, options: network, films: films, pretext: options,
                schedule: schedule.schedule(.fresh(network), examples: shots), side: side)
            job.metadata.version = Version.number
            job.metadata.license = output.license
            var driver = try TrainingDriver(
                job, output: output, films: [], validation: [], extent: (films.count, shots))
            try driver.run()
        }

        private var weights: [String: Float] {
            tasks?.weights ?? ["ssm": 1, "cgm": 1, "pp": 1, "msm": 1]
        }

        private var options: PretextOptions {
            let weights = weights
            let rule: BoundaryRule =
                switch boundary {
                case .dtw: .warping
                case .averaged: .averaged
                case .random: .random
                case .fixed: .fixed
                case .joined: .synthesised
                case .anchors:
                    switch anchors ?? .idw {
                    case .idw: .anchors(.inverseDuration)
                    case .dw: .anchors(.duration)
                    case .side: .anchors(.side)
                    }
                }
            let partner: ShotLevelPretext =
                switch shotLevel ?? .nearest {
                case .instance: .instance
                case .temporal: .temporal
                case .nearest: .nearestNeighbor
                }
            let shot = weights["shot"] ?? 0
            return PretextOptions(
                shotSceneMatching: weights["ssm"] ?? 0, groupMatching: weights["cgm"] ?? 0,
                boundaryPrediction: weights["pp"] ?? 0, maskedModeling: weights["msm"] ?? 0,
                spanModeling: weights["span"] ?? 0, spanLoss: spanLoss ?? .contrast,
                longestSpan: spanLongest ?? 5,
                shotLevel: shot > 0 ? partner : nil, shotLevelWeight: shot, rule: rule)
        }

        func run() throws {
            try output.check(reading: data.inputs + [genres.genres].compactMap { $0 }, schedule.from)
            Interruption.install()
            BLAS.threadCount = schedule.threads
            do {
                if keyFrames { return try trainEncoder() }
                let start = try schedule.start(preset: .crn)
                try requireNeighbors(of: start)
                var known = try genres.training(
                    model: data.encoder, from: schedule.from, threads: schedule.threads)
                let read = try data.read(
                    data.films, run: output.folder, genres: known, threads: schedule.threads,
                    isQuiet: output.quiet)
                let films = try known?.prepare(read) ?? read.trainingFilms()
                if known == nil { try start.requireEncoder(of: read) }
                known?.measure(films, isQuiet: output.quiet)
                let examples = films.reduce(0) { $0 + $1.shotCount }
                var job = try TrainingJob.pretraining(
                    start, films: films, encoder: read.encoder, options: options,
                    schedule: schedule.schedule(start, examples: examples), genres: known)
                job.note(read)
                job.metadata.version = Version.number
                job.metadata.license = output.license ?? job.metadata.license
                var driver = try TrainingDriver(job, output: output, films: films, validation: [])
                try driver.run()
            } catch let error as TrainingDataError {
                throw CommandFailure(error)
            }
        }
    }
}
