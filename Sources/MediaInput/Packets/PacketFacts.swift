/// What a packet's headers say of how it may be decoded.
package struct PacketFacts: Hashable, Sendable {
    /// Whether decoding may begin with a packet, as if nothing had been before it.
    package enum Start: Hashable, Sendable {
        case none
        /// Nothing that follows refers to what was before, and nothing that follows is shown before what was
        /// before.
        case closed
        /// The same of all pictures but those that follow at once and are shown before this one (leading
        /// pictures).
        case open
    }

    package var start = Start.none
    /// No other picture refers to it, and it is one whole picture.
    package var isDisposable = false
    /// All of it is predicted from pictures on both sides, but others may refer to it: the middle picture of
    /// a B pyramid.
    package var isMiddle = false
    /// Brings headers that a decoder which began elsewhere would lack.
    package var changesHeaders = false

    package init() {}
}

/// Reads packets of one codec.
protocol PacketExaminer {
    func facts(of packet: UnsafeBufferPointer<UInt8>) -> PacketFacts
}
