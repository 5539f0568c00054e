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
        abstract: "Find the scenes of a video.",
        discussion: """
            On a terminal it prints a table of scenes; else, and with --json, one JSON object for each shot, boundary \
            and scene as soon as it is certain.

            Examples:
              scened segment film.mp4
              scened segment film.mp4 --output film.jsonl
              ffmpeg -i film.mkv -c copy -f mpegts - | scened segment -

            Exit status: 0 done; 64 usage; 65 no video or model; 66 cannot be opened; 73 cannot be written; 74 damaged; \
            130, 143 stopped. More options: --help-hidden. More to read: scened-segment(1).
            """)

    @Argument(help: "A file, - for standard input, a FIFO, or any URL that the FFmpeg libraries open.")
    var input: String

    @OptionGroup(title: "Decision")
    var decision: DecisionArguments

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file"))
    var output: String?

    @OptionGroup
    var event: EventArguments

    @Option(
        help: ArgumentHelp(
            "A model file: image encoder, context network, or both; builtin:relational is part of the program.",
            valueName: "file"))
    var model: String?

    @Option(help: CutListInput.help)
    var shots: String?

    @OptionGroup(title: "Reading")
    var reading: ReadingArguments

    @Flag(name: [.short, .long], help: "Nothing on standard error but errors.")
    var quiet = false

    @Flag(
        name: [.short, .long],
        help: ArgumentHelp(
            "Also say what is read, with what, and what was repaired.", visibility: .hidden))
    var verbose = false

    func validate() throws {
        guard !(quiet && verbose) else { throw ValidationError("--quiet and --verbose exclude each other") }
        try decision.validate(events: event.events)
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
        try write(reader, to: SceneOutput(event, path: output))
    }

    private func write(_ reader: SceneReader, to output: SceneOutput) throws {
        var rate = decision.scenesPerHour.map { SceneRateReport(asked: $0, shortest: decision.minScene) }
        let progress = ProgressLine(isShown: Console.isTerminal && !quiet)
        if verbose { Console.say(Report.opening(reader)) }
        defer { progress.clear() }
        try output.emit(.streamStart(start(of: reader)))
        while let events = reader.next() {
            for event in events {
                rate?.note(event, clock: reader.media.clock)
                try output.emit(event)
            }
            let counts = reader.counts
            progress.update(
                media: reader.position, of: reader.expectedLength, shots: counts.shots,
                boundaries: counts.boundaries)
        }
        try output.emit(reader.streamEnd(wall: WallClock.timestamp()))
        try output.finish(isQuiet: quiet)
        if !quiet, let note = rate?.note(seconds: reader.position) { Console.say(note) }
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
            version: Version.number, input: reader.displayName, feed: event.feedName, run: RunIdentity.make(),
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
