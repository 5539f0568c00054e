/// Chooses between a picture's presentation time and FFmpeg's best guess, which is the decoding time where
/// that seems to be the better of the two.
///
/// FFmpeg takes its choice for good, and one presentation time far ahead, by damage, is enough for it: all
/// that follow then lie behind it. Here only steps back within a second count, as where a container gave
/// pictures the times at which they are decoded.
///
/// A value, for the pictures of one decoder in the order of display.
package struct StampChoice {
    private var last: Int64?
    /// Presentation times do not rise.
    private var isUnsorted = false

    package init() {}

    /// The time of the next picture. `own`: what its packet says; `guess`: FFmpeg's.
    package mutating func stamp(own: Int64?, guess: Int64?, second: Int64) -> Int64? {
        guard let own else { return guess }
        if let last, own <= last, last - own < second { isUnsorted = true }
        last = own
        return isUnsorted ? guess : own
    }

    /// What follows comes from a decoder that knows nothing.
    package mutating func restart() { self = StampChoice() }
}
