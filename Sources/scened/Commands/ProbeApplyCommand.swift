import ArgumentParser
import SceneModel
import ScenePipeline
import SceneSegmentation
import TensorKernels
import TextFiles

/// `scened probe apply`: tags of the scenes of films.
struct ProbeApply: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Tag the scenes of films with a probe.",
        discussion: """
            Examples:
              scened probe apply snow.safetensors film.npz
              scened probe apply snow.safetensors archive/*.npz --minimum 0.5 --json
              scened probe apply snow.safetensors film.mkv

            FILM is a file of embed, or a film, which is embedded first. Each scene gets every label with its \
            probability, the most probable first. A scene that shows nothing, such as black, gets none. A probe of \
            four shots (preset boundary) tags changes of shot instead.

            Exit status: 0 done; 64 wrong usage; 65 the probe or a film cannot be used, or they are of different \
            encoders; 66 one cannot be opened; 73 the output cannot be written; 74 a film is damaged; 130, 143 \
            stopped; 141 the reader of the output closed it.
            """)

    @Argument(help: "A file of probe train.")
    var probe: String

    @Argument(help: ArgumentHelp("Files of embed, or films.", valueName: "film"))
    var films: [String]

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Take the scenes from these files of events, one for each film, in the same order. Default: the scenes "
                + "that score finds.", valueName: "files"))
    var events: [String] = []

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Leave out labels that are less probable, 0 to 1. Default: 0.", valueName: "share"),
        transform: NumberArgument.decimal)
    var minimum = 0.0

    @Option(
        help: ArgumentHelp(
            "For a film: a model file with the image encoder of the probe. Default: the descriptor.",
            valueName: "file"))
    var model: String?

    @OptionGroup(title: "Reading")
    var reading: ReadingArguments

    @OptionGroup
    var answer: AnswerArguments

    func validate() throws {
        guard !films.isEmpty else { throw ValidationError("name a file of scened embed, or a film") }
        guard events.isEmpty || events.count == films.count else {
            throw ValidationError(
                "--events takes as many files as there are films: \(films.count), not \(events.count)")
        }
        guard 0...1 ~= minimum else { throw ValidationError("--minimum takes 0 to 1") }
    }

    func run() throws {
        var files = FileRoles()
        for path in [probe, model] { files.read(path) }
        files.read(films + events)
        files.write(answer.output)
        try files.check()
        let probe = try ProbeInput.read(probe)
        guard events.isEmpty || probe.value.description.input == .scene else {
            throw ValidationError("this probe tags changes of shot, not scenes: leave --events out")
        }
        var lines = try answer.open()
        let isForPeople = answer.isForPeople(lines)
        for (place, film) in films.enumerated() {
            let tagged = try TaggedFilm(
                record(of: film), name: TextFile.stem(film), path: film,
                events: events.isEmpty ? nil : events[place], probe: probe)
            if isForPeople { try lines.write(TagTable.heading(tagged, isFirst: place == 0)) }
            for scene in tagged.scenes {
                try lines.write(
                    isForPeople
                        ? TagTable.row(scene, minimum: minimum)
                        : TagTable.line(scene, of: tagged, minimum: minimum))
            }
        }
        try lines.finish()
    }

    private func record(of film: String) throws -> EmbeddingRecord {
        guard EmbeddingRecord.isRecord(film) else {
            return try FilmEmbedding.record(of: film, model: model, reading: reading, isQuiet: answer.quiet)
        }
        guard model == nil else {
            throw ValidationError("--model is for a film, and '\(film)' has embeddings: leave it out")
        }
        do throws(EmbeddingFileError) {
            return try EmbeddingRecord(path: film)
        } catch {
            throw CommandFailure(error)
        }
    }
}
