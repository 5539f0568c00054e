import ArgumentParser
import ScenePipeline

/// By what training-free scores and relational networks tell how alike parts are; shared by the commands that
/// read pictures.
struct SimilarityArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Cues by which parts are compared, without a context network or with a relational one: encoder, also with descriptor, sound or both. Default: those that the network was trained with, otherwise encoder.",
            discussion:
                "descriptor, beside an image encoder, also compares colors and layout, as without a model: better scenes "
                + "where the encoder alone was not made for scenes. sound also compares what parts sound like, and reads the sound.",
            valueName: "cues", visibility: .hidden),
        transform: SimilarityCueList.init)
    var similarity: SimilarityCueList?

    /// What was asked for; nil leaves it to the model.
    var chosen: Set<SimilarityCue>? { similarity?.cues }
    /// What was asked for, or what counts without a model.
    var cues: Set<SimilarityCue> { chosen ?? [.encoder] }
}

/// Similarity cues, as `--similarity` names them.
struct SimilarityCueList {
    let cues: Set<SimilarityCue>

    /// Throws `ValidationError` if a name is unknown, or the encoder is missing.
    init(_ list: String) throws {
        let names = CommaList.items(list)
        let cues = Set(names.compactMap(SimilarityCue.init(rawValue:)))
        guard cues.count == names.count, SimilarityCue.isChoice(cues) else {
            throw ValidationError(
                "--similarity takes encoder, and with it descriptor or sound, as in encoder,sound; without --model the encoder is the descriptor"
            )
        }
        self.cues = cues
    }
}
