import ArgumentParser
import MediaInput
import SceneModel
import SceneSegmentation
import ScenePipeline

/// `scened embed`: from a video to shots, parts and embeddings, to be scored later.
struct Embed: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write the shots, parts and embeddings of a video into a file that score and NumPy read.",
        discussion: """
            Examples:
              scened embed film.mp4 --output film.npz
              scened score film.npz --threshold 0.4
              scened embed film.mp4 --similarity encoder,sound --output film.npz
              python3 -c 'import numpy; print(numpy.load("film.npz")["embeddings"].shape)'

            The file holds one row for each part (embeddings, part_*), shot (shot_*), picture (picture_*) and gap \
            (gap_*). Times are ticks: (pts - start_pts) x time_base_numerator / time_base_denominator gives seconds; \
            these numbers are in info, which is JSON. Options that only affect decisions belong to score; --deadline \
            is given here, too, because it determines what must be kept.

            Exit status: as segment's; what was read before the input broke off or the run was stopped is written.
            """)

    @Argument(help: "A file, FIFO or URL, or - for standard input.")
    var input: String

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Write to this file: .npz or .safetensors.", valueName: "file"))
    var output: String

    @Option(help: "How long shots are split, as in segment: thirds, ticks or none.")
    var split: SplitRule?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Length from which a shot counts as long. Default: 10 seconds.", valueName: "duration"),
        transform: NumberArgument.seconds)
    var splitAfter: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Shortest shot. Default: 0.16 seconds; with --shots, no limit.", valueName: "duration"),
        transform: NumberArgument.seconds)
    var minShot: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Also keep what score needs to answer within this deadline.", valueName: "duration"),
        transform: NumberArgument.seconds)
    var deadline: Double?

    @Option(help: CutListInput.help)
    var shots: String?

    @Option(
        help: ArgumentHelp(
            "A model file whose image encoder makes the embeddings. Default: the descriptor.",
            valueName: "file"))
    var model: String?

    @Option(
        help: ArgumentHelp(
            "Also write how surprising and how new each part is (part_surprise, part_novelty), by this file of train contextualizer.",
            valueName: "file"))
    var surprise: String?

    @OptionGroup
    var comparing: SimilarityArguments

    @OptionGroup(title: "Reading")
    var reading: ReadingArguments

    @Flag(name: [.short, .long], help: "Show no progress line.")
    var quiet = false

    func validate() throws {
        guard EmbeddingRecord.isWritable(output) else {
            throw ValidationError("--output takes a name that ends in .npz or .safetensors")
        }
        guard shots != "-" || input != "-" else {
            throw ValidationError("the video and --shots cannot both be standard input")
        }
        try decision.validate()
    }

    /// The flags as those of `segment`, so that both are resolved by the same rules.
    private var decision: DecisionArguments {
        get throws {
            var arguments = try DecisionArguments.parse([])
            arguments.split = split
            arguments.splitAfter = splitAfter
            arguments.minShot = minShot
            arguments.deadline = deadline
            return arguments
        }
    }

    func run() throws {
        var files = FileRoles()
        for path in [input, model, shots, surprise] { files.read(path) }
        files.write(output)
        try files.check()
        let cuts = try shots.map { try CutListInput($0, of: input, reading.mediaOptions()) }
        var (options, descriptor) = try decision.resolve(
            model: nil, speed: reading.speed.plan, preset: .thirds, list: cuts?.list)
        let chosen: (encoder: any ShotEncoder, digest: String?)
        do {
            if let model {
                chosen = try ChosenModel.encoder(path: model, threadCount: reading.threads)
            } else {
                chosen = (descriptor.encoder, nil)
            }
        } catch {
            throw CommandFailure(error)
        }
        if let refusal = SimilarityCue.refusal(comparing.cues, beside: chosen.encoder.name) {
            throw ValidationError("--similarity \(refusal)")
        }
        let further = SimilarityCue.encoders(comparing.cues, beside: chosen.encoder.name)
        options.sound = comparing.cues.contains(.sound) ? .best : .none
        let measure: SurpriseModel?
        do throws(ModelFileError) {
            let maker = EmbeddingMaker(
                name: chosen.encoder.name, width: chosen.encoder.dimension, digest: chosen.digest)
            measure = try surprise.map { path throws(ModelFileError) in
                try SurpriseOptions.model(path: path, maker: maker)
            }
        } catch {
            throw CommandFailure(error)
        }
        Interruption.install()
        let reader: EmbeddingReader
        do {
            reader = try EmbeddingReader(
                .url(input), mediaOptions: reading.mediaOptions(), options: options,
                encoder: chosen.encoder, encoderDigest: chosen.digest, further: further,
                stop: Interruption.stop)
        } catch {
            throw CommandFailure(error)
        }
        try cuts?.check(reader.media)
        let progress = ProgressLine(isShown: Console.isTerminal && !quiet)
        while reader.next() != nil {
            progress.update(media: reader.position, of: reader.expectedLength, shots: reader.counts.shots)
        }
        progress.clear()
        do throws(EmbeddingFileError) {
            var record = reader.record
            if let measure { record.measureSurprises(by: measure) }
            try record.write(to: output)
        } catch {
            throw CommandFailure(error)
        }
        switch reader.ending {
        case .end:
            try CutListInput.judge(
                reader.misfit, path: shots, pictures: reader.counts.pictures, isQuiet: quiet)
        case .interrupted: throw CommandFailure(status: Interruption.status, message: "")
        case .damaged(let reason): throw CommandFailure(damaged: MediaSource.url(input).displayName, reason)
        }
    }
}
