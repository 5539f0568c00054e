/// What a feed shows from an instant on.
package struct PictureState: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Pictures that move.
        case normal
        case black
        /// The same picture again and again.
        case frozen
    }

    /// The first picture of it.
    package var at: Instant
    package var kind: Kind

    package init(at: Instant, kind: Kind) {
        self.at = at
        self.kind = kind
    }
}
