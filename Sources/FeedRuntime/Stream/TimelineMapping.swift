package import Timeline

/// Places one worker's timeline on the feed's, whose instants never run back.
///
/// The first worker's timeline is the feed's. A later one is moved, and stretched if its ticks differ, so
/// that its first picture stands where the gap ends.
struct TimelineMapping {
    /// The worker's own clock.
    let source: MediaClock
    /// Where its first picture stands on the feed's timeline.
    let start: Int64
    let base: TimeBase
    /// Latest tick of the feed.
    let latest: Int64
    /// Pictures are counted and labeled only from the feed's first.
    let keepsNumbers: Bool

    /// Seconds beyond which a time on either timeline is damage: a century.
    private static let longest = MediaClock.century

    /// Ticks of the feed.
    func pts(_ pts: Int64) throws(WireError) -> Int64 {
        let ticks = pts - source.startPTS
        guard abs(source.timeBase.seconds(ticks)) < Self.longest else {
            throw WireError(reason: "a time lies a century from the start")
        }
        let (mapped, isBeyond) = start.addingReportingOverflow(
            Self.rescaled(ticks, from: source.timeBase, to: base))
        guard !isBeyond, mapped <= latest else { throw WireError(reason: "a time is out of range") }
        return mapped
    }

    func instant(_ instant: Instant) throws(WireError) -> Instant {
        Instant(
            pts: try pts(instant.pts), frame: keepsNumbers ? instant.frame : nil,
            timecode: keepsNumbers ? instant.timecode : nil)
    }

    /// Rounded to the nearest; exact where both clocks are the same.
    static func rescaled(_ ticks: Int64, from source: TimeBase, to target: TimeBase) -> Int64 {
        guard source != target else { return ticks }
        let product = Int128(ticks) * Int128(source.numerator) * Int128(target.denominator)
        let divisor = Int128(source.denominator) * Int128(target.numerator)
        let rounding = product < 0 ? -(divisor / 2) : divisor / 2
        return Int64(clamping: (product + rounding) / divisor)
    }
}

/// Whether a new connection goes on where the old one was lost, by its own clock.
package struct Continuity {
    /// Bits after which the clock begins anew; 64: it does not.
    let wrapBits: Int
    let base: TimeBase

    /// MPEG-TS has 33 bits of 90 kHz (ISO/IEC 13818-1, 2.4.3.7), alone or within HLS.
    package init(container: String, base: TimeBase) {
        self.base = base
        wrapBits = Self.wrapBits(container: container, base: base)
        burst = Self.burst(container: container)
    }

    private static func burst(container: String) -> Double { container == "hls" ? segment : 0 }

    /// Seconds of silence behind which the clock of the next connection cannot prove a gap of `gap` seconds
    /// or less any more (`missing`), unless it is known to be the same clock.
    static func longestSilence(container: String, of gap: Double) -> Double {
        1.2 * (gap + burst(container: container)) + 10
    }

    static func wrapBits(container: String, base: TimeBase) -> Int {
        ["mpegts", "hls"].contains(container) && base.denominator == 90_000 * base.numerator ? 33 : 64
    }

    /// Seconds of media that arrive at once.
    private let burst: Double
    /// Longest usual segment of a playlist, with its way to the reader.
    private static let segment = 12.0
    /// Seconds by which stamps differ from the times they stand for.
    static let rounding = 0.001
    /// Seconds by which the first picture after a loss may be late: it is shown only once the input has been
    /// probed.
    private static let probing = 8.0

    /// What is missing between two connections that are known to have one clock: ticks, to the nearest turn
    /// of the clock; nil where the second begins before the first ended. Stamps are rounded, so a millisecond
    /// is no time.
    package func step(from end: Int64, to start: Int64) -> Int64? {
        var step = start &- end
        if wrapBits < 63 {
            step &= (Int64(1) << wrapBits) - 1
            if step >= Int64(1) << (wrapBits - 1) { step -= Int64(1) << wrapBits }
        }
        return step >= -base.ticks(seconds: Self.rounding) ? max(0, step) : nil
    }

    /// What is missing between two connections.
    ///
    /// - Parameters:
    ///   - end: where the last picture was over, by the clock of its connection.
    ///   - start: the first picture of the new connection, by its own.
    ///   - elapsed: seconds of wall time between their arrivals.
    /// - Returns: ticks; nil where nothing proves that the clock ran on.
    package func missing(end: Int64, start: Int64, elapsed: Double) -> Int64? {
        var missing = start &- end
        if wrapBits < 63 {
            let range = Int64(1) << wrapBits
            let expected = base.ticks(seconds: elapsed)
            missing = (missing & (range - 1)) + (expected / range) * range
            if missing > expected + range / 2 { missing -= range }
            if missing < expected - range / 2 { missing += range }
        }
        let late = base.seconds(missing) - elapsed
        guard missing >= 0, late <= 2 + burst + elapsed / 10, -late <= Self.probing + burst + elapsed / 10
        else { return nil }
        return missing
    }
}
