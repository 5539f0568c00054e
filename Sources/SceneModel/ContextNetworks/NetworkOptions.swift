/// Which context network a run trains, and how large it is.
package struct NetworkOptions: Hashable, Sendable {
    package var kind: ContextKind
    /// K.
    package var neighborCount = 8
    /// Hidden width.
    package var width: Int
    package var layerCount: Int
    package var headCount: Int

    /// The sizes of the kind's preset.
    package init(kind: ContextKind) {
        self.kind = kind
        let preset = kind.network.preset
        (width, layerCount, headCount) = (preset.width, preset.layerCount, preset.headCount)
    }

    /// What does not go together, for a message; nil if all does.
    package var fault: String? { kind.network.fault(self) }

    /// The fault of a Transformer whose heads do not fit.
    var headFault: String? {
        width % headCount == 0 ? nil : "a width of \(width) does not divide into \(headCount) heads"
    }

    /// A fresh network of the kind for embeddings of a width.
    package func makeNetwork(embeddingWidth: Int, seed: UInt64) -> any ContextNetwork {
        kind.network.init(self, embeddingWidth: embeddingWidth, seed: seed)
    }
}

/// Sizes and a pace of learning that suit a kind of network on an archive of some dozen films and a
/// processor, where nobody says otherwise.
package struct NetworkPreset: Sendable {
    package var width = 256
    package var layerCount = 1
    package var headCount = 8
    /// Greatest learning rate.
    package var rate = 3e-4
    package var dropout = 0.1
    /// Greatest length of a step's gradient.
    package var gradientLimit = 5.0
    /// Whether the optimizer shrinks weights (AdamW) or not (Adam).
    package var shrinksWeights = false
    /// Whether each class has half the weight of a batch.
    package var isClassBalanced = true
}
