internal import Platform
import ArgumentParser
import MediaInput
import SceneEvaluation
import SceneEvents
import SceneModel
import ScenePipeline
import SceneSegmentation
import TextFiles
import Timeline

/// `scened evaluate delays`: what sooner answers cost.
struct EvaluateDelays: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delays",
        abstract: "Show what earlier answers cost: accuracy against delay, on your own films.",
        discussion: """
            Examples:
              scened evaluate delays film.mp4 --truth labels.json
              scened evaluate delays a.mp4 b.mp4 --truth labels/ --neighbors 2,4,8 --deadlines 10,20 --plot delays.svg
              scened evaluate delays a.mp4 b.mp4 --truth labels/ --write-calibration mine.json

            Each film is read once, and decided once for each number of neighbors and each deadline. Shots are split by \
            ticks, as in watch. Labels are those that evaluate scenes takes; films are joined with them by name.

            Exit status: as evaluate scenes; 65 and 66 also where a film cannot be read; 74 where it is damaged.
            """)

    @Argument(help: "Films: files.")
    var films: [String]

    @Option(parsing: .upToNextOption, help: ArgumentHelp("Labels: files or folders.", valueName: "paths"))
    var truth: [String]

    @Option(
        help: ArgumentHelp(
            "Numbers of shots to read after a boundary. Default: 1,2,4,8, up to the number of the model.",
            valueName: "K,K"), transform: NumberList.whole)
    var neighbors: [Int]?

    @Option(
        help: ArgumentHelp(
            "Deadlines, each with the largest number of neighbors. Default: 10,20,40 seconds.",
            valueName: "duration,duration"
        ), transform: NumberList.seconds)
    var deadlines: [Double] = [10, 20, 40]

    @Option(
        help: ArgumentHelp(
            "A model file, or the built-in builtin:relational. Default: the descriptor and coherence, without training.",
            valueName: "file"))
    var model: String?

    @OptionGroup
    var comparing: SimilarityArguments

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Score from which a boundary counts. Default: 0.5, or the model's own.", valueName: "score"),
        transform: NumberArgument.decimal)
    var threshold: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Shortest scene. Default: 8 seconds.", valueName: "duration"),
        transform: NumberArgument.seconds)
    var minScene = SegmentOptions().minimumScene

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Largest distance between a labeled boundary and the shot that counts as it. Default: 0.5 seconds.",
            valueName: "duration"),
        transform: NumberArgument.seconds)
    var tolerance = 0.5

    @Option(help: ArgumentHelp("What a boundary labeled in time is, as in evaluate scenes."))
    var matching = BoundaryMatching.intervals

    @Option(help: ArgumentHelp("Write AP and F1 over the delay to this file (SVG).", valueName: "file"))
    var plot: String?

    @Option(
        help: ArgumentHelp(
            "Also evaluate the probabilities of this calibration.", valueName: "file"))
    var calibration: String?

    @Option(
        help: ArgumentHelp(
            "Write a calibration made from these films, for segment, watch, score and run.",
            valueName: "file"))
    var writeCalibration: String?

    @OptionGroup(title: "Reading")
    var reading: ReadingArguments

    @OptionGroup(title: "Report")
    var report: ReportArguments

    @Flag(name: [.short, .long], help: "Print only errors on standard error.")
    var quiet = false

    func validate() throws {
        guard !films.isEmpty, !truth.isEmpty else {
            throw ValidationError("give films, and their labels with --truth")
        }
        guard neighbors?.allSatisfy({ 1...64 ~= $0 }) ?? true else {
            throw ValidationError("--neighbors takes 1 to 64")
        }
        guard deadlines.allSatisfy({ 0...86_400 ~= $0 }) else {
            throw ValidationError("--deadlines takes durations up to 86400 seconds")
        }
        if writeCalibration != nil, let neighbors, neighbors != Array(1...neighbors.count) {
            throw ValidationError(
                "--write-calibration has a row for 1 neighbor, for 2, and so on: leave --neighbors out")
        }
        guard calibration == nil || writeCalibration == nil else {
            throw ValidationError(
                "--write-calibration makes what --calibration checks, from the same films: leave one out")
        }
        guard threshold.map({ 0...1 ~= $0 }) ?? true else {
            throw ValidationError("--threshold takes 0 to 1")
        }
        guard 0...3600 ~= tolerance else { throw ValidationError("--tolerance takes 0 to 3600 seconds") }
        guard 0...86_400 ~= minScene else { throw ValidationError("--min-scene takes 0 to 86400 seconds") }
    }

    func run() throws {
        var files = FileRoles()
        files.read(films + truth)
        for path in [model, calibration] { files.read(path) }
        files.write(report.output)
        if let plot { files.write(plot, option: "--plot") }
        if let writeCalibration { files.write(writeCalibration, option: "--write-calibration") }
        try files.check()
        let (options, chosen, variants) = try self.variants()
        Interruption.install()
        var results = variants.map { variant in
            DelayEvaluation.Variant(
                name: variant.name, bound: variant.options.delayBound,
                neighborCount: variant.options.deadline == nil ? variant.options.neighborCount : 0)
        }
        let request = SceneEvaluation.Request(
            labels: truth, predictions: [], tolerance: tolerance, matching: matching,
            options: .init(threshold: options.threshold, resamples: 0))
        do {
            for film in films {
                let texts = try decide(film, options, chosen, variants.map(\.options), into: &results)
                for (index, text) in texts.enumerated() {
                    results[index].predictions += try FilmPrediction.read(
                        TextFile(path: film, text: text.events))
                    guard calibration != nil else { continue }
                    results[index].probabilities += try FilmPrediction.read(
                        TextFile(path: film, text: text.probabilities))
                }
            }
            let found = try DelayEvaluation.report(results, request, from: ListFile.readPlayed)
            if let plot { try Self.write(found.plot.svg, to: plot, option: "--plot") }
            if let writeCalibration {
                let rows = try zip(variants, found.places).filter { $0.0.options.deadline == nil }
                    .map { _, places in try Self.row(places, found.boundaryCount) }
                let text = ScoreCalibration.text(rows, model: chosen.summary)
                try Self.write(text, to: writeCalibration, option: "--write-calibration")
            }
            try report.write(found.report)
        } catch let error as EvaluationError {
            throw CommandFailure(error)
        }
    }

    /// The line through the logits of places that have all their shots behind them.
    private static func row(
        _ places: [ScoreReliability.Place], _ count: Int
    ) throws(CommandFailure) -> ScoreCalibration.Row {
        guard count > 0 else {
            throw CommandFailure(
                status: .noVideo,
                message:
                    "no boundary is labeled, so there is nothing to calibrate; give films with boundaries")
        }
        let fit = LogisticFit(places.map { (ScoreCalibration.logit($0.score), $0.isBoundary) })
        return ScoreCalibration.Row(slope: fit.slope, intercept: fit.intercept)
    }

    private static func write(_ text: String, to path: String, option: String) throws {
        var output = try LineOutput.file(path, option: option)
        try output.write(text)
        try output.finish()
    }

    private func variants() throws -> (
        SegmentOptions, ChosenModel, [(name: String, options: SegmentOptions)]
    ) {
        var options = SegmentOptions()
        options.split = .ticks
        options.minimumScene = minScene
        options.speed = reading.speed.plan
        options.cues = false
        let most = neighbors?.max() ?? options.neighborCount
        do {
            let chosen =
                try model.map {
                    try ChosenModel(
                        path: $0, neighborCount: most, threadCount: reading.threads,
                        similarity: comparing.chosen)
                } ?? ChosenModel(neighborCount: most, similarity: comparing.cues)
            if let refusal = SimilarityCue.refusal(comparing.cues, of: chosen.summary) {
                throw ValidationError("--similarity \(refusal)")
            }
            options.neighborCount = chosen.summary.neighborCount
            options.sound = chosen.scorer.usesSound ? .best : .none
            options.threshold = threshold ?? chosen.threshold ?? options.threshold
            options.calibration = try calibration.map { path in
                do throws(TextFileError) {
                    return try ScoreCalibration(
                        TextFile(path: path), model: chosen.summary, neighborCount: options.neighborCount)
                } catch {
                    throw CommandFailure(error)
                }
            }
            var variants: [(String, SegmentOptions)] = []
            let every = Array(1...options.neighborCount)
            let counts = neighbors ?? (writeCalibration == nil ? [1, 2, 4, 8] : every)
            for count in counts where count <= options.neighborCount {
                var variant = options
                variant.neighborCount = count
                variants.append(("\(count) neighbor\(count == 1 ? "" : "s")", variant))
            }
            for deadline in deadlines {
                var variant = options
                variant.deadline = deadline
                try variant.resolveSplit(requested: .ticks, preset: .ticks)
                variants.append(("deadline \(Self.text(deadline)) s", variant))
            }
            guard !variants.isEmpty, writeCalibration == nil || counts[0] <= options.neighborCount else {
                throw ValidationError(
                    "the model was made for \(options.neighborCount) neighbors: give at most this number")
            }
            return (options, chosen, variants)
        } catch let error as SegmentationOptionError {
            throw ValidationError(error.description)
        } catch let error as ModelFileError {
            throw CommandFailure(error)
        }
    }

    private static func text(_ seconds: Double) -> String {
        seconds == seconds.rounded() ? "\(Int(seconds))" : "\(seconds)"
    }

    /// What a variant told of a film, as lines: as it is, and with probabilities in place of scores.
    private struct Told {
        var events: String
        var probabilities = ""
    }

    /// Reads a film once; returns what each variant told.
    private func decide(
        _ film: String, _ options: SegmentOptions, _ model: ChosenModel, _ variants: [SegmentOptions],
        into results: inout [DelayEvaluation.Variant]
    ) throws -> [Told] {
        let reader: FanReader
        do {
            reader = try FanReader(
                .url(film), mediaOptions: reading.mediaOptions(), options: options, variants: variants,
                model: model, stop: Interruption.stop)
        } catch {
            throw CommandFailure(error)
        }
        let progress = ProgressLine(isShown: Console.isTerminal && !quiet)
        defer { progress.clear() }
        let base = reader.media.clock.timeBase
        var writers = variants.map { _ in EventWriter() }
        var texts = variants.indices.map { index in
            let start = reader.streamStart(
                version: Version.number, feed: "default", run: RunIdentity.make(), options: variants[index],
                threads: reading.threads, model: model.summary, wall: WallClock.timestamp())
            let line = writers[index].line(.streamStart(start))
            return Told(events: line, probabilities: calibration == nil ? "" : line)
        }
        var probable = writers
        func take(_ events: [[Event]]) {
            for (index, list) in events.enumerated() {
                for event in list {
                    if case .boundary(let boundary) = event, boundary.state == .final {
                        results[index].delays.append(base.seconds(boundary.delay))
                    }
                    texts[index].events += writers[index].line(event)
                    if calibration != nil {
                        texts[index].probabilities += probable[index].line(event.byProbability)
                    }
                }
            }
        }
        while reader.next() != nil {
            take(reader.takeEvents())
            progress.update(
                media: reader.position, of: reader.expectedLength, shots: reader.counts.shots,
                boundaries: reader.counts.boundaries)
        }
        take(reader.takeEvents())
        switch reader.ending {
        case .end: break
        case .interrupted: throw CommandFailure(status: Interruption.status, message: "")
        case .damaged(let reason): throw CommandFailure(damaged: reader.displayName, reason)
        }
        take(reader.streamEnds(wall: WallClock.timestamp()).map { [$0] })
        return texts
    }
}

extension Event {
    /// With the probability of a place in place of its score.
    fileprivate var byProbability: Event {
        switch self {
        case .score(var score):
            score.score = score.probability ?? score.score
            return .score(score)
        case .boundary(var boundary):
            boundary.score = boundary.probability ?? boundary.score
            return .boundary(boundary)
        default: return self
        }
    }
}
