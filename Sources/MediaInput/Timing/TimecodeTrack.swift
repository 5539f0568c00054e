import Timeline

/// Follows a stream's timecode picture by picture, as long as it is true.
///
/// Holds while picture n stands on the grid start + n / rate, within one tick and rounding (a container may
/// round both the first time stamp and this one) or a millisecond, whichever is more, and less than half a
/// picture; once it does not, there is no timecode any more.
struct TimecodeTrack {
    /// Pictures a second.
    struct Rate: Hashable {
        var numerator: Int64
        var denominator: Int64
    }

    private let timeBase: TimeBase
    private let rate: Rate
    private let startPTS: Int64
    /// Timecode of the first picture, in frames since 00:00:00:00.
    private let startFrames: Int64
    private var isTrue = true

    init(timeBase: TimeBase, rate: Rate, startPTS: Int64, startFrames: Int64) {
        self.timeBase = timeBase
        self.rate = rate
        self.startPTS = startPTS
        self.startFrames = startFrames
    }

    /// Timecode of the picture `frame` at `pts`; nil from the first picture on that is off the grid, or when
    /// pictures were lost (`frame` nil).
    mutating func frames(at pts: Int64, frame: Int64?) -> Int64? {
        guard isTrue, let frame else {
            isTrue = false
            return nil
        }
        // In units of 1 / (rate numerator x time base denominator) of a second, nothing is rounded.
        let tick = Int128(timeBase.numerator) * Int128(rate.numerator)
        let picture = Int128(rate.denominator) * Int128(timeBase.denominator)
        let difference = Int128(pts - startPTS) * tick - Int128(frame) * picture
        let deviation = difference.magnitude * 2
        let millisecond = Int128(timeBase.denominator) * Int128(rate.numerator) / 1000
        isTrue = deviation <= max(tick * 3, millisecond * 2).magnitude && deviation < picture.magnitude
        return isTrue ? startFrames + frame : nil
    }
}
