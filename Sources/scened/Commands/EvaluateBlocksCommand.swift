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

    @OptionGroup
    var lists: LabelPairArguments

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How far off an edge of a break may be. Default: 2 seconds.", valueName: "duration"),
        transform: NumberArgument.seconds)
    var tolerance = 2.0

    @OptionGroup(title: "Report")
    var report: ReportArguments

    func validate() throws {
        guard 0...3600 ~= tolerance else { throw ValidationError("--tolerance takes 0 to 3600 seconds") }
    }

    func run() throws {
        try lists.report(to: report) { () throws(EvaluationError) in
            try BlockEvaluation.report(
                .init(truth: lists.truth, predictions: lists.detected, tolerance: tolerance),
                from: ListFile.read)
        }
    }
}
