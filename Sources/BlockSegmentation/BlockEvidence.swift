package import Timeline

/// Something that speaks for a kind of block, or for an edge between two. Each may be missing altogether.
///
/// Ranges are of presentation times in ticks.
package enum BlockEvidence: Hashable, Sendable {
    /// A picture, where a block may begin if no shot does nearby.
    case picture(Instant)
    /// A shot begins.
    case cut(Instant)
    /// Pictures have other black bars from here on.
    case aspectChange(Instant)
    case black(Range<Int64>)
    /// Nothing is heard.
    case silence(Range<Int64>)
    /// The probability that the channel's mark is there.
    case mark(Range<Int64>, Float)
    /// In LUFS.
    case loudness(Range<Int64>, Float)
    /// How much like music it sounds, 0...1.
    case music(Range<Int64>, Float)
    /// The probability that it was shown before, minutes or hours ago.
    case recurrence(Range<Int64>, Float)
    /// A message: the program is left here, for so many ticks if it says so. It may come late.
    case cueOut(at: Int64, duration: Int64?)
    /// A message: back to the program. It may come late.
    case cueIn(at: Int64)
    /// No pictures from the first instant to the second.
    case gap(from: Instant, to: Instant)
    /// All evidence from before this instant, of a picture or of the end of the last, has been pushed, save
    /// late messages.
    case time(Instant)
    /// The same of a tick at which no picture need be.
    case passed(Int64)
}
