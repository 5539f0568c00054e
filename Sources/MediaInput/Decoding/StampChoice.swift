/// Chooses between a picture's presentation time and the decoding time, where that seems to be the better of
/// the two.
///
/// FFmpeg makes this choice for good, and one presentation time far ahead, by damage, is enough for it: all
/// that follow then lie behind it. Here only steps back within a second count, as where a container gave
/// pictures the times at which they are decoded. From then on the guess is FFmpeg's: whichever of the two
/// times stood still or ran back less often (`guess_correct_pts` of its libavcodec/decode.c). It is made
/// here, because a decoder of FFmpeg's that is emptied remembers what it counted before.
///
/// A value, for the pictures of one decoder in the order of display.
package struct StampChoice {
    private var last: Int64?
    /// Presentation times do not rise.
    private var isUnsorted = false
    private var presentationTimes = Run()
    private var decodingTimes = Run()

    /// The times of one kind.
    private struct Run {
        var last = Int64.min
        /// How often they did not rise.
        var faults = 0

        mutating func take(_ time: Int64, counts: Bool) {
            if counts, time <= last { faults += 1 }
            last = time
        }
    }

    package init() {}

    /// Takes the next picture. O(1).
    ///
    /// - Parameters:
    ///   - own: what its packet says.
    ///   - decoding: when the packet is decoded with which it came out. Without a presentation time it is
    ///     wrong where pictures are reordered: where any picture had one, the picture before tells better.
    ///   - second: ticks of a second.
    /// - Returns: its time; nil where it has none.
    package mutating func stamp(own: Int64?, decoding: Int64?, second: Int64) -> Int64? {
        let hasPresentationTimes = last != nil
        let guess = guess(own: own, decoding: decoding)
        guard let own else { return hasPresentationTimes ? nil : guess }
        if let last, own <= last, last - own < second { isUnsorted = true }
        last = own
        return isUnsorted ? guess : own
    }

    private mutating func guess(own: Int64?, decoding: Int64?) -> Int64? {
        if let time = decoding ?? own { decodingTimes.take(time, counts: decoding != nil) }
        if let time = own ?? decoding { presentationTimes.take(time, counts: own != nil) }
        guard let own, let decoding else { return own ?? decoding }
        return presentationTimes.faults <= decodingTimes.faults ? own : decoding
    }

    /// What follows comes from a decoder that knows nothing.
    package mutating func restart() { self = StampChoice() }
}
