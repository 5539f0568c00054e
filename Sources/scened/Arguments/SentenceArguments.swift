import ArgumentParser
import SceneModel
import ScenePipeline
import TextFiles

/// Sentences that tag scenes; shared by the commands that find scenes, and by `tag`.
struct SentenceArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Add to scene events how well the sentences of this file fit; each line is name, tab, sentence. Needs --model with CLIP's text tower.",
            valueName: "file"))
    var tags: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Leave out sentences whose share is below this, 0 to 1. Default: 0.", valueName: "share"),
        transform: NumberArgument.decimal)
    var tagMinimum: Double?

    func validate() throws {
        guard tagMinimum == nil || tags != nil else {
            throw ValidationError("--tag-minimum needs --tags")
        }
        guard tagMinimum.map({ 0...1 ~= $0 }) ?? true else {
            throw ValidationError("--tag-minimum takes 0 to 1")
        }
    }

    /// Makes vectors of the sentences. Says which were too long.
    ///
    /// - Parameters:
    ///   - model: path of the model's file.
    ///   - maker: of the embeddings.
    ///   - name: whose embeddings they are.
    ///   - isQuiet: says nothing.
    /// - Returns: the sentences; nil where nobody gave any.
    /// - Throws: `CommandFailure`.
    func read(
        model: String?, maker: EmbeddingMaker, of name: String, isQuiet: Bool = false
    ) throws(CommandFailure) -> RunSentences? {
        guard let tags else { return nil }
        guard let model else {
            throw CommandFailure(
                status: .usage,
                message: "--tags needs CLIP's text tower: give --model, too; see scened model import")
        }
        do {
            let sentences = try RunSentences(
                path: tags, model: model, maker: maker, of: name, minimum: tagMinimum ?? 0,
                threadCount: ChosenModel.threads(0))
            for warning in sentences.warnings where !isQuiet { Console.say("\(tags): \(warning)") }
            return sentences
        } catch let error as TextFileError {
            throw CommandFailure(error)
        } catch let error as ModelFileError {
            throw CommandFailure(error)
        } catch {
            throw CommandFailure(status: .noVideo, message: "\(tags): \(error)")
        }
    }
}
