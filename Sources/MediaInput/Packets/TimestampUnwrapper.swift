/// Continues time stamps of few bits (33 in MPEG-TS) beyond their range, any number of times.
///
/// A stamp is read as the one nearest to the last, so jumps of up to half the range keep their size and sign.
package struct TimestampUnwrapper {
    /// Bits of a stamp; 64 where they do not wrap.
    package let bits: Int
    /// The last stamp.
    private(set) var last: Int64?

    package init(bits: Int) { self.bits = bits }

    /// The unwrapped stamps of one packet, in stream order. nil stands for a missing stamp.
    package mutating func unwrap(dts: Int64?, pts: Int64?) -> (dts: Int64?, pts: Int64?) {
        guard bits > 0, bits < 63 else { return (dts, pts) }
        let newDTS = dts.map { Self.nearest($0, to: last ?? $0, bits: bits) }
        let reference = newDTS ?? last
        let newPTS = pts.map { Self.nearest($0, to: reference ?? $0, bits: bits) }
        last = newDTS ?? newPTS ?? last
        return (newDTS, newPTS)
    }

    /// The stamp next to `reference` that ends with the `bits` bits of `stamp`.
    static func nearest(_ stamp: Int64, to reference: Int64, bits: Int) -> Int64 {
        let range = Int64(1) << bits
        var difference = (stamp &- reference) & (range - 1)
        if difference >= range / 2 { difference -= range }
        return reference &+ difference
    }
}
