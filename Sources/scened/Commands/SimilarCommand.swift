import ArgumentParser
import Glibc
import SceneIndex
import ScenePipeline
import TensorKernels

/// `scened similar`: the scenes of an index that are nearest to a scene.
struct Similar: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Find the scenes of past recordings that are most similar to a scene.",
        discussion: """
            Examples:
              scened similar film.npz@1:02 --index archive
              scened similar --scene monday#3 --index archive --top 5
              scened similar --each film.npz --index archive --minimum-score 0.95 --json

            FILM is a file of embed, a recording of the index, or a film, which is embedded first. Every scene of the \
            index is compared; the score is the cosine of both vectors, 1 for scenes that look the same. Scenes of \
            the same recording that overlap the given scene are left out, its other scenes are not; a film is \
            recognized by its scenes, whatever its name in the index. Equal scores are in order of recording and \
            time.

            Exit status: 0 done, even if nothing is similar; 64 wrong usage, or a time without a scene; 65 a file or \
            the index cannot be used, or they are of different encoders; 66 a file or the index cannot be opened; 73 \
            the output cannot be written; 74 the film is damaged; 130, 143 stopped; 141 the reader of the output \
            closed it.
            """)

    @Argument(help: ArgumentHelp("A moment of a film, such as film.npz@1:02.", valueName: "film@time"))
    var place: String?

    @Option(help: ArgumentHelp("Folder of the index.", valueName: "folder"))
    var index: String

    @Option(
        help: ArgumentHelp(
            "A scene of the index, by its recording and its number there, from 1.",
            valueName: "recording#number"))
    var scene: String?

    @Option(help: ArgumentHelp("All scenes of a film, one after the other.", valueName: "film"))
    var each: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Number of scenes to find for each. Default: 10.", valueName: "count"),
        transform: NumberArgument.whole)
    var top = 10

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Leave out scenes with a lower score, -1 to 1. Default: 0.", valueName: "score"),
        transform: NumberArgument.decimal)
    var minimumScore = 0.0

    @Flag(help: "Leave out all scenes of the same recording.")
    var excludeSame = false

    @Option(
        help: ArgumentHelp(
            "Take the film's scenes from this file of events. Default: the scenes that score finds.",
            valueName: "file"))
    var events: String?

    @Option(
        help: ArgumentHelp(
            "For a film: a model file with the image encoder of the index. Default: the descriptor.",
            valueName: "file"))
    var model: String?

    @OptionGroup(title: "Reading")
    var reading: ReadingArguments

    @OptionGroup
    var answer: AnswerArguments

    func validate() throws {
        guard [place, scene, each].count(where: { $0 != nil }) == 1 else {
            throw ValidationError("name one: FILM@TIME, --scene RECORDING#NUMBER, or --each FILM")
        }
        guard 1...100_000 ~= top else { throw ValidationError("--top takes 1 to 100000") }
        guard -1...1 ~= minimumScore else { throw ValidationError("--minimum-score takes -1 to 1") }
        guard scene == nil || (events == nil && model == nil) else {
            throw ValidationError("--scene names a scene of the index: leave --events and --model out")
        }
        _ = try question
    }

    private var question: SceneQuestion {
        get throws {
            if let place { return try SceneQuestion(moment: place) }
            if let scene { return try SceneQuestion(scene: scene) }
            return SceneQuestion(film: each ?? "")
        }
    }

    func run() throws {
        let question = try question
        var files = FileRoles()
        for path in [self.index, question.film, events, model] { files.read(path) }
        files.write(answer.output)
        try files.check()
        let index = try IndexInput.read(index)
        let source = QuestionSource(
            index: index, directory: self.index, events: events, model: model, reading: reading,
            isQuiet: answer.quiet)
        let asked = try source.scenes(of: question, excludeSame: excludeSame)
        let cores = min(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))), 64)
        let search = SceneSearch(
            count: top, minimumScore: Float(minimumScore),
            threadCount: reading.threads > 0 ? reading.threads : cores)
        let found = search.nearest(
            asked.map { SceneQuery($0.scene.vector, excluded: $0.excluded) }, in: index)
        try write(asked, found)
    }

    private func write(_ asked: [AskedScene], _ found: [[SceneMatch]]) throws(CommandFailure) {
        var lines = try answer.open()
        let isForPeople = answer.isForPeople(lines)
        if isForPeople, found.contains(where: { !$0.isEmpty }) { try lines.write(MatchTable.header) }
        for (asked, matches) in zip(asked, found) {
            if isForPeople, each != nil, !matches.isEmpty { try lines.write(MatchTable.heading(asked)) }
            for (place, match) in matches.enumerated() {
                try lines.write(
                    isForPeople
                        ? MatchTable.row(match) : MatchTable.line(match, rank: place + 1, of: asked))
            }
        }
        try lines.finish()
        if !answer.quiet, found.allSatisfy(\.isEmpty) {
            let isBlank = asked.allSatisfy { $0.scene.vector.isZero }
            Console.say(
                isBlank
                    ? "the given scene shows nothing, so nothing is similar to it"
                    : "no scene scores \(minimumScore) or more; lower --minimum-score")
        }
    }
}
