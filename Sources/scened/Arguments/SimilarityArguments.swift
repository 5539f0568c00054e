import ArgumentParser
import ScenePipeline

/// By what training-free scores tell how alike parts are; shared by the commands that read pictures and give
/// scores.
struct SimilarityArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What tells how alike parts are where --model is an image encoder alone: encoder, or encoder,descriptor. "
                + "Default: encoder.",
            discussion:
                "encoder,descriptor also compares colors and layout, as without a model: better scenes where the encoder alone "
                + "was not made for scenes.",
            valueName: "cues", visibility: .hidden),
        transform: SimilarityCueList.init)
    var similarity: SimilarityCueList?

    /// What was asked for.
    var cues: Set<SimilarityCue> { similarity?.cues ?? [.encoder] }
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
                "--similarity takes encoder or encoder,descriptor; without --model the descriptor is the only cue"
            )
        }
        self.cues = cues
    }
}
