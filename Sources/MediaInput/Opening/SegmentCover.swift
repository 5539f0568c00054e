import CFFmpeg
import CFFmpegShim

/// How much of a recording in segments (HLS) the pictures cover that came, where a segment could not be
/// opened.
///
/// FFmpeg passes over such a segment without a word, and an opening that failed may have been one of sound
/// alone, or have succeeded the second time. So what its list claims is held against the pictures; but only
/// then, for lists may round the lengths of segments to whole seconds.
package struct SegmentCover {
    /// Seconds from one picture to the next beyond which they do not follow each other.
    private static let longestStep = 0.5
    /// Seconds by which a list may claim too much.
    private static let slack = 0.5
    /// Seconds that the pictures before the last one last, without the holes between them.
    private var covered = 0.0
    /// The last picture of the video: its stream, when it is decoded, and how long it lasts, in seconds.
    private var last: (stream: Int32, time: Double, length: Double)?

    package init() {}

    /// Takes a packet of `context`; O(1).
    mutating func note(
        _ packet: UnsafeMutablePointer<AVPacket>, of context: UnsafeMutablePointer<AVFormatContext>
    ) {
        guard let stream = context.pointee.streams[Int(packet.pointee.stream_index)]?.pointee,
            stream.codecpar.pointee.codec_type == AVMEDIA_TYPE_VIDEO, stream.discard != AVDISCARD_ALL,
            packet.pointee.dts != scn_no_timestamp
        else { return }
        let tick = Double(stream.time_base.num) / Double(stream.time_base.den)
        note(
            stream: packet.pointee.stream_index, at: Double(packet.pointee.dts) * tick,
            length: Double(packet.pointee.duration) * tick)
    }

    /// Takes a picture in the order of decoding.
    ///
    /// - Parameters:
    ///   - stream: the one it belongs to; clocks of others say nothing of it.
    ///   - time: when it is decoded, in seconds.
    ///   - length: how long it is shown, in seconds; 0: unknown.
    package mutating func note(stream: Int32, at time: Double, length: Double) {
        defer { last = (stream, time, length) }
        guard let last else { return }
        let step = stream == last.stream ? time - last.time : 0
        covered += 0 < step && step <= Self.longestStep ? step : last.length
    }

    /// Seconds that are missing of `claimed` ones; nil where nothing is, or nothing was claimed.
    ///
    /// `failures`: openings that failed.
    package func missing(of claimed: Double?, failures: Int) -> Double? {
        guard failures > 0, let claimed, claimed < 1e9 else { return nil }
        let missing = claimed - covered - (last?.length ?? 0)
        return missing > Self.slack ? missing : nil
    }
}
