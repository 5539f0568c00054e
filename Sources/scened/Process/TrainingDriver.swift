internal import Platform
import JSONText
import MediaInput
import SceneModel
import SceneSegmentation
import SceneTraining
import TensorKernels
import TrainingPipeline

/// Drives a run from its first step, or its checkpoint, to the model file: estimate, progress, metrics,
/// checkpoints, signals.
struct TrainingDriver {
    private var job: TrainingJob
    private let output: TrainingOutputArguments
    private let folder: RunFolder
    private let films: [TrainingFilm]
    /// What is trained on, in numbers.
    private let extent: (films: Int, shots: Int)
    private let validation: [TrainingFilm]
    /// Judges a run that learns which scenes are alike; nil for others, and where nothing was kept back.
    private let retrieval: SceneRetrieval?
    /// Its last figure, and the step that it is of.
    private var lastRetrieval: (step: Int, figure: SceneRetrieval.Figure)?
    private let status: StatusLine

    /// Seconds between checkpoints.
    private static let checkpointPause = 60.0

    init(
        _ job: TrainingJob, output: TrainingOutputArguments, films: [TrainingFilm],
        validation: [TrainingFilm], retrieval: SceneRetrieval? = nil,
        extent: (films: Int, shots: Int)? = nil
    ) throws(CommandFailure) {
        self.job = job
        self.output = output
        self.films = films
        self.retrieval = retrieval
        self.extent = extent ?? (films.count, films.reduce(0) { $0 + $1.shotCount })
        self.validation = validation.filter { $0.labels != nil }
        folder = output.folder
        status = StatusLine(isShown: Console.isTerminal && !output.quiet)
        if let first = self.validation.first, first.embeddings.columns != films[0].embeddings.columns {
            throw CommandFailure(
                status: .noVideo,
                message:
                    "the films of --validate have embeddings of another width than those trained on: give films "
                    + "of one encoder")
        }
        for judged in self.validation {
            guard let trained = films.first(where: { $0.labels != nil && $0.isSameFilm(as: judged) }) else {
                continue
            }
            throw CommandFailure(
                status: .noVideo,
                message:
                    "film '\(judged.id)' of --validate is also trained on, as '\(trained.id)': its figures would say "
                    + "nothing; leave it out of one of the two")
        }
        if !validation.isEmpty, self.validation.isEmpty {
            throw CommandFailure(
                status: .noVideo, message: "no film of --validate has labels: label them, or leave it out")
        }
    }

    mutating func run() throws {
        HeapPolicy.keepFreed()
        do {
            if folder.hasCheckpoint, !output.resume, !output.estimate {
                throw CommandFailure(
                    status: .usage,
                    message:
                        "\(folder.path) holds a run that is not finished: add --resume to continue, or remove "
                        + folder.checkpointPath)
            }
            if output.resume, folder.hasCheckpoint {
                do {
                    try job.run.restore(try folder.readCheckpoint())
                } catch let error as CheckpointError {
                    throw CommandFailure(status: .noVideo, message: "\(folder.checkpointPath): \(error)")
                }
                say("continuing from step \(job.run.step) of \(job.run.totalSteps)")
            }
            sayEstimate()
            if output.estimate { return }
            try folder.make()
            try requireOutput()
            try folder.cutMetrics(after: job.run.step)
            try train()
            try finish()
        } catch let error as ModelFileError {
            throw CommandFailure(error)
        }
    }

    /// Throws where the model could not be written: known before the first step, not after the last.
    private func requireOutput() throws(CommandFailure) {
        do throws(OutputError) {
            // What is there already may only be opened by emptying it.
            guard case .file(path: _, isThere: false) = try OutputPlace(output.output) else { return }
            // Given up, it goes.
            let file = try OutputFile(path: output.output)
            precondition(file.isFile, "a name in a folder")
        } catch {
            throw CommandFailure(error, option: "--output")
        }
    }

    /// Writes the model. Where that fails, a checkpoint keeps what was learned.
    private func write(_ file: SafetensorsWriter) throws {
        do throws(ModelFileError) {
            try file.write(to: output.output)
        } catch {
            guard (try? folder.write(job.run.checkpoint())) != nil else { throw error }
            throw CommandFailure(
                status: .cannotWrite,
                message: "\(error); the run is kept in \(folder.path): then continue with: \(Self.resumeLine)"
            )
        }
    }

    // MARK: Steps

    private mutating func train() throws {
        let metrics = try LineOutput.appending(folder.metricsPath)
        let begin = (time: WallClock.monotonicSeconds(), step: job.run.step)
        var saved = begin.time
        defer { status.clear() }
        while !job.run.isFinished {
            let progress = job.run.advance()
            try metrics.write(MetricsLine(progress).text)
            guard progress.loss.isFinite, progress.gradientLength.isFinite else {
                throw diverged("the \(progress.loss.isFinite ? "gradient" : "loss") is not a number")
            }
            if let figure = try retrieved(progress) {
                lastRetrieval = (progress.step, figure)
                try metrics.write(
                    MetricsLine(step: progress.step, epoch: progress.epoch, retrieval: figure).text)
            }
            if let figure = try validated(progress) {
                try metrics.write(
                    MetricsLine(step: progress.step, epoch: progress.epoch, validation: figure).text)
            }
            let now = WallClock.monotonicSeconds()
            let left =
                (now - begin.time) / Double(progress.step - begin.step)
                * Double(progress.totalSteps - progress.step)
            status.show(
                "epoch \(progress.epoch)  step \(progress.step)/\(progress.totalSteps)  loss \(Self.decimal(progress.loss))"
                    + "  rate \(progress.rate)  \(ClockText.hours(left).prefix { $0 != "." }) left")
            let isStopped = Interruption.stop.isRaised && !job.run.isFinished
            let isDue = output.checkpointEvery.map { progress.step % $0 == 0 } ?? false
            if isStopped || isDue || now - saved >= Self.checkpointPause, !job.run.isFinished {
                try requireWeights()
                try folder.write(job.run.checkpoint())
                saved = now
            }
            if isStopped {
                try folder.drawCurves()
                status.clear()
                throw CommandFailure(
                    status: Interruption.status,
                    message: "stopped after step \(progress.step) of \(progress.totalSteps); continue with: "
                        + Self.resumeLine)
            }
        }
    }

    // MARK: Divergence

    /// How well `scores` find the boundaries of `films`; throws where they are no numbers.
    private func trial(_ films: [TrainingFilm], _ scores: [[Float]]) throws(CommandFailure) -> FilmTrial {
        guard let trial = FilmTrial(films, scores: scores) else {
            throw diverged("the scores are not numbers")
        }
        return trial
    }

    /// Throws where the weights are no numbers: the loss of a step is that of the weights before it.
    private func requireWeights() throws(CommandFailure) {
        guard job.run.hasFiniteWeights else { throw diverged("the weights are not numbers") }
    }

    private func diverged(_ what: String) -> CommandFailure {
        CommandFailure(status: .noVideo, message: "\(what) after step \(job.run.step): \(lowerRate)")
    }

    // MARK: Figures

    /// AP on the films that are not trained on: about twenty times in a run, and after its last step.
    private func validated(_ progress: TrainingProgress) throws -> Double? {
        guard !validation.isEmpty, progress.step % job.run.stepsPerEpoch == 0 else { return nil }
        let epochs = progress.totalSteps / job.run.stepsPerEpoch
        guard progress.epoch % max(1, epochs / 20) == 0 || progress.epoch == epochs else { return nil }
        guard let scores = job.run.scores(validation) else { return nil }
        let figure = try trial(validation, scores).averagePrecision
        if !Console.isTerminal || progress.epoch == epochs, let figure {
            say("epoch \(progress.epoch) of \(epochs): AP on films not trained on \(Self.decimal(figure))")
        }
        return figure
    }

    /// How scenes that are not trained on are found: about twenty times in a run, or four where pictures are
    /// looked at, which takes long; and after its last step.
    private func retrieved(_ progress: TrainingProgress) throws -> SceneRetrieval.Figure? {
        guard let retrieval, let run = job.run as? any SceneLearning else { return nil }
        let isLast = progress.step == progress.totalSteps
        let times = run.sceneEncoder.pictures == nil ? 20 : 4
        guard isLast || progress.step % max(1, progress.totalSteps / times) == 0, progress.stage == "scenes"
        else { return nil }
        try requireWeights()
        let figure = retrieval.figure(run.sceneEncoder)
        if !Console.isTerminal || isLast {
            say("step \(progress.step) of \(progress.totalSteps): \(Self.words(figure))")
        }
        return figure
    }

    private static func words(_ figure: SceneRetrieval.Figure) -> String {
        "P@1 \(decimal(figure.first)), P@5 \(decimal(figure.five)), P@10 \(decimal(figure.ten)) of \(figure.count) scenes not trained on"
    }

    /// What a network reaches on which films.
    private func words(averagePrecision figure: Double) -> String {
        let more = validation.count > 8 ? " and \(validation.count - 8) more" : ""
        let names = validation.prefix(8).map(\.id).joined(separator: ", ")
        return "AP \(Self.decimal(figure)) on \(names)\(more), not trained on"
    }

    private mutating func finish() throws {
        try requireWeights()
        var metadata = job.metadata
        let judged = validation.isEmpty ? films.filter { $0.labels != nil } : validation
        if let scores = job.run.scores(judged) {
            let trial = try trial(judged, scores)
            metadata.threshold = trial.threshold
            if !validation.isEmpty {
                sayComparison()
                metadata.evaluation = trial.averagePrecision.map { words(averagePrecision: $0) }
            }
        }
        if let retrieval, let run = job.run as? any SceneLearning {
            let before = retrieval.figure(MeanSceneEncoder())
            let last = lastRetrieval.flatMap { $0.step == run.step ? $0.figure : nil }
            let after = last ?? retrieval.figure(run.sceneEncoder)
            say("the mean of the parts on the same scenes: \(Self.words(before))")
            metadata.evaluation =
                "P@1 \(Self.decimal(after.first)), mean \(Self.decimal(before.first)), of \(after.count) scenes"
            if after.first <= before.first {
                say(
                    "the trained encoder finds no more than the mean: an index without --scene-encoder serves as well"
                )
            }
        }
        if let run = job.run as? ContextualizerRun, let figure = run.retrieval() {
            let words =
                "\(Self.decimal(figure.predicted)), by a copy of the part before \(Self.decimal(figure.copied))"
            say(
                "the part that follows is found first among \(figure.others) others: \(words), of \(figure.count) parts"
            )
            metadata.evaluation = "found first \(words), of \(figure.count) parts"
            if figure.predicted <= figure.copied {
                say(
                    "the prediction finds no more than the copy, so surprise says little: train on more recordings; novelty does not rest on it"
                )
            }
        }
        try write(job.file(metadata))
        try folder.drawCurves()
        folder.removeCheckpoint()
        if let run = job.run as? any SceneLearning {
            return say("\(output.output): \(run.sceneEncoder.name)")
        }
        if let run = job.run as? ContextualizerRun {
            return say(
                "\(output.output): \(ContextualizerKey.txe), sequences of \(run.network.tokenCount) parts")
        }
        if metadata.clip != nil {
            return say(
                "\(output.output): \(metadata.architecture ?? "") for clips \(metadata.clip?.description ?? "")"
            )
        }
        say(
            "\(output.output): \(metadata.context.rawValue), threshold \(metadata.threshold.map(Self.millionths) ?? "0.5")"
        )
    }

    // MARK: Words

    /// The remedy for a run that diverged: a checkpoint of it would be in the way.
    private var lowerRate: String {
        folder.hasCheckpoint
            ? "lower --rate, remove \(folder.checkpointPath) and begin again" : "lower --rate and begin again"
    }

    /// Takes a step on a copy of the run, and says what all of them will take.
    private func sayEstimate() {
        guard !output.quiet || output.estimate else { return }
        guard !job.run.isFinished else { return }
        var seconds = 0.0
        for stage in job.run.stages where !stage.isFinished {
            seconds += Self.stepSeconds(stage) * Double(stage.totalSteps - stage.step)
        }
        let steps = job.run.totalSteps - job.run.step
        Console.say(
            "\(extent.films) films, \(extent.shots) shots; \(steps) steps, about "
                + "\(ClockText.hours(seconds).prefix { $0 != "." }) and "
                + "\(ProcessMemory.peakMegabytes) MB of memory")
    }

    private static func stepSeconds(_ run: any TrainingRun) -> Double {
        var trial = run
        let start = WallClock.monotonicSeconds()
        _ = trial.advance()
        let first = WallClock.monotonicSeconds() - start
        // The first step also pays for what later ones find ready.
        guard !trial.isFinished else { return first }
        let middle = WallClock.monotonicSeconds()
        _ = trial.advance()
        return min(first, WallClock.monotonicSeconds() - middle)
    }

    /// What training-free coherence says of the same films.
    private func sayComparison() {
        let scores = validation.map { $0.coherence(neighborCount: job.metadata.neighborCount ?? 8) }
        guard let figure = FilmTrial(validation, scores: scores)?.averagePrecision else { return }
        say("training-free coherence on the same films: AP \(Self.decimal(figure))")
    }

    private func say(_ text: String) {
        guard !output.quiet else { return }
        status.clear()
        Console.say(text)
    }

    /// As scores are printed.
    private static func millionths(_ value: Double) -> String {
        JSONLine.decimal(micro: Int64((value * 1_000_000).rounded()))
    }

    private static func decimal(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
        let scaled = Int((value * 1000).rounded())
        let fraction = String(abs(scaled % 1000))
        return (scaled < 0 ? "-" : "") + "\(abs(scaled) / 1000)."
            + String(repeating: "0", count: 3 - fraction.count) + fraction
    }

    /// This command with `--resume`, for a shell.
    private static var resumeLine: String {
        let words = CommandLine.arguments.filter { $0 != "--resume" } + ["--resume"]
        return words.map { word in
            let isPlain = word.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)
                    || "-_./=,:@%+".utf8.contains($0)
            }
            return isPlain && !word.isEmpty
                ? word
                : "'"
                    + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
                    + "'"
        }.joined(separator: " ")
    }
}
