import ArgumentParser
import MediaInput
import MediaOutput
import SceneEvaluation
import SceneFormats
import SceneReport
import TextFiles
import Timeline

/// `scened evaluate sheets`: places where lists of cuts differ, for a person to look at.
struct EvaluateSheets: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sheets",
        abstract: "Show a person the places where lists of cuts differ, to label a film.",
        discussion: """
            Examples:
              scened evaluate sheets film.mp4 --detected film.jsonl film-Scenes.csv --output film.sheets
              scened evaluate marks film.sheets --answers answers.txt --output film.truth.json

            It writes sheets.html, a page that shows the pictures around each place and takes the answers; \
            answers.txt, the same answers to fill in with an editor; and places.json, which marks needs. The page \
            saves an answers.txt of its own. Neither shows which list has which cut, and the places are in random \
            order, so that nothing influences the answers.

            The lists agree on a hard cut that all have at the same picture, with nothing else within two pictures. \
            It asks about everything else, and about --sample of the agreed cuts.

            Exit status: 0 done; 64 wrong usage; 65 a file cannot be used, or a list does not fit the film; 66 an \
            input cannot be opened; 73 the output cannot be written, or exists already; 74 the film broke off; 130, \
            143 stopped.
            """)

    @Argument(help: "A film, as a file.")
    var film: String

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Two or more lists of cuts, as segment --shots takes them.", valueName: "files"))
    var detected: [String]

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Folder to write into; created if missing.", valueName: "folder"))
    var output: String

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Number of agreed cuts to ask about as well. Default: 0.", valueName: "count"),
        transform: NumberArgument.whole)
    var sample = 0

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Pictures shown before and after each place. Default: 8.", valueName: "count"),
        transform: NumberArgument.whole)
    var around = 8

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Longer side of each picture in pixels. Default: 240.", valueName: "pixels"),
        transform: NumberArgument.whole)
    var width = 240

    @Option(help: ArgumentHelp("Seed of the order and of the sample.", valueName: "number"))
    var seed: UInt64 = 20_260_101

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Pictures a second, for lists in seconds.", valueName: "number"),
        transform: NumberArgument.decimal)
    var rate: Double?

    @Flag(help: "Replace existing files.")
    var force = false

    @Flag(name: [.short, .long], help: "Print only errors on standard error.")
    var quiet = false

    func validate() throws {
        guard detected.count >= 2 else { throw ValidationError("--detected takes two lists of cuts or more") }
        guard 0...100_000 ~= sample else { throw ValidationError("--sample takes 0 to 100000") }
        guard 1...60 ~= around else { throw ValidationError("--around takes 1 to 60 pictures") }
        guard 16...1024 ~= width else { throw ValidationError("--width takes 16 to 1024") }
        guard rate.map({ $0 > 0 && $0 <= 1000 }) ?? true else {
            throw ValidationError("--rate takes more than 0, at most 1000")
        }
    }

    func run() throws {
        let names = ["sheets.html", "answers.txt", "places.json"].map { "\(output)/\($0)" }
        var files = FileRoles()
        files.read([film] + detected)
        for name in names { files.write(name, folderIsMade: true) }
        try files.check()
        Interruption.install()
        let offset = FilmBeginning(of: film, MediaOptions())?.startOffset ?? 0
        let lists = try detected.map { path in try list(path, startOffset: offset) }
        let dispute = ShotDispute(lists)
        // Which of the agreed cuts are asked is drawn at random, before the film is read.
        var plan = MarkingPlan(
            dispute, film: name, pictureCount: 0, frameRate: 1, sample: sample, seed: seed)
        let shown = plan.places.map { MarkingPlan.shown($0.pictures, around: Int64(around)) }
        try OutputFolder.make(output)
        for name in names { try OutputFolder.refuseExisting(name, force: force) }
        let pictures = try FilmPictures(
            film, numbers: Set(shown.joined()), longestSide: width,
            isProgressShown: Console.isTerminal && !quiet)
        (plan.pictureCount, plan.frameRate) = (pictures.count, pictures.frameRate)
        for (path, list) in zip(detected, lists) {
            guard let last = list.entries.last, last.at >= pictures.count else { continue }
            throw CommandFailure(
                status: .noVideo,
                message:
                    "\(path): its cut at \(last.at) lies beyond the film's \(pictures.count) pictures; give a list of this film"
            )
        }
        let page = MarkingPage(
            title: plan.film, preamble: MarkingAnswers.preamble(film: plan.film), kinds: MarkingAnswers.kinds,
            places: zip(plan.places, shown).map {
                .init(head: MarkingAnswers.head(of: $0), pictures: $0.pictures, shown: $1)
            }, pictures: pictures.jpegs)
        for (name, bytes) in zip(
            names, [page.html(), Array(MarkingAnswers.blank(plan).utf8), Array(plan.json.utf8)])
        {
            var file = try LineOutput.file(name)
            try file.write(bytes)
            try file.finish()
        }
        guard !quiet else { return }
        func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
        Console.say(
            "the lists agree on \(counted(dispute.agreed.count, "cut")) and differ at "
                + "\(counted(dispute.differing.count, "place")): open \(names[0]), or fill in \(names[1])")
    }

    /// The film's, without its folders.
    private var name: String {
        let path = MediaSource.url(film).displayName
        return path.split(separator: "/").last.map(String.init) ?? path
    }

    private func list(_ path: String, startOffset: Int64) throws(CommandFailure) -> ShotDetections {
        do throws(EvaluationError) {
            return try ShotDetections(
                reading: path, frameRate: rate, startOffset: startOffset, from: ListFile.readPlayed)
        } catch {
            throw CommandFailure(error)
        }
    }
}
