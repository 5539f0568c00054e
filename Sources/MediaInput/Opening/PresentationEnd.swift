import CFFmpeg
import CFFmpegShim

/// How far a presentation of segments (DASH) was read, against the length that its manifest claims.
///
/// FFmpeg reports the end of the input where a segment is missing or damaged.
struct PresentationEnd {
    /// Seconds by which a manifest may claim too much: packagers round to segments.
    private static let slack = 5.0
    /// Seconds from the beginning to the end of the pictures read so far.
    private var reached = 0.0

    /// Takes a packet of `context`; O(1).
    mutating func note(
        _ packet: UnsafeMutablePointer<AVPacket>, of context: UnsafeMutablePointer<AVFormatContext>
    ) {
        guard let stream = context.pointee.streams[Int(packet.pointee.stream_index)]?.pointee,
            stream.codecpar.pointee.codec_type == AVMEDIA_TYPE_VIDEO,
            packet.pointee.dts != scn_no_timestamp
        else { return }
        let start = stream.start_time == scn_no_timestamp ? 0 : stream.start_time
        let ticks = Double(packet.pointee.dts) - Double(start) + Double(packet.pointee.duration)
        reached = max(reached, ticks * Double(stream.time_base.num) / Double(stream.time_base.den))
    }

    /// Whole seconds that are missing of `claimed` ones; nil where nothing is, or nothing was claimed.
    func missing(of claimed: Double?) -> Int? {
        guard let claimed, claimed - reached > Self.slack, claimed < 1e9 else { return nil }
        return Int(claimed - reached)
    }
}
