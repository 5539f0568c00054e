import ArgumentParser
import NeuralNet
import ScenePipeline
import SceneModel
import SceneSegmentation
import SceneTraining
import TensorKernels
import TrainingPipeline

extension Train {
    /// `scened train encoder`: a shot encoder of clips from videos without labels.
    struct Encoder: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Train a shot encoder for motion, on videos without labels.",
            discussion: """
                Examples:
                  scened train encoder archive/ --from resnet50.safetensors --output motion.safetensors
                  scened train encoder archive/ --output motion.safetensors --estimate
                  scened segment film.mp4 --model motion.safetensors

                The network is Slow-D, a ResNet-50 over clips of 16 pictures (Hierarchical Self-supervised \
                Representation Learning for Movie Understanding, CVPR 2022). It learns as CVRL does (arXiv \
                2008.03800): two clips of one shot are similar, those of other shots of the batch are not. Shots \
                that fill less than half a clip, and shots in which nothing moves, are left out.

                The pictures of two clips of each shot are kept in memory, 3 x (8/7 side)^2 bytes each. Full \
                training takes weeks on one machine: begin with --from, and with --estimate.

                Checkpoints, estimate and exit status: as scened train finetune.
                """)

        @Argument(help: "Videos, or folders of videos.")
        var films: [String]

        @Option(
            help: ArgumentHelp(
                "Begin with this network: training of a network of clips continues; a ResNet-50 is inflated to Slow-D, with its filters on the middle frames.",
                valueName: "model"))
        var from: String?

        @OptionGroup(title: "Clips") var clips: ClipArguments

        @Flag(
            help:
                "Never mirror clips, so that left and right, clockwise and counterclockwise stay distinct."
        )
        var keepDirections = false

        @OptionGroup(title: "Network and schedule") var schedule: EncoderScheduleArguments
        @OptionGroup(title: "Output") var output: TrainingOutputArguments

        func validate() throws {
            guard !films.isEmpty else { throw ValidationError("name videos, or folders of videos") }
            if from != nil, let flag = schedule.sizing {
                throw ValidationError("--from brings its own network: leave \(flag) out")
            }
        }

        func run() throws {
            try output.check(reading: films, from)
            Interruption.install()
            BLAS.threadCount = schedule.repeatable.threads
            do {
                let start = try start()
                let options = MotionOptions(
                    clip: try clip(start), side: clips.side ?? Self.usualSide,
                    temperature: Float(schedule.temperature), mirrors: !keepDirections)
                let films = try takes(options)
                let count = films.reduce(0) { $0 + $1.takes.count }
                var job = try TrainingJob.motion(
                    start, films: films, options: options, schedule: schedule.schedule(examples: count))
                job.metadata.license = output.license
                var driver = try TrainingDriver(
                    job, output: output, films: [], validation: [], extent: (films.count, count))
                try driver.run()
            } catch let error as TrainingDataError {
                throw CommandFailure(error)
            }
        }

        /// Pixels of the side of the pictures, unless somebody says otherwise.
        static let usualSide = 112

        private func start() throws -> TrainingJob.MotionStart {
            guard let from else { return .fresh(blocks: schedule.stages, width: schedule.width ?? 64) }
            do {
                return .file(try SafetensorsFile(path: from))
            } catch {
                throw CommandFailure(error)
            }
        }

        /// As the flags say, or the network that training goes on with; 16x4 for a new one.
        private func clip(_ start: TrainingJob.MotionStart) throws -> ClipSampling {
            if let clip = clips.sampling { return clip }
            guard case .file(let file) = start else { return ClipSampling(frames: 16, stride: 4) }
            do {
                return try EncoderOutline(file)?.family == .motion
                    ? MotionNetwork.clip(of: file) : ClipSampling(frames: 16, stride: 4)
            } catch let error as ModelFileError {
                throw CommandFailure(error)
            }
        }

        /// What can be learned from; says what is left out.
        private func takes(_ options: MotionOptions) throws -> [MotionFilm] {
            let line = StatusLine(isShown: Console.isTerminal && !output.quiet)
            defer { line.clear() }
            let sources = try FilmCollection.sources(films)
            if let file = sources.first(where: { !$0.isVideo }) {
                throw CommandFailure(
                    status: .noVideo,
                    message: "'\(file.path)' holds no pictures, and clips are made of them: give the video")
            }
            var segmentation = SegmentOptions()
            segmentation.split = .thirds
            var found: [MotionFilm] = []
            var (short, still, all) = (0, 0, 0)
            for (index, source) in sources.enumerated() {
                let name = "film \(index + 1) of \(sources.count)  \(source.path)"
                line.show(name)
                // A little more than is seen, as key frames are cut for training.
                let takes = try MotionTakes(
                    source.path, clip: options.clip, side: options.side * 8 / 7, options: segmentation,
                    threads: schedule.repeatable.threads, stop: Interruption.stop
                ) { line.show(name + "  " + ClockText.hours($0)) }
                let usable = takes.film.usable(frames: options.clip.frames)
                all += takes.film.takes.count
                short += usable.short
                still += usable.still
                found.append(usable.film)
                if let damage = takes.damage, !output.quiet {
                    line.clear()
                    Console.say("\(damage)")
                }
            }
            line.clear()
            let count = found.reduce(0) { $0 + $1.takes.count }
            guard count > 1 else {
                throw CommandFailure(
                    status: .noVideo,
                    message: Self.shortage(
                        usable: count, all: all, short: short, still: still, clip: options.clip))
            }
            if short + still > 0, !output.quiet {
                Console.say(
                    "\(short + still) of \(all) shots are left out: \(short) fill less than half a clip, in \(still) nothing moves"
                )
            }
            return found
        }

        /// Why there is too little to learn from.
        private static func shortage(
            usable: Int, all: Int, short: Int, still: Int, clip: ClipSampling
        ) -> String {
            let span = (clip.frames / 2) * clip.stride
            let kinds = "\(usable) of \(all) shots can be used, and 2 are the fewest"
            if short > still {
                return
                    "\(kinds): \(short) fill less than half a clip of \(clip.frames) frames, which takes about "
                    + "\(span) pictures; give longer shots, or a smaller --clip"
            }
            if still > 0 {
                return
                    "\(kinds): in \(still) nothing moves, and clips of stills teach nothing about motion; give "
                    + "recordings that move, or train on key frames with scened train pretrain --key-frames"
            }
            return "\(kinds): give more recordings"
        }
    }
}
