package import Timeline

/// Up to where a feed's last connection was told, by its own clock.
///
/// A playlist shows its last segments again to whoever opens it: FFmpeg joins three segments before the live
/// edge. Where the stamps say that pictures were told already, the next connection leaves them out.
package struct ToldSource: Hashable, Sendable {
    package var container: String
    package var base: TimeBase
    /// End of the last picture.
    package var end: Int64
    /// Seconds since that picture came, when the next connection begins.
    package var age: Double

    /// Seconds that a playlist may show again: three segments of ten seconds.
    private static let longest = 30.0

    package init(container: String, base: TimeBase, end: Int64, age: Double = 0) {
        self.container = container
        self.base = base
        self.end = end
        self.age = age
    }

    /// The instant, on the clock of a connection that begins with `media`, before which pictures were told;
    /// nil: none was, or nothing proves it.
    package func end(in media: MediaSummary) -> Int64? {
        guard container == "hls", media.container == container, media.clock.timeBase == base else {
            return nil
        }
        let bits = Continuity.wrapBits(container: container, base: base)
        var overlap = end &- media.clock.startPTS
        if bits < 63 {
            let range = Int64(1) << bits
            overlap &= range - 1
            if overlap >= range / 2 { overlap -= range }
        }
        guard overlap > 0, base.seconds(overlap) <= Self.longest else { return nil }
        return media.clock.startPTS + overlap
    }
}
