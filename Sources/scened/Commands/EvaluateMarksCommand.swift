import ArgumentParser
import SceneEvaluation

/// `scened evaluate marks`: labels from the answers of a person.
struct EvaluateMarks: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "marks",
        abstract: "Make labels of a film from the answers to its sheets.",
        discussion: """
            Examples:
              scened evaluate marks film.sheets --answers ~/Downloads/answers.txt --output film.truth.json
              scened evaluate shots --truth film.truth.json --detected film.jsonl

            The output is what evaluate shots --truth takes: cuts on which the lists agree, and what the answers \
            say. Where nothing changes, nothing may be reported: such places are distractors. "how" says how many \
            cuts nobody looked at; "reasons" holds every answer with its reason.

            Exit status: 0 done; 64 wrong usage; 65 an answer is missing, has no meaning or contradicts another; 66 a file cannot \
            be opened; 73 the output cannot be written.
            """)

    @Argument(help: ArgumentHelp("The folder that evaluate sheets wrote.", valueName: "folder"))
    var folder: String

    @Option(
        help: ArgumentHelp("The answers. Default: answers.txt in the folder.", valueName: "file"))
    var answers: String?

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file"))
    var output: String?

    func run() throws {
        let (places, answers) = ("\(folder)/places.json", answers ?? "\(folder)/answers.txt")
        var files = FileRoles()
        files.read([places, answers])
        files.write(output)
        try files.check()
        do {
            let plan = try MarkingPlan.read(path: places)
            let marked = try MarkedTruth(plan, MarkingAnswers.read(path: answers, plan: plan))
            for cut in marked.overruled {
                Console.say(
                    "all lists have a cut at \(cut), which an answer says is within a gradual change: left out"
                )
            }
            var output = try LineOutput.file(orStandardOutput: output)
            try output.write(marked.json)
            try output.finish()
        } catch let error as EvaluationError {
            throw CommandFailure(error)
        }
    }
}
