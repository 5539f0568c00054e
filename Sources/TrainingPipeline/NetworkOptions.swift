package import SceneModel

/// Which context network a run trains, and how large it is.
package struct NetworkOptions: Hashable, Sendable {
    package var kind: ContextKind
    /// K.
    package var neighborCount: Int
    /// Hidden width.
    package var width: Int
    package var layerCount: Int
    package var headCount: Int

    /// Sizes that suit an archive of some dozen films on a processor.
    package init(kind: ContextKind) {
        self.kind = kind
        neighborCount = 8
        switch kind {
        case .relational: (width, layerCount, headCount) = (64, 1, 4)
        case .crn: (width, layerCount, headCount) = (256, 2, 8)
        case .mlp, .lstm: (width, layerCount, headCount) = (256, 1, 8)
        }
    }

    /// What does not go together, for a message; nil if all does.
    package var fault: String? {
        switch kind {
        case .crn, .relational:
            width % headCount == 0 ? nil : "a width of \(width) does not divide into \(headCount) heads"
        case .lstm: width % 2 == 0 ? nil : "an LSTM in two directions has an even width"
        case .mlp: nil
        }
    }
}
