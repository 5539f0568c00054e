import CFFmpeg
import CFFmpegShim

/// The pictures that a decoder gives for packets from a key frame on, each with the time for which it is
/// shown.
///
/// Holds one picture, whatever the packets: how long it is shown is known once the next one has come. One run
/// at a time for a decoder; used on one thread.
final class PictureRun {
    /// Takes a picture, its time, and that of the next one, nil where none follows. Returns false to end the
    /// run.
    typealias Taker = (UnsafeMutablePointer<AVFrame>, Int64, Int64?) -> Bool

    private let decoder: Decoder
    /// The picture that came last, and its time.
    private let shown: UnsafeMutablePointer<AVFrame>
    private var time: Int64?
    private let start: Int64
    private let second: Int64
    private var stampChoice = StampChoice()
    /// Pictures decoded so far.
    private(set) var decoded = 0

    /// Packets in a row that a decoder may refuse without asking for the next one.
    private static let mostRefusals = 64

    /// nil where memory is out.
    ///
    /// - Parameters:
    ///   - decoder: it forgets what it had before, and gets the packets of this run alone.
    ///   - start: time of a first picture that tells none.
    ///   - second: ticks of a second.
    init?(_ decoder: Decoder, start: Int64, second: Int64) {
        guard let shown = av_frame_alloc() else { return nil }
        (self.decoder, self.shown, self.start, self.second) = (decoder, shown, start, second)
        decoder.restart()
    }

    deinit {
        var frame: UnsafeMutablePointer<AVFrame>? = shown
        av_frame_free(&frame)
    }

    /// Decodes the next packet, and hands `body` each picture that another one follows; nil: no packet
    /// follows, and `body` gets the rest.
    ///
    /// - Returns: false once `body` has ended the run.
    func take(_ packet: Packet?, _ body: Taker) -> Bool {
        _ = decoder.send(packet?.pointer)
        var refusals = 0
        while true {
            switch decoder.receive() {
            case .picture:
                refusals = 0
                decoded += 1
                let next = stamp(of: decoder.frame)
                if let time, !body(shown, time, next) { return false }
                av_frame_unref(shown)
                av_frame_move_ref(shown, decoder.frame)
                time = next
            case .refused:
                refusals += 1
                if refusals > Self.mostRefusals { return true }
            case .needsPacket: return true
            case .ended: return time.map { body(shown, $0, nil) } ?? true
            }
        }
    }

    /// When a picture is shown, as whoever reads the whole stream has it; without a time of its own behind
    /// the picture before.
    private func stamp(of frame: UnsafeMutablePointer<AVFrame>) -> Int64 {
        func known(_ stamp: Int64) -> Int64? { stamp == scn_no_timestamp ? nil : stamp }
        let stamp = stampChoice.stamp(
            own: known(frame.pointee.pts), decoding: known(frame.pointee.pkt_dts), second: second)
        return stamp ?? time.map { $0 + max(1, scn_frame_duration(frame)) } ?? start
    }
}
