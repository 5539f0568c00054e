package import SceneEvents
internal import SceneModel
package import SceneSegmentation

/// By which embeddings training-free coherence and relational networks tell how alike parts are: by the
/// encoder's alone, or with others beside them.
package enum SimilarityCue: String, CaseIterable, Hashable, Sendable {
    /// The model's image encoder.
    case encoder
    /// The built-in descriptor: palette, layout, texture, composition, tone and tempo.
    case descriptor
    /// What the parts sound like.
    case sound

    /// Whether `cues` can be chosen: the encoder is one of them.
    package static func isChoice(_ cues: Set<SimilarityCue>) -> Bool { cues.contains(.encoder) }

    /// What makes the embeddings of `cues` beside those of the encoder named `encoder`.
    package static func encoders(_ cues: Set<SimilarityCue>, beside encoder: String) -> [any ShotEncoder] {
        var found: [any ShotEncoder] = []
        // Without an image encoder the descriptor is the encoder.
        if cues.contains(.descriptor), encoder != DescriptorEncoder().name {
            found.append(DescriptorEncoder())
        }
        if cues.contains(.sound) { found.append(SoundDescriptorEncoder()) }
        return found
    }

    /// The cues of embeddings that `encoders` made beside an encoder's, by their names; others than scened's
    /// own are none.
    package static func cues(madeBy encoders: [String]) -> Set<SimilarityCue> {
        var cues: Set<SimilarityCue> = [.encoder]
        if encoders.contains(DescriptorEncoder().name) { cues.insert(.descriptor) }
        if encoders.contains(SoundDescriptorEncoder().name) { cues.insert(.sound) }
        return cues
    }

    /// Why `cues` do not go with the encoder named `encoder`, as the other `refusal` says it.
    package static func refusal(_ cues: Set<SimilarityCue>, beside encoder: String) -> String? {
        guard cues.contains(.descriptor), encoder == DescriptorEncoder().name else { return nil }
        return "\(text(cues)) needs a model with an image encoder: give one, or leave descriptor out"
    }

    /// Why `cues` do not go with a model that was loaded with them: the end of a line with a remedy, before
    /// which the option's name belongs. nil where they do.
    package static func refusal(_ cues: Set<SimilarityCue>, of model: ModelSummary) -> String? {
        guard cues.contains(.descriptor) || cues.contains(.sound) else { return nil }
        if ContextKind(rawValue: model.scorer)?.network.input == .embeddings {
            return
                "\(text(cues)) does not go with the network \(model.scorer), which takes one embedding of each part: leave it out, or give a relational network or an image encoder alone"
        }
        return refusal(cues, beside: model.encoder)
    }

    /// As options name them.
    static func text(_ cues: Set<SimilarityCue>) -> String {
        allCases.filter(cues.contains).map(\.rawValue).joined(separator: ",")
    }
}
