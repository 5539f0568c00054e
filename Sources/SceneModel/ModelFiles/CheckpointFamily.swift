/// Whose weights a checkpoint holds, told by the names of its tensors, and the names under which they are
/// stored.
package enum CheckpointFamily: String, Sendable, CaseIterable {
    /// BaSSL: `crn.` with or without `shot_encoder.`, `head_sbd.` and `loss.head_`.
    case bassl
    /// A ResNet under torchvision's names.
    case resNet
    /// CLIP, under OpenAI's, OpenCLIP's or Hugging Face's names.
    case clip
    /// A slow network of clips, under pytorchvideo's or PySlowFast's names.
    case motion

    /// nil if the names are none of these.
    init?(_ names: [String]) {
        let names = Set(names.map(Self.plain))
        if names.contains("crn.shot_embedding.shot_embedding.weight")
            || names.contains("shot_embedding.shot_embedding.weight")
        {
            self = .bassl
        } else if names.contains(MotionNames.stem) || names.contains(MotionNames.slowFastStem)
            || names.contains(MotionNames.prefix + MotionNames.stem)
        {
            self = .motion
        } else if names.contains(where: { Self.clipStart($0) == $0 }) {
            self = .clip
        } else if names.contains("conv1.weight") && names.contains("layer1.0.conv1.weight")
            || names.contains("shot_encoder.conv1.weight")
        {
            self = .resNet
        } else {
            return nil
        }
    }

    /// The name under which a tensor is stored; nil for one that is left out.
    func storedName(_ name: String) -> String? {
        let name = Self.plain(name)
        switch self {
        case .bassl:
            let kept = ["crn.", "shot_encoder.", "head_sbd.", "loss.head_"]
            if kept.contains(where: name.hasPrefix) { return name }
            let bare = ["shot_embedding.", "encoder.layer."]
            return bare.contains(where: name.hasPrefix) ? "crn." + name : nil
        case .resNet:
            if name.hasPrefix("shot_encoder.") { return name }
            let kept = ["conv1.", "bn1.", "layer"]
            return kept.contains(where: name.hasPrefix) ? "shot_encoder." + name : nil
        case .clip:
            let bare = name.hasPrefix("clip.") ? String(name.dropFirst(5)) : name
            let kept = ["visual.", "vision_model.", "visual_projection."]
            // A buffer that counts positions, of no use to anybody.
            guard kept.contains(where: bare.hasPrefix), !bare.hasSuffix(".position_ids") else { return nil }
            return "clip." + bare
        case .motion: return MotionNames.stored(name).map { MotionNames.prefix + $0 }
        }
    }

    /// The name under which a tensor of a text tower is stored; nil for one that belongs to none. OpenCLIP
    /// sets `text.` before the names of some.
    static func storedTextName(_ name: String) -> String? {
        let name = plain(name)
        if name.hasPrefix(TextEncoderKey.prefix) { return name }
        var bare = name.hasPrefix("clip.") ? String(name.dropFirst(5)) : name
        if bare.hasPrefix("text.") { bare.removeFirst(5) }
        let kept = [
            "token_embedding.", "transformer.resblocks.", "ln_final.", "text_model.", "text_projection.",
        ]
        let exact = ["positional_embedding", "text_projection", "logit_scale"]
        guard kept.contains(where: bare.hasPrefix) || exact.contains(bare), !bare.hasSuffix(".position_ids")
        else { return nil }
        return TextEncoderKey.prefix + bare
    }

    /// Whether names are those of a text tower of CLIP.
    static func holdsText(_ names: some Sequence<String>) -> Bool {
        let pieces = ["token_embedding.weight", "text_model.embeddings.token_embedding.weight"].map {
            TextEncoderKey.prefix + $0
        }
        return names.contains { storedTextName($0).map(pieces.contains) ?? false }
    }

    /// Without the prefixes of a training run's file, and of a network that was wrapped for several devices.
    private static func plain(_ name: String) -> String {
        ["model_state.", "module."].reduce(name) { $0.hasPrefix($1) ? String($0.dropFirst($1.count)) : $0 }
    }

    /// The name of the class token, which every CLIP vision transformer has, if `name` is one of its
    /// spellings.
    private static func clipStart(_ name: String) -> String? {
        let spellings = ["visual.class_embedding", "vision_model.embeddings.class_embedding"]
        return spellings.contains { name == $0 || name == "clip." + $0 } ? name : nil
    }
}
