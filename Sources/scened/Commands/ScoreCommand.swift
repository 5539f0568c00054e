internal import Platform
import ArgumentParser
import SceneEvents
import SceneModel
import ScenePipeline
import SceneSegmentation
import Timeline

/// `scened score`: from embeddings to scene boundaries.
struct ScoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "Print the boundaries and scenes of a video whose shots are already embedded.",
        discussion: """
            Examples:
              scened embed film.mp4 --output film.npz && scened score film.npz
              scened score film.npz --model model.safetensors --scores
              my-encoder film.mp4 | scened score - --model model.safetensors
              scened score film.npz --beside colors.npz
              scened score heard.npz --similarity encoder

            FILE is a file of embed: then the events are those of segment with the same options. Or it holds JSON \
            lines, one for each shot, in order: {"start":SECONDS,"end":SECONDS,"embedding":[NUMBERS]}. Then pts is \
            null in all events, and shots are not split. A shot ends where the next begins if they lie within a \
            second of each other; a longer hole is a gap. If embed was given several cues (--similarity), parts are \
            compared by all of them. With "embeddings":[[NUMBERS],[NUMBERS]] parts are compared by several vectors \
            side by side.

            The file records how shots were split: give --split, --split-after, --min-shot and --deadline as for \
            embed, or leave them out; other values are refused.

            Exit status: 0 done; 64 wrong usage; 65 the file or the model cannot be used; 66 the file cannot be \
            opened; 73 the output cannot be written; 141 the reader of the output closed it.
            """)

    @Argument(help: "A file of embed, or JSON lines; - for JSON lines on standard input.")
    var file: String

    @OptionGroup(title: "Decision")
    var decision: DecisionArguments

    @Option(
        help: ArgumentHelp(
            "A model file with a context network, or the built-in builtin:relational. Default: coherence, without training.",
            valueName: "file"))
    var model: String?

    @Option(
        help: ArgumentHelp(
            "A file of embed of the same film by another encoder: parts are compared by both.",
            valueName: "file"))
    var beside: String?

    @Option(
        help: ArgumentHelp(
            "Cues of FILE by which parts are compared: encoder, also with descriptor, sound or both. Default: all.",
            valueName: "cues"),
        transform: SimilarityCueList.init)
    var similarity: SimilarityCueList?

    @OptionGroup
    var event: EventArguments

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file"))
    var output: String?

    @Flag(name: [.short, .long], help: "Print only errors on standard error.")
    var quiet = false

    @Flag(
        help:
            "Add to shot events the share of each genre in each part, by a model of scened model import --genres."
    )
    var genreShares = false

    @OptionGroup
    var surprising: SurpriseArguments

    func validate() throws {
        try decision.validate(events: event.events)
        try surprising.validate(events: event.events)
        try event.validateReasons()
        try event.validateShots("--genre-shares", isGiven: genreShares)
        guard beside == nil || similarity == nil else {
            throw ValidationError("--beside adds a cue that --similarity leaves out: leave one of them out")
        }
    }

    func run() throws {
        var files = FileRoles()
        for path in [file, model, beside, event.calibration, surprising.surprise] { files.read(path) }
        files.write(output)
        try files.check()
        do {
            if file != "-", EmbeddingRecord.isRecord(file) {
                try score(EmbeddingRecord(path: file))
            } else {
                try scoreLines()
            }
        } catch let error as EmbeddingFileError {
            // Messages about lines do not name the file.
            let isNamed = error.description.hasPrefix(file)
            throw CommandFailure(
                status: CommandFailure(error).status,
                message: isNamed ? error.description : "\(file): \(error.description)")
        } catch let error as ModelFileError {
            throw CommandFailure(error)
        }
    }

    /// The events of the video that a record was made of.
    private func score(_ record: EmbeddingRecord) throws {
        var record = record
        try beside.map { try Self.add($0, beside: file, to: &record) }
        if let cues = similarity?.cues {
            if let refusal = SimilarityCue.refusal(cues, beside: record.info.encoder) {
                throw ValidationError("--similarity \(refusal)")
            }
            guard record.keep(cues) else {
                throw CommandFailure(
                    status: .noVideo,
                    message: "\(file): lacks a cue of --similarity: embed again with the same --similarity")
            }
        }
        let further = (record.info.further ?? []).map(\.encoder)
        let recorded = record.info.options
        try requireAgreement(with: recorded)
        var options = decision.decisions
        options.take(record.info)
        let chosen =
            try model.map {
                try ChosenScorer(
                    path: $0, encoder: record.info.encoder, digest: record.info.digest, further: further,
                    dimension: record.info.dimension,
                    neighborCount: decision.neighbors ?? options.neighborCount, similarity: similarity?.cues)
            }
            ?? ChosenScorer(
                neighborCount: decision.neighbors ?? options.neighborCount, encoder: record.info.encoder,
                further: further)
        guard beside == nil || !chosen.summary.similarity.isEmpty else {
            throw ValidationError(
                "--beside does not go with the network \(chosen.summary.scorer), which takes one embedding of each part: leave one out, or give a relational network"
            )
        }
        if let refusal = SimilarityCue.refusal(similarity?.cues ?? [], of: chosen.summary) {
            throw ValidationError("--similarity \(refusal)")
        }
        try complete(&options, with: chosen)
        if genreShares { options.genreNames = try GenreNames.required(record.info.genres, file) }
        options.surprise = try surprising.options(
            EmbeddingMaker(
                name: record.info.encoder, width: record.info.dimension, digest: record.info.digest))
        let writer = try SceneOutput(event, path: output)
        let build = Libraries.inUse.map { ($0.name, $0.name == "ffmpeg" ? record.info.ffmpeg : $0.version) }
        try writer.emit(
            .streamStart(
                StreamStart(
                    version: Version.number, input: file, feed: event.feedName, run: RunIdentity.make(),
                    timeline: 0,
                    media: record.info.media.summary, options: options.literals(threads: recorded.threads),
                    model: chosen.summary,
                    delayBound: options.delayBound.map { Int64(($0 * 1_000_000).rounded()) },
                    detectorLag: record.info.detectorLag, decoderDelay: record.info.decoderDelay,
                    build: build,
                    wall: WallClock.timestamp())))
        var replay = EmbeddingReplay(record, scorer: chosen.scorer, options: options)
        while let events = replay.next() {
            for event in events { try writer.emit(event) }
        }
        try writer.emit(replay.streamEnd(wall: WallClock.timestamp()))
        try writer.finish(isQuiet: quiet)
    }

    /// Adds the embeddings in the file `path` to those of `file`.
    private static func add(_ path: String, beside file: String, to record: inout EmbeddingRecord) throws {
        let other: EmbeddingRecord
        do throws(EmbeddingFileError) {
            other = try EmbeddingRecord(path: path)
        } catch {
            throw CommandFailure(error)
        }
        guard record.add(further: other) else {
            throw CommandFailure(
                status: .noVideo,
                message:
                    "\(path): holds other parts than \(file); make both with embed, of one film and with the same options"
            )
        }
    }

    /// Shots with embeddings made elsewhere, as they come.
    private func scoreLines() throws {
        guard beside == nil, similarity == nil else {
            throw ValidationError(
                "\(beside == nil ? "--similarity" : "--beside") goes with files of scened embed: give several embeddings in each JSON line"
            )
        }
        if decision.deadline != nil || (decision.split.map { $0 != .whole } ?? false)
            || decision.minShot != nil
        {
            throw ValidationError(
                "JSON lines are taken as they come: leave --deadline, --split and --min-shot to scened embed")
        }
        guard !decision.intraShot else {
            throw ValidationError(
                "--intra-shot looks where long shots are split, and JSON lines are taken as they come: leave it out"
            )
        }
        if genreShares { _ = try GenreNames.required(nil, file) }
        guard surprising.surprise == nil, surprising.noveltyWindow == nil else {
            let name = surprising.surprise == nil ? "--novelty-window" : "--surprise"
            throw ValidationError(
                "\(name) goes with the encoder of scened: give a file of scened embed, or leave it out")
        }
        guard event.calibration == nil else {
            throw ValidationError(
                "--calibration goes with the encoder of scened: give a file of scened embed, or leave it out")
        }
        var input = try LineInput(path: file, longestLine: EmbeddingLine.longestLine)
        var options = decision.decisions
        options.split = .whole
        options.detector = .given
        options.splitAfter = decision.splitAfter ?? options.splitAfter
        var started: (session: LineScoringSession, writer: SceneOutput)?
        var number = 0
        while let bytes = try input.next() {
            number += 1
            if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }) { continue }
            // A film or another binary file, rather than a fault in a line.
            guard started != nil || bytes.first(where: { $0 != 0x20 && $0 != 0x09 }) == UInt8(ascii: "{")
            else {
                throw CommandFailure(
                    status: .noVideo,
                    message: "\(file): this is neither a file of embed nor JSON lines; run scened embed first"
                )
            }
            let line = try EmbeddingLine(parsing: bytes, number: number)
            if started == nil { started = try start(&options, dimensions: line.dimensions) }
            guard let events = try started?.session.push(line, number: number) else { continue }
            for event in events { try started?.writer.emit(event) }
        }
        guard case (var session, let writer)? = started else {
            throw CommandFailure(
                status: .noVideo,
                message: "\(file): holds no shots; give a file of scened embed, or JSON lines")
        }
        for event in session.finish() { try writer.emit(event) }
        try writer.emit(session.streamEnd(wall: WallClock.timestamp()))
        try writer.finish(isQuiet: quiet)
    }

    /// Chooses who scores, now that the widths are known, and writes the first event.
    private func start(
        _ options: inout SegmentOptions, dimensions: [Int]
    ) throws -> (LineScoringSession, SceneOutput) {
        let further = dimensions.dropFirst().map { _ in ChosenScorer.unnamedEncoder }
        let chosen =
            try model.map {
                try ChosenScorer(
                    path: $0, encoder: nil, further: further, dimension: dimensions[0],
                    neighborCount: decision.neighbors ?? options.neighborCount)
            }
            ?? ChosenScorer(
                neighborCount: decision.neighbors ?? options.neighborCount,
                encoder: ChosenScorer.unnamedEncoder, further: further)
        guard further.isEmpty || !chosen.summary.similarity.isEmpty else {
            throw CommandFailure(
                status: .noVideo,
                message:
                    "\(file): has several embeddings of a shot, and the network \(chosen.summary.scorer) takes one; leave --model out, or give a relational network"
            )
        }
        try complete(&options, with: chosen)
        let writer = try SceneOutput(event, path: output)
        let media = MediaSummary(container: "", codec: "", width: 0, height: 0, clock: .secondsOnly)
        try writer.emit(
            .streamStart(
                StreamStart(
                    version: Version.number, input: file, feed: event.feedName, run: RunIdentity.make(),
                    timeline: 0,
                    media: media, options: options.literals(threads: 0), model: chosen.summary,
                    delayBound: nil,
                    detectorLag: 0, decoderDelay: 0, build: Libraries.inUse, wall: WallClock.timestamp())))
        return (LineScoringSession(scorer: chosen.scorer, dimensions: dimensions, options: options), writer)
    }

    private func complete(_ options: inout SegmentOptions, with chosen: ChosenScorer) throws {
        try decision.requireNeighbors(of: chosen.summary)
        options.neighborCount = decision.neighbors ?? chosen.summary.neighborCount
        options.givesReasons = event.reasons
        options.calibration = try event.readCalibration(
            of: chosen.summary, neighbors: options.neighborCount)
        options.threshold = decision.threshold ?? chosen.threshold ?? options.threshold
    }

    /// Refuses flags that ask for other parts than the file holds.
    private func requireAgreement(with recorded: EmbeddingRecord.Options) throws {
        func require(_ flag: String, _ agrees: Bool, _ value: String) throws {
            guard agrees else {
                throw ValidationError(
                    "\(file) was made with \(flag) \(value): leave \(flag) out, or embed again")
            }
        }
        try require("--split", decision.split.map { $0.rawValue == recorded.split } ?? true, recorded.split)
        guard !decision.intraShot || recorded.split != SplitRule.whole.rawValue else {
            throw ValidationError(
                "--intra-shot looks where long shots are split, and \(file) was made with --split none: leave it out, or embed again"
            )
        }
        try require(
            "--split-after", decision.splitAfter.map { $0 == recorded.splitAfter } ?? true,
            "\(recorded.splitAfter)")
        try require(
            "--min-shot", decision.minShot.map { $0 == recorded.minimumShot } ?? true,
            "\(recorded.minimumShot)")
        guard let deadline = decision.deadline, deadline != recorded.deadline else { return }
        throw ValidationError(
            "\(file) was made \(recorded.deadline.map { "with --deadline \($0)" } ?? "without a deadline"): "
                + "embed again with --deadline \(deadline)")
    }
}
