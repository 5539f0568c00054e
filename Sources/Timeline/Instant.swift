/// A moment of a stream (contract 1): always the presentation time of a picture, or the end of the last one.
///
/// Ordered and compared by `pts` alone. All instants of a stream share its time base and start, which stand
/// once in `MediaClock`.
package struct Instant: Hashable, Sendable {
    /// Presentation time in ticks of the stream's time base, unwrapped: never decreases along a stream.
    package var pts: Int64
    /// Position of the picture in display order, from 0; nil once pictures were lost.
    package var frame: Int64?
    /// Frames since 00:00:00:00 in the stream's timecode; nil once the frame rate has varied.
    package var timecode: Int64?

    package init(pts: Int64, frame: Int64? = nil, timecode: Int64? = nil) {
        self.pts = pts
        self.frame = frame
        self.timecode = timecode
    }
}

extension Instant: Comparable {
    package static func < (left: Instant, right: Instant) -> Bool { left.pts < right.pts }
}

/// How a stream's ticks are read: what turns an `Instant` into seconds and a timecode.
package struct MediaClock: Hashable, Sendable {
    package var timeBase: TimeBase
    /// PTS of the first picture shown; `t` of an event counts from here.
    package var startPTS: Int64
    /// nil where the frame rate is unknown or not one that timecode counts.
    package var timecode: TimecodeFormat?
    /// False where only seconds are known, as with embeddings made elsewhere: ticks are then microseconds
    /// that stand in for them, and events give `pts` as null.
    package var countsTicks = true

    package init(timeBase: TimeBase, startPTS: Int64, timecode: TimecodeFormat? = nil) {
        self.timeBase = timeBase
        self.startPTS = startPTS
        self.timecode = timecode
    }

    /// The clock of shots of which only seconds are known.
    package static let secondsOnly: MediaClock = {
        var clock = MediaClock(timeBase: TimeBase(numerator: 1, denominator: 1_000_000), startPTS: 0)
        clock.countsTicks = false
        return clock
    }()

    /// Ticks from zero beyond which a time is damage, whatever the clock: sums of a few fit.
    package static let farthest: Int64 = 1 << 60

    /// Seconds beyond which a time is damage: a century.
    package static let century = 3.2e9

    /// PTS that an instant of this stream may have where it comes from a file or another process: from the
    /// start to a century behind it, and so small that sums of a few do not overflow. nil where not even the
    /// start is plausible.
    package var plausible: ClosedRange<Int64>? {
        let farthest = Self.farthest
        guard -farthest...farthest ~= startPTS else { return nil }
        let ticks = Self.century * Double(timeBase.denominator) / Double(timeBase.numerator)
        let room = farthest - startPTS
        return startPTS...(startPTS + (ticks < Double(room) ? Int64(ticks) : room))
    }

    /// Microseconds from the first picture to `pts`.
    package func microseconds(at pts: Int64) -> Int64 { timeBase.microseconds(pts - startPTS) }

    /// Seconds from the first picture to `pts`.
    package func seconds(at pts: Int64) -> Double { timeBase.seconds(pts - startPTS) }
}
