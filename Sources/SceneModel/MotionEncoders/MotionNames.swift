/// Names of the tensors of a slow network: those of pytorchvideo, under which they are stored, and those of
/// PySlowFast.
package enum MotionNames {
    /// Before the names in a model file.
    package static let prefix = "shot_encoder."
    /// The first convolution, as pytorchvideo names it.
    static let stem = "blocks.0.conv.weight"
    /// The first convolution, as PySlowFast names it.
    static let slowFastStem = "s1.pathway0_stem.conv.weight"

    /// pytorchvideo's name for a tensor under either one's name, without a wrapper's prefix; nil for one that
    /// is no part of the network: a classifier, a counter, an optimizer's state.
    static func stored(_ name: String) -> String? {
        guard !name.hasSuffix("num_batches_tracked") else { return nil }
        let bare = name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
        let words = bare.split(separator: ".").map(String.init)
        if words.count > 2, words[0] == "blocks" {
            return words[2] == "res_blocks" || words[1] == "0" ? bare : nil
        }
        return slowFast(words)
    }

    /// `s2.pathway0_res0.branch2.a_bn.weight` is `blocks.1.res_blocks.0.branch2.norm_a.weight`.
    private static func slowFast(_ words: [String]) -> String? {
        guard words.count > 3, words[0].hasPrefix("s"), let stage = Int(words[0].dropFirst()), 1...9 ~= stage
        else { return nil }
        let (part, tensor) = (words[2], words[words.count - 1])
        if words[1] == "pathway0_stem" {
            let layer = part == "conv" ? "conv" : part == "bn" ? "norm" : nil
            return layer.map { "blocks.0.\($0).\(tensor)" }
        }
        let start = "pathway0_res"
        guard words[1].hasPrefix(start), let block = Int(words[1].dropFirst(start.count)) else { return nil }
        let place = "blocks.\(stage - 1).res_blocks.\(block)."
        switch part {
        case "branch1": return "\(place)branch1_conv.\(tensor)"
        case "branch1_bn": return "\(place)branch1_norm.\(tensor)"
        case "branch2":
            let layer = words[3]
            guard let letter = layer.first, "abc".contains(letter), words.count == 5 else { return nil }
            return "\(place)branch2.\(layer.hasSuffix("_bn") ? "norm" : "conv")_\(letter).\(tensor)"
        default: return nil
        }
    }

    /// Whether names are those of a network with a slow and a fast pathway.
    static func hasTwoPathways(_ names: some Sequence<String>) -> Bool {
        names.contains { $0.hasPrefix("s1.pathway1_") || $0.contains("multipathway_") }
    }
}
