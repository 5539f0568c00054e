import ArgumentParser
import SceneEvaluation
import ScenePipeline

/// `scened evaluate scenes`: scene boundaries against labels.
struct EvaluateScenes: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scenes",
        abstract: "Compare scene boundaries with labels: AP, AUC-ROC, F1, recall, recall@3s, mIoU, NMI.",
        discussion: """
            Examples:
              scened segment film.mp4 --scores --output film.events.jsonl
              scened evaluate --truth labels.json --detected film.events.jsonl
              scened evaluate --truth anno.test.ndjson --detected scores.csv --shot-ranges shot_movie318
              scened evaluate --truth labels/ --detected new/ --baseline old/ --json --curve curve.svg

            --truth takes BaSSL's annotations (video_id, shot_id, boundary_label on each line), lists of 'shot \
            label' (label318/FILM.txt), scenes in time ({"fps":25,"scenes":[{"start_frame":0},...]}), CSV with film, \
            shot, label, and JSON. --detected takes events of scened (with score events, or else every shot without \
            a boundary scores 0), CSV with film, shot, score, and JSON. Both take files and folders. Films are \
            matched by name; a single film on each side is matched in any case, with a note if the names differ. \
            Labels beyond the end of a film are refused.

            The figures are those of the BaSSL reference, over all shots and as the mean of films, with their 95 % \
            interval over resamples of the films. Two columns say what chance reaches: "prevalence" is the share of \
            boundaries among the shots (the AP of equal scores), "random order" the expected AP of a random order, \
            which is higher for short films. Scenes in time are assigned to the nearest shots within --tolerance; a \
            boundary without a shot counts as missed. A boundary at a gap of the run is left out, with a note, \
            because no boundary is decided there. In a run with --intra-shot, places inside shots count like ends of \
            shots. Where a scene's end and the next one's start are given and lie apart, as at a fade, the boundary \
            is an interval, and a detected one anywhere in it is right; {"fps":25,"boundaries":[732,"2672..2690"]} \
            writes one as the first and the last picture that may begin the scene. --matching starts uses only the \
            starts. The report names the choice ("matching").

            Exit status: 0 done; 64 wrong usage; 65 a file cannot be used, or files do not fit one another; 66 a file \
            cannot be opened; 73 the output cannot be written.
            """)

    @Option(parsing: .upToNextOption, help: ArgumentHelp("Labels: files or folders.", valueName: "paths"))
    var truth: [String]

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("What to evaluate: files or folders.", valueName: "paths"))
    var detected: [String]

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Also evaluate these, and give the differences with paired intervals.", valueName: "paths"))
    var baseline: [String] = []

    @Option(
        help: ArgumentHelp(
            "First and last frame of each shot, for recall@3s and mIoU of labels by shot: a folder of FILM.txt "
                + "(shot_movie318), or one file.", valueName: "path"))
    var shotRanges: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Files of embed for the same films: also report how well clusters of shots agree with scenes (NMI).",
            valueName: "files"))
    var embeddings: [String] = []

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Largest distance between a labeled boundary and the shot that counts as it. Default: 0.5 seconds.",
            valueName: "duration"),
        transform: NumberArgument.seconds)
    var tolerance = 0.5

    @Option(
        help: ArgumentHelp(
            "What a boundary labeled in time is: from the end of a scene to the start of the next (intervals), or "
                + "that start alone (starts)."))
    var matching = BoundaryMatching.intervals

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Score from which a shot counts as a predicted boundary, for tables. Default: 0.5.",
            valueName: "score"),
        transform: NumberArgument.decimal)
    var threshold = 0.5

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Number of resamples for the intervals. Default: 2000.", valueName: "count"),
        transform: NumberArgument.whole)
    var resamples = 2000

    @Option(help: ArgumentHelp("Seed of the resamples and of the clusters.", valueName: "number"))
    var seed: UInt64 = 20_260_101

    @Option(help: ArgumentHelp("Write precision over recall to this file (SVG).", valueName: "file"))
    var curve: String?

    @Option(
        help: ArgumentHelp(
            "Write F1, precision and recall over the threshold to this file (SVG).", valueName: "file"))
    var thresholdCurve: String?

    @OptionGroup(title: "Report")
    var report: ReportArguments

    func validate() throws {
        guard !truth.isEmpty, !detected.isEmpty else {
            throw ValidationError("--truth and --detected take one path at least")
        }
        guard 0...100_000 ~= resamples else { throw ValidationError("--resamples takes 0 to 100000") }
        guard 0...1 ~= threshold else { throw ValidationError("--threshold takes 0 to 1") }
        guard 0...3600 ~= tolerance else { throw ValidationError("--tolerance takes 0 to 3600 seconds") }
    }

    func run() throws {
        var files = FileRoles()
        files.read(truth + detected + baseline + embeddings)
        files.read(shotRanges)
        files.write(report.output)
        if let curve { files.write(curve, option: "--curve") }
        if let thresholdCurve { files.write(thresholdCurve, option: "--threshold-curve") }
        try files.check()
        let request = SceneEvaluation.Request(
            labels: truth, predictions: detected, baseline: baseline, shotRanges: shotRanges,
            tolerance: tolerance, matching: matching,
            options: .init(threshold: threshold, resamples: resamples, seed: seed))
        do {
            var result = try SceneEvaluation.report(request, from: ListFile.readPlayed)
            if !embeddings.isEmpty {
                let films = try SceneEvaluation.films(request, detected, from: ListFile.readPlayed).films
                let probe = SceneClustering(seed: seed)
                result.tables.append(try SceneEvaluation.clustering(films, embedded(), probe: probe))
            }
            try draw(
                result.curve.map { curve in { curve.svg(title: "Scene boundaries") } }, to: curve,
                option: "--curve")
            try draw(
                result.thresholds.map { curve in { curve.svg(title: "Scene boundaries") } },
                to: thresholdCurve,
                option: "--threshold-curve")
            try report.write(result)
        } catch let error as EvaluationError {
            throw CommandFailure(error)
        }
    }

    private func embedded() throws -> [EmbeddedFilm] {
        try embeddings.map { path in
            do {
                let record = try EmbeddingRecord(path: path)
                return EmbeddedFilm(
                    path: path, dimension: record.info.dimension, shots: record.shotEmbeddings)
            } catch let error as EmbeddingFileError {
                throw CommandFailure(error)
            }
        }
    }

    private func draw(_ picture: (() -> String)?, to path: String?, option: String) throws {
        guard let path else { return }
        guard let picture else {
            throw CommandFailure(
                status: .noVideo,
                message: "no boundary is labeled, so there is no curve; leave \(option) out")
        }
        var output = try LineOutput.file(path, option: option)
        try output.write(picture())
        try output.finish()
    }
}

extension BoundaryMatching: ExpressibleByArgument {}
