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

    /// Seconds without pictures over which a block goes on. A longer gap ends it.
    package static let longestGap = 120

    /// Its first picture.
    package var start: Instant
    /// The first picture of the next block, or the end of the last picture.
    package var end: Instant
    package var kind: Kind
    /// That it is of this kind: the mean over its seconds. nil: scened was restarted within it, and what it
    /// had learned is lost.
    package var probability: Score?
    /// What begins at its end; nil at the end of the stream, before a long gap, and where scened was
    /// restarted.
    package var next: Kind?
    /// Ticks from its end to the picture at which it was told.
    package var delay: Int64
    /// nil where nobody asked, and where scened was restarted within it.
    package var reasons: BlockReasons?

    package init(
        start: Instant, end: Instant, kind: Kind, probability: Score?, next: Kind? = nil, delay: Int64 = 0
    ) {
        self.start = start
        self.end = end
        self.kind = kind
        self.probability = probability
        self.next = next
        self.delay = delay
    }
}
