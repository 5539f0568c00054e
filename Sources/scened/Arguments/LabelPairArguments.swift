import ArgumentParser
import SceneEvaluation

/// Labels, and what was found, film by film.
struct LabelPairArguments: ParsableArguments {
    @Option(parsing: .upToNextOption, help: ArgumentHelp("Labels, one file per film.", valueName: "files"))
    var truth: [String]

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Detections, one file per film, in the same order.", valueName: "files"))
    var detected: [String]

    func validate() throws {
        guard !truth.isEmpty, truth.count == detected.count else {
            throw ValidationError("--truth and --detected take the same number of files, in the same order")
        }
    }

    /// Writes what `evaluate` makes of these files, where no file is also the output.
    func report(
        to report: ReportArguments, _ evaluate: () throws(EvaluationError) -> EvaluationReport
    ) throws {
        var files = FileRoles()
        files.read(truth + detected)
        files.write(report.output)
        try files.check()
        do {
            try report.write(evaluate())
        } catch let error as EvaluationError {
            throw CommandFailure(error)
        }
    }
}
