internal import Platform
import ArgumentParser
import MediaInput
import SceneEvents
import SceneModel
import ScenePipeline
import SceneSegmentation
import Timeline

/// `scened segment`: from a video to scene boundaries.
struct Segment: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the shots, boundaries and scenes of a video as JSON lines while it is read.",
        discussion: """
            Examples:
              scened segment film.mp4
              scened segment film.mp4 --events boundary,scene --output film.jsonl
              cat film.ts | scened segment -
              scened segment https://example.org/film.mkv --deadline 40
              scened segment film.mp4 --shots film-Scenes.csv

            Exit status: 0 done (no boundary found is a valid result); 64 wrong usage; 65 no usable video or model; \
            66 the input cannot be opened; 70 internal error; 73 the output cannot be written; 74 the input is \
            damaged and ended early; 130 or 143 stopped by Ctrl-C or SIGTERM; 141 the reader of the output left. \
            In the last four cases everything found until then has been written.

            A file of --output has its name once it is complete; until then it stands beside it as \
            NAME.XXXXXXXX.partial. To read events while they come, redirect standard output. An output that is an input \
            is wrong usage (64), one that would replace a film or a picture is not written (73).
            """)

    @Argument(help: "A file, - for standard input, a FIFO, or any URL that the FFmpeg libraries open.")
    var input: String

    @OptionGroup(title: "Decision")
    var decision: DecisionArguments

    @Option(
        help: ArgumentHelp(
            "Types of event to write, separated by commas: \(EventSelection.names). Default: all but score.",
            valueName: "types"))
    var events: EventSelection?

    @Flag(
        help: "Also write a score event for the end of every shot: the probability that a scene ends there.")
    var scores = false

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file"))
    var output: String?

    @Option(
        help: ArgumentHelp(
            "A model file (safetensors): an image encoder, a context network, or both. Default: neither.",
            discussion: """
                An image encoder sees three key frames of each part; without one, a descriptor of colors and layout \
                takes its place. A context network gives the scores; without one, training-free coherence does. \
                scened model import and scened train make such files; builtin:relational is part of the program.
                """,
            valueName: "file"))
    var model: String?

    @Option(help: CutListInput.help)
    var shots: String?

    @Option(help: ArgumentHelp("Name of the feed, for stream_start.", valueName: "name"))
    var feed = "default"

    @OptionGroup(title: "Reading")
    var reading: ReadingArguments

    @Flag(name: [.short, .long], help: "Neither progress nor table: errors only.")
    var quiet = false

    @Flag(name: [.short, .long], help: "Also say what is read, with what, and what was repaired.")
    var verbose = false

    func validate() throws {
        guard !(quiet && verbose) else { throw ValidationError("--quiet and --verbose exclude each other") }
        try decision.validate(events: events)
        guard shots != "-" || input != "-" else {
            throw ValidationError("the video and --shots cannot both be standard input")
        }
    }

    func run() throws {
        var files = FileRoles()
        for path in [input, model, shots] { files.read(path) }
        files.write(output)
        try files.check()
        let (options, chosen) = try decision.resolve(
            model: model, speed: reading.speed, threads: reading.threads, preset: .thirds,
            list: shots.map(CutListInput.read))
        Interruption.install()
        let reader: SceneReader
        do {
            reader = try SceneReader(
                .url(input), mediaOptions: reading.mediaOptions(), options: options, model: chosen,
                stop: Interruption.stop)
        } catch {
            throw CommandFailure(error)
        }
        var output = try LineOutput.file(orStandardOutput: output)
        try write(reader, to: &output)
    }

    private func write(_ reader: SceneReader, to output: inout LineOutput) throws {
        let kinds = (events ?? .standard).kinds.union(scores ? [.score] : [])
        var writer = EventWriter()
        var table = SceneTable()
        var progress = ProgressLine(isShown: Console.isTerminal && !quiet)
        if verbose { Console.say(Report.opening(reader)) }
        defer { progress.clear() }

        func emit(_ event: Event) throws {
            if case .scene(let scene) = event { table.add(scene, clock: reader.media.clock) }
            if kinds.contains(event.kind) {
                if output.isTerminal { progress.makeRoom() }
                try output.write(writer.line(event))
            } else {
                writer.skip(event)
            }
        }

        try emit(.streamStart(start(of: reader)))
        while let events = reader.next() {
            for event in events { try emit(event) }
            let counts = reader.counts
            progress.update(media: reader.position, shots: counts.shots, boundaries: counts.boundaries)
        }
        try emit(reader.streamEnd(wall: WallClock.timestamp()))
        try output.finish()
        progress.clear()
        if !quiet { Console.write(table.text) }
        if verbose { Console.say(Report.closing(reader)) }
        try conclude(reader)
    }

    /// Turns the way the input ended into an exit status.
    private func conclude(_ reader: SceneReader) throws {
        switch reader.ending {
        case .end:
            try CutListInput.judge(
                reader.misfit, path: shots, pictures: reader.counts.pictures, isQuiet: quiet)
        case .interrupted: throw CommandFailure(status: Interruption.status, message: "")
        case .damaged(let reason): throw CommandFailure(damaged: reader.displayName, reason)
        }
    }

    private func start(of reader: SceneReader) -> StreamStart {
        func microseconds(_ seconds: Double) -> Int64 { Int64((seconds * 1_000_000).rounded()) }
        return StreamStart(
            version: Version.number, input: reader.displayName, feed: feed, run: RunIdentity.make(),
            timeline: 0,
            media: reader.media, options: reader.options.literals(threads: reading.threads),
            model: reader.model,
            delayBound: reader.delayBound.map(microseconds), detectorLag: microseconds(reader.detectorLag),
            decoderDelay: reader.decoderDelay, build: Libraries.inUse, wall: WallClock.timestamp())
    }
}

extension CommandFailure {
    /// The exit status that goes with a failure to open.
    init(_ error: MediaError) {
        let status: ExitStatus =
            switch error.code {
            case .noVideo, .noPictures, .unsupported: .noVideo
            case .noSuchStream: .usage
            case .interrupted: Interruption.status
            default: .cannotOpen
            }
        self.init(status: status, message: error.message)
    }
}
