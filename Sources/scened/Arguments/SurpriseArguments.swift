import ArgumentParser
import SceneEvents
import SceneModel
import ScenePipeline

/// Whether it is told how surprising parts are, and by what; shared by the commands that find scenes.
struct SurpriseArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Say in shot events how surprising and how new each part is, and in novelty events when something new is on, by this file of train contextualizer.",
            valueName: "file"))
    var surprise: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Share of its archive above whose novelty something counts as new, 0 to 0.5. Default: 0.01.",
            valueName: "share", visibility: .hidden), transform: NumberArgument.decimal)
    var noveltyRate: Double?

    /// - Parameter events: that are written; nil: the usual ones.
    /// - Throws: `ValidationError` where options do not go together.
    func validate(events: EventSelection?) throws {
        guard surprise != nil || noveltyRate == nil else {
            throw ValidationError("--novelty-rate needs --surprise: give that too")
        }
        guard noveltyRate.map({ 0...0.5 ~= $0 }) ?? true else {
            throw ValidationError("--novelty-rate takes 0 to 0.5")
        }
        let kinds = events?.kinds
        guard surprise == nil || kinds.map({ $0.contains(.shot) || $0.contains(.novelty) }) ?? true else {
            throw ValidationError(
                "--surprise tells in shot and novelty events, which --events leaves out: add one of them")
        }
    }

    /// What is told of surprises; nil where nobody asked. Throws `CommandFailure` for a file that does not
    /// suit the embeddings of `maker`.
    func options(_ maker: EmbeddingMaker) throws(CommandFailure) -> SurpriseOptions? {
        guard let surprise else { return nil }
        do throws(ModelFileError) {
            return try SurpriseOptions(
                path: surprise, maker: maker, rate: noveltyRate)
        } catch {
            throw CommandFailure(error)
        }
    }
}
