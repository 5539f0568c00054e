/// A stretch of what a channel shows, above its scenes. Blocks tile the timeline between long gaps.
package struct Block: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case program
        /// One advert after another.
        case adverts
        /// The channel announces a program.
        case trailer
        /// The channel shows itself, for a few seconds.
        case ident
    }

    /// Its first picture.
    package var start: Instant
    /// The first picture of the next block, or the end of the last picture.
    package var end: Instant
    package var kind: Kind
    /// That it is of this kind: the mean over its seconds.
    package var probability: Score

    package init(start: Instant, end: Instant, kind: Kind, probability: Score) {
        self.start = start
        self.end = end
        self.kind = kind
        self.probability = probability
    }
}
