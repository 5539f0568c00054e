internal import Timeline

/// What an event can hold. Whatever lies beyond is damage or an attack, and nothing is computed from it: so
/// sums and differences of what is believed do not overflow.
package enum EventLimits {
    /// Bytes of a line, its newline not counted. A day-long shot lists its parts in about 10 MB.
    package static let longestLine = 64 << 20
    /// Bytes of a string.
    static let longestText = 1 << 20
    /// The largest count, index or `seq`: what every JSON reader keeps exactly (RFC 8259, section 6).
    package static let largestCount: Int64 = (1 << 53) - 1
    /// Seconds that an instant may lie from the stream's start, and any duration may last.
    static let century = Int64(MediaClock.century)
    /// Largest numbers of a time base, as FFmpeg has them.
    static let largestRatio: Int64 = (1 << 31) - 1
    /// PTS and counts of ticks, where no clock says more.
    package static let ticks = -WireReader.farthest...WireReader.farthest
}
