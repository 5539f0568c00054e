import CFFmpeg
import Timeline

/// Pictures a second, from the codec's headers and the spacing of time stamps; never from what a container
/// claims of the whole.
enum StreamRate {
    /// nil if unknown or beyond 1000.
    static func rate(of stream: UnsafeMutablePointer<AVStream>, codec: AVRational) -> TimecodeTrack.Rate? {
        let base = rational(stream.pointee.r_frame_rate)
        let coded = rational(codec)
        guard let base else { return coded }
        // Interlaced streams count fields; a spacing much finer than the codec's rate is a coarse clock's
        // jitter.
        if let coded, value(coded) < 0.7 * value(base) { return coded }
        return base
    }

    /// Ticks of one picture, at least 1.
    static func duration(_ rate: TimecodeTrack.Rate, in timeBase: TimeBase) -> Int64 {
        let picture = Int128(rate.denominator) * Int128(timeBase.denominator)
        let tick = Int128(rate.numerator) * Int128(timeBase.numerator)
        return max(1, Int64(clamping: (2 * picture + tick) / (2 * tick)))
    }

    private static func rational(_ rate: AVRational) -> TimecodeTrack.Rate? {
        guard rate.num > 0, rate.den > 0, Int64(rate.num) <= 1000 * Int64(rate.den) else { return nil }
        return TimecodeTrack.Rate(numerator: Int64(rate.num), denominator: Int64(rate.den))
    }

    private static func value(_ rate: TimecodeTrack.Rate) -> Double {
        Double(rate.numerator) / Double(rate.denominator)
    }
}
