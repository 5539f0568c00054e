internal import Platform
import ArgumentParser
import FoundationEssentials
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
            On a terminal it prints a table of scenes; otherwise, and with --json, one JSON object for each shot, \
            boundary and scene as soon as it is certain.

            Examples:
              scened segment film.mp4
              scened segment film.mp4 --output film.jsonl
              scened segment film.mp4 --report film.html --open
              ffmpeg -i film.mkv -c copy -f mpegts - | scened segment -

            Exit status: 0 done; 64 usage; 65 no video or model, or --export cannot be made; 66 cannot be opened; 73 cannot \
            be written; 74 damaged; 130, 143 stopped. More options: --help-hidden. More to read: scened-segment(1).
            """)

    @Argument(help: "A file, FIFO or URL, or - for standard input.")
    var input: String

    @OptionGroup(title: "Decision")
    var decision: DecisionArguments

    @OptionGroup
    var cue: CueArguments

    @OptionGroup
    var block: BlockArguments

    @OptionGroup(title: "Seen before")
    var recalling: RecallArguments

    @OptionGroup
    var surprising: SurpriseArguments

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file"))
    var output: String?

    @Option(
        help: ArgumentHelp(
            "Also write files in these formats of export, beside --output or here: webvtt,edl.",
            valueName: "format"),
        completion: .list(ExportFormats.names), transform: ExportFormats.init)
    var export: ExportFormats?

    @Option(
        help: ArgumentHelp(
            "Also make an HTML page to look at the scenes and to correct them.", valueName: "file"))
    var report: String?

    @Flag(help: "Open the page of --report in the browser.")
    var open = false

    @Option(
        help: ArgumentHelp(
            "Also write a file of embed, for score, index add and similar.", valueName: "file"))
    var embeddings: String?

    @OptionGroup
    var event: EventArguments

    @Option(
        help: ArgumentHelp(
            "A model file, or the built-in builtin:relational. Default: the descriptor and coherence, without training.",
            valueName: "file"))
    var model: String?

    @OptionGroup
    var comparing: SimilarityArguments

    @Option(help: CutListInput.help)
    var shots: String?

    @OptionGroup(title: "Reading")
    var reading: ReadingArguments

    @OptionGroup(title: "Sound")
    var hearing: SoundArguments

    @Flag(name: [.short, .long], help: "Print only errors on standard error.")
    var quiet = false

    @Flag(
        name: [.short, .long],
        help: ArgumentHelp(
            "Also print what is read and how, and what was repaired.", visibility: .hidden))
    var verbose = false

    @Flag(
        help:
            "Add to shot events the share of each genre in each part, by a model of scened model import --genres."
    )
    var genreShares = false

    func validate() throws {
        guard !(quiet && verbose) else { throw ValidationError("--quiet and --verbose exclude each other") }
        guard report != nil || !open else {
            throw ValidationError("--open needs --report")
        }
        guard embeddings.map(EmbeddingRecord.isWritable) ?? true else {
            throw ValidationError("--embeddings takes a name that ends in .npz or .safetensors")
        }
        try decision.validate(events: event.events)
        try hearing.validate(isHeard: block.blocks, similarity: comparing.chosen, model: model)
        try event.validateShots("--sound", isGiven: hearing.sound)
        try event.validateShots("--genre-shares", isGiven: genreShares)
        try cue.validate(events: event.events)
        try block.validate(events: event.events, isShown: report != nil || export != nil)
        try recalling.validate(events: event.events)
        try surprising.validate(events: event.events)
        try event.validateReasons(findsBlocks: block.blocks)
        guard shots != "-" || input != "-" else {
            throw ValidationError("the video and --shots cannot both be standard input")
        }
    }

    func run() throws {
        var files = FileRoles()
        for path in [
            input, model, shots, event.calibration, recalling.index, recalling.probe,
            recalling.sentences.tags, surprising.surprise,
        ] {
            files.read(path)
        }
        files.write(output)
        if let report { files.write(report, option: "--report") }
        if let embeddings { files.write(embeddings, option: "--embeddings") }
        let exports = export.map { ExportOutput($0.formats, film: input, besides: output) }
        for path in exports?.paths ?? [] { files.write(path, option: "--export") }
        try files.check()
        let cuts = try shots.map { try CutListInput($0, of: input, reading.mediaOptions()) }
        var (options, chosen) = try decision.resolve(
            model: model, similarity: comparing.chosen, hears: !hearing.isSilent, speed: reading.speed.plan,
            threads: reading.threads, preset: .thirds, list: cuts?.list)
        options.cues = cue.cues
        options.blocks = block.options(givesReasons: event.reasons)
        options.recall = try recalling.options(of: chosen, path: model)
        options.surprise = try surprising.options(chosen.embeddings)
        options.givesReasons = event.reasons
        if genreShares { options.genreNames = try GenreNames.required(chosen.encoder.genres, "--model") }
        options.calibration = try event.readCalibration(
            of: chosen.summary, neighbors: options.neighborCount)
        try hearing.apply(to: &options, scorer: chosen.scorer)
        Interruption.install()
        let reader: SceneReader
        do {
            reader = try SceneReader(
                .url(input), mediaOptions: reading.mediaOptions(), options: options, model: chosen,
                thumbnails: report == nil ? nil : ReportOutput.pictureSide,
                keepsEmbeddings: embeddings != nil, stop: Interruption.stop)
        } catch {
            throw CommandFailure(error)
        }
        try cuts?.check(reader.media)
        let outlets = Outlets(
            events: try SceneOutput(event, path: output),
            report: try report.map { path throws(CommandFailure) in try ReportOutput(path: path) },
            exports: exports)
        let refusal = try write(reader, to: outlets)
        if let refusal { Console.say(refusal) }
        try conclude(reader)
        if refusal != nil { throw CommandFailure(status: .noVideo, message: "") }
        if open, let report { try Browser.open(report) }
    }

    /// Everything that is written of a run.
    private struct Outlets {
        let events: SceneOutput
        let report: ReportOutput?
        let exports: ExportOutput?

        func emit(_ event: Event) throws(CommandFailure) {
            try events.emit(event)
            report?.emit(event)
            exports?.emit(event)
        }
    }

    /// Writes what the run gives, exports last: what cannot be exported takes nothing else with it.
    ///
    /// - Returns: why an export cannot be made; nil where all can.
    private func write(_ reader: SceneReader, to outlets: Outlets) throws -> String? {
        var rate = decision.scenesPerHour.map { SceneRateReport(asked: $0, shortest: decision.minScene) }
        let progress = ProgressLine(isShown: Console.isTerminal && !quiet)
        if verbose { Console.say(RunSummary.opening(reader)) }
        defer { progress.clear() }
        try outlets.emit(
            .streamStart(
                reader.streamStart(
                    version: Version.number, feed: event.feedName, run: RunIdentity.make(),
                    threads: reading.threads, model: reader.model, wall: WallClock.timestamp())))
        while let events = reader.next() {
            for event in events {
                rate?.note(event, clock: reader.media.clock)
                try outlets.emit(event)
            }
            try outlets.report?.add(reader.takeThumbnails())
            let counts = reader.counts
            progress.update(
                media: reader.position, of: reader.expectedLength, shots: counts.shots,
                boundaries: counts.boundaries)
        }
        try outlets.emit(reader.streamEnd(wall: WallClock.timestamp()))
        try outlets.events.finish(isQuiet: quiet)
        try outlets.report?.finish(
            title: reader.displayName.split(separator: "/").last.map(String.init) ?? input, film: film)
        do {
            if let embeddings { try reader.record?.write(to: embeddings) }
        } catch {
            throw CommandFailure(error)
        }
        if !quiet, let note = rate?.note(seconds: reader.position) { Console.say(note) }
        if verbose { Console.say(RunSummary.closing(reader)) }
        return try outlets.exports?.finish()
    }

    /// The film for the page's player; nil where the input is no file.
    private var film: String? {
        let path =
            ["file://", "file:"].first(where: input.hasPrefix).map { String(input.dropFirst($0.count)) }
            ?? input
        return FileKind(path: path) == nil ? nil : path
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
