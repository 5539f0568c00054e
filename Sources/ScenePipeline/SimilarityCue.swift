package import SceneEvents
internal import SceneModel

/// By which embeddings training-free coherence tells how alike parts are: by the encoder's alone, or with
/// others beside them.
package enum SimilarityCue: String, CaseIterable, Hashable, Sendable {
    /// The model's image encoder.
    case encoder
    /// The built-in descriptor: palette, layout, texture, composition, tone and tempo.
    case descriptor
    /// What the parts sound like.
    case sound

    /// Whether `cues` can be chosen: the encoder is one of them.
    package static func isChoice(_ cues: Set<SimilarityCue>) -> Bool { cues.contains(.encoder) }

    /// Why `cues` do not go with a model that was loaded with them: the end of a line with a remedy, before
    /// which the option's name belongs. nil where they do.
    package static func refusal(_ cues: Set<SimilarityCue>, of model: ModelSummary) -> String? {
        guard cues.contains(.descriptor) || cues.contains(.sound) else { return nil }
        guard model.scorer == "coherence" else {
            return
                "\(text(cues)) does not go with a context network, which compares by itself: leave it out, or give a model with an image encoder alone"
        }
        // Without an image encoder the descriptor is the encoder.
        guard cues.contains(.descriptor), model.encoder == DescriptorEncoder().name else { return nil }
        return "\(text(cues)) needs a model with an image encoder: give one, or leave descriptor out"
    }

    /// As options name them.
    private static func text(_ cues: Set<SimilarityCue>) -> String {
        allCases.filter(cues.contains).map(\.rawValue).joined(separator: ",")
    }
}
