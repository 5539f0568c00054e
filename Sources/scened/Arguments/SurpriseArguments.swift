import ArgumentParser
import SceneEvents
import SceneModel
import ScenePipeline

/// Whether it is told how surprising parts are, and by what; shared by the commands that find scenes.
struct SurpriseArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Add to shot events how surprising and how new each part is, and write novelty events when something new is on, by this file of train contextualizer.",
            valueName: "file"))
    var surprise: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Write novelty events when the stream shows something that it has not shown for this long, such as 4h; needs no archive. Nothing is written before a quarter of that time has passed.",
            valueName: "duration"), transform: NumberArgument.seconds)
    var noveltyWindow: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Share of the archive, or of --novelty-window, above whose novelty something counts as new, 0 to 0.5. Default: 0.01.",
            valueName: "share", visibility: .hidden), transform: NumberArgument.decimal)
    var noveltyRate: Double?

    /// - Parameter events: that are written; nil: the usual ones.
    /// - Throws: `ValidationError` where options do not go together.
    func validate(events: EventSelection?) throws {
        guard surprise != nil || noveltyWindow != nil || noveltyRate == nil else {
            throw ValidationError("--novelty-rate needs --surprise or --novelty-window: add one of them")
        }
        guard noveltyRate.map({ 0...0.5 ~= $0 }) ?? true else {
            throw ValidationError("--novelty-rate takes 0 to 0.5")
        }
        guard noveltyWindow.map(SurpriseOptions.windows.contains) ?? true else {
            throw ValidationError("--novelty-window takes 30 minutes to 7 days, such as 4h")
        }
        guard let kinds = events?.kinds else { return }
        guard surprise == nil || kinds.contains(.shot) || kinds.contains(.novelty) else {
            throw ValidationError(
                "--surprise adds to shot and novelty events, which --events leaves out: add one of them")
        }
        guard noveltyWindow == nil || kinds.contains(.novelty) else {
            throw ValidationError(
                "--novelty-window writes novelty events, which --events leaves out: add novelty")
        }
    }

    /// What is told of surprises; nil where nobody asked. Throws `CommandFailure` for a file that does not
    /// suit the embeddings of `maker`.
    func options(_ maker: EmbeddingMaker) throws(CommandFailure) -> SurpriseOptions? {
        do throws(ModelFileError) {
            return try SurpriseOptions.resolve(
                path: surprise, maker: maker, rate: noveltyRate, window: noveltyWindow)
        } catch {
            throw CommandFailure(error)
        }
    }
}
