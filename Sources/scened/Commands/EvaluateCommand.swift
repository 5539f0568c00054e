import ArgumentParser
import SceneEvaluation
import TextFiles

/// `scened evaluate`: how good answers are, against labels.
struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compare scenes, shots or blocks with labels.",
        discussion: """
            Examples:
              scened evaluate --truth labels.json --detected film.events.jsonl
              scened evaluate shots --truth cuts.json --detected film-Scenes.csv
            """,
        subcommands: [
            EvaluateScenes.self, EvaluateShots.self, EvaluateBlocks.self, EvaluateDelays.self,
            EvaluateSheets.self,
            EvaluateMarks.self,
        ],
        defaultSubcommand: EvaluateScenes.self)
}

/// How a report is written; shared by the two kinds.
struct ReportArguments: ParsableArguments {
    @Flag(help: "Print one JSON object instead of tables; shares run from 0 to 1.")
    var json = false

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file"))
    var output: String?

    func write(_ report: EvaluationReport) throws(CommandFailure) {
        var output = try LineOutput.file(orStandardOutput: output)
        try output.write(json ? report.json : report.text)
        try output.finish()
    }
}

extension CommandFailure {
    /// The exit status that goes with an evaluation that could not be made.
    init(_ error: EvaluationError) {
        let status: ExitStatus =
            switch error {
            case .file(.unreadable): .cannotOpen
            case .file(.malformed), .mismatch: .noVideo
            }
        self.init(status: status, message: error.description)
    }
}
