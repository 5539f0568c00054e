internal import Platform
import ArgumentParser
import SceneEvents
import SceneIndex
import SceneModel
import ScenePipeline

/// Whether scenes are recognized that were on before, and by what; shared by the commands that find scenes.
struct RecallArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Add to scene events how often similar scenes are in this index, and where.",
            valueName: "folder"
        ))
    var index: String?

    @Flag(help: ArgumentHelp("Add to scene events how often similar scenes were on in this run."))
    var repeats = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Score from which scenes count as similar, 0 to 1. Default: that of index threshold --set, or 0.98.",
            valueName: "score", visibility: .hidden), transform: NumberArgument.decimal)
    var seenThreshold: Double?

    @Flag(
        help: ArgumentHelp(
            "Write the vectors of scenes into scene events, for index follow.", visibility: .hidden))
    var vectors = false

    @Option(
        help: ArgumentHelp(
            "Add to scene events what they show, by this probe of probe train.", valueName: "file"))
    var probe: String?

    @OptionGroup
    var sentences: SentenceArguments

    /// - Parameter events: that are written; nil: the usual ones.
    /// - Throws: `ValidationError` where options do not go together.
    func validate(events: EventSelection?) throws {
        guard index != nil || repeats || seenThreshold == nil else {
            throw ValidationError("--seen-threshold needs --index or --repeats: add one of them")
        }
        guard seenThreshold.map({ 0...1 ~= $0 }) ?? true else {
            throw ValidationError("--seen-threshold takes 0 to 1")
        }
        let asked = [
            (index != nil, "--index"), (repeats, "--repeats"), (vectors, "--vectors"),
            (probe != nil, "--probe"), (sentences.tags != nil, "--tags"),
        ].first(where: \.0)
        if let asked, !(events?.kinds.contains(.scene) ?? true) {
            throw ValidationError(
                "\(asked.1) adds to scene events, which --events leaves out: add scene"
            )
        }
    }

    /// What the run knows; nil where nobody asked. `path`: of the model's file. Throws `CommandFailure`.
    func options(of model: ChosenModel, path: String?) throws(CommandFailure) -> RecallOptions? {
        guard index != nil || repeats || vectors || probe != nil || sentences.tags != nil else { return nil }
        var options: RecallOptions
        do throws(IndexError) {
            options = try RecallOptions(
                directory: index.map(absolutePath), threshold: seenThreshold, repeats: repeats,
                tellsVectors: vectors, maker: model.embeddings, files: PosixFiles())
        } catch {
            throw CommandFailure(error)
        }
        do throws(ModelFileError) {
            options.probe = try probe.map { path throws(ModelFileError) in
                try RunProbe(path: path, maker: model.embeddings, encoder: options.encoder)
            }
        } catch {
            throw CommandFailure(error)
        }
        options.sentences = try sentences.read(model: path, maker: model.embeddings, of: "this run")
        return options
    }
}
