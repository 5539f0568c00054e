package import Timeline

/// Up to where a feed's last connection was told, by its own clock.
///
/// A playlist shows its last segments again to whoever opens it: FFmpeg joins three segments before the live
/// edge. A server that keeps the last group of pictures sends it again to whoever connects. Where the stamps
/// prove that pictures were told already, the next connection leaves them out.
package struct ToldSource: Hashable, Sendable {
    package var container: String
    package var base: TimeBase
    /// End of the last picture.
    package var end: Int64
    /// Seconds for which this clock has been followed up to there.
    package var followed: Double
    /// Seconds since that picture came, when the next connection begins.
    package var age: Double

    /// Seconds that may be shown again: three segments of ten seconds.
    private static let longest = 30.0
    /// Seconds by which a clock that begins anew may seem to run ahead: a burst at its start, the time to
    /// open and probe.
    private static let burst = 10.0

    package init(container: String, base: TimeBase, end: Int64, followed: Double = 0, age: Double = 0) {
        self.container = container
        self.base = base
        self.end = end
        self.followed = followed
        self.age = age
    }

    /// The instant, on the clock of a connection that begins with `media`, before which pictures were told;
    /// nil: none was, or nothing proves it.
    package func end(in media: MediaSummary) -> Int64? {
        guard media.container == container, media.clock.timeBase == base else { return nil }
        let bits = Continuity.wrapBits(container: container, base: base)
        var overlap = end &- media.clock.startPTS
        if bits < 63 {
            let range = Int64(1) << bits
            overlap &= range - 1
            if overlap >= range / 2 { overlap -= range }
        }
        guard overlap > 0, base.seconds(overlap) <= Self.longest, isProven(base.seconds(overlap)) else {
            return nil
        }
        return media.clock.startPTS + overlap
    }

    /// Whether the clock ran on. A playlist's does. Other clocks often begin anew with a connection or an
    /// encoder: since the last picture came, such a clock has run no further from where it once began than
    /// the time that has passed.
    private func isProven(_ overlap: Double) -> Bool {
        switch container {
        case "hls": true
        case "flv", "mpegts": overlap + age <= Self.longest && followed - overlap > age + Self.burst
        default: false
        }
    }
}

extension WireWriter {
    package mutating func put(_ told: ToldSource) {
        put(told.container)
        put(told.base.numerator)
        put(told.base.denominator)
        put(told.end)
        put(told.followed)
        put(told.age)
    }
}

extension WireReader {
    package mutating func toldSource() throws(WireError) -> ToldSource {
        let container = try text(limit: 256)
        let (numerator, denominator) = (try integer(Int64.self), try integer(Int64.self))
        guard (1...Int64(Int32.max)).contains(numerator), (1...Int64(Int32.max)).contains(denominator)
        else { throw WireError(reason: "a clock is not one") }
        let told = ToldSource(
            container: container, base: TimeBase(numerator: numerator, denominator: denominator),
            end: try ticks(), followed: try double(), age: try double())
        guard 0...MediaClock.century ~= told.followed, 0...MediaClock.century ~= told.age else {
            throw WireError(reason: "a time is out of range")
        }
        return told
    }
}
