import ArgumentParser
import SceneEvaluation

/// `scened evaluate blocks`: programs, adverts, trailers and idents against labels.
struct EvaluateBlocks: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "blocks",
        abstract:
            "Compare blocks with labels: breaks, their edges, kinds, and time of programs called adverts.",
        discussion: """
            Examples:
              scened segment day.ts --blocks --output day.jsonl
              scened evaluate blocks --truth day.json --detected day.jsonl

            Labels are {"blocks":[{"start":0,"end":150.3,"kind":"program"},{"start":150.3,"end":211.5,"kind":"adverts"}]}, in \
            seconds, or the events of another run.

            Exit status: as evaluate scenes.
            """)

    @Option(parsing: .upToNextOption, help: ArgumentHelp("Labels, one file per film.", valueName: "files"))
    var truth: [String]

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Events with blocks, one file per film, in the same order.", valueName: "files"))
    var detected: [String]

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Time by which an edge of a break may be off. Default: 2 seconds.", valueName: "duration"),
        transform: NumberArgument.seconds)
    var tolerance = 2.0

    @OptionGroup(title: "Report")
    var report: ReportArguments

    func validate() throws {
        guard !truth.isEmpty, truth.count == detected.count else {
            throw ValidationError("--truth and --detected take as many files, in the same order")
        }
        guard 0...3600 ~= tolerance else { throw ValidationError("--tolerance takes 0 to 3600 seconds") }
    }

    func run() throws {
        var files = FileRoles()
        files.read(truth + detected)
        files.write(report.output)
        try files.check()
        do {
            try report.write(
                BlockEvaluation.report(
                    .init(truth: truth, predictions: detected, tolerance: tolerance), from: ListFile.read))
        } catch let error as EvaluationError {
            throw CommandFailure(error)
        }
    }
}
