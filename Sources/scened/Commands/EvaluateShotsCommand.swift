import ArgumentParser
import SceneEvaluation

/// `scened evaluate shots`: cuts against labels.
struct EvaluateShots: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shots",
        abstract: "Compare shot changes with labels: precision, recall and F1, by kind.",
        discussion: """
            Examples:
              scened shots film.mp4 --output film.shots.jsonl
              scened evaluate shots --truth cuts.json --detected film.shots.jsonl
              scened evaluate shots --truth a.json b.json --detected a-Scenes.csv b-Scenes.csv --json
              scened evaluate shots --truth cuts.txt --detected seconds.txt --rate 25

            Lists are those that segment --shots takes. Labels may also be \
            {"fps":25,"cuts":[...],"gradual":[{"kind":"wipe","start":110,"end":118}],"distractors":[...]}: first frames of \
            new shots, mixed frames, and frames in which nothing may be reported.

            Two protocols. Position: a hard cut within --tolerance frames, one to one; a gradual change by any \
            detection in its mixed frames, further detections there are duplicates; everything else is false. \
            Overlap: TransNetV2's, any transition against any other, 2 frames.

            Exit status: as evaluate scenes.
            """)

    @OptionGroup
    var lists: LabelPairArguments

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Pictures a second, for lists in seconds where the labels do not say.", valueName: "number"),
        transform: NumberArgument.decimal)
    var rate: Double?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("How many frames a hard cut may be off. Default: 0 and 2.", valueName: "frames"))
    var tolerance: [Int64] = [0, 2]

    @OptionGroup(title: "Report")
    var report: ReportArguments

    func validate() throws {
        guard tolerance.allSatisfy({ 0...1_000_000 ~= $0 }) else {
            throw ValidationError("--tolerance takes 0 to 1000000 frames")
        }
        guard rate.map({ $0 > 0 && $0 <= 1000 }) ?? true else {
            throw ValidationError("--rate takes more than 0, at most 1000")
        }
    }

    func run() throws {
        try lists.report(to: report) { () throws(EvaluationError) in
            try ShotEvaluation.report(
                .init(
                    truth: lists.truth, predictions: lists.detected, frameRate: rate, tolerances: tolerance),
                from: ListFile.readPlayed)
        }
    }
}
