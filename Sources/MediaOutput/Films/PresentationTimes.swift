import CFFmpeg
import CFFmpegShim

/// Gives pictures the presentation times that their container keeps for few of them: MPEG program streams,
/// AVI.
///
/// A picture that others refer to is shown when the next such picture is decoded (ISO/IEC 13818-2, 6.1.1.11),
/// and FFmpeg knows when that is: it gives a presentation time, the decoding time, to those alone that none
/// refers to. A picture without one waits for the next, and what stands behind it waits with it. Pictures of
/// H.264 and HEVC come in any order, and stay as they are.
final class PresentationTimes {
    private let video: Int32
    private let isOrdered: Bool
    /// A picture that waits for its time, and the packets behind it.
    private var held: [UnsafeMutablePointer<AVPacket>] = []
    /// When the last picture of them is over.
    private var end: Int64 = 0
    /// Packets to be handed on, the next one last.
    private var ready: [UnsafeMutablePointer<AVPacket>] = []
    /// Pictures that were given a time.
    private(set) var count = 0

    /// Packets that wait at most, where sound goes on and pictures do not.
    private static let mostHeld = 20_000

    init(_ video: UnsafeMutablePointer<AVStream>) {
        self.video = video.pointee.index
        isOrdered = ![AV_CODEC_ID_H264, AV_CODEC_ID_HEVC].contains(video.pointee.codecpar.pointee.codec_id)
    }

    deinit {
        for packet in held + ready {
            var packet: UnsafeMutablePointer<AVPacket>? = packet
            av_packet_free(&packet)
        }
    }

    /// Moves the next packet that has waited long enough into `packet`, which must be blank; false if there
    /// is none.
    func pop(into packet: UnsafeMutablePointer<AVPacket>) -> Bool {
        guard let next = ready.popLast() else { return false }
        av_packet_move_ref(packet, next)
        var empty: UnsafeMutablePointer<AVPacket>? = next
        av_packet_free(&empty)
        return true
    }

    /// Takes a packet if it has to wait, and blanks it; false if it can go on at once. Call once `pop` has
    /// given everything.
    func hold(_ packet: UnsafeMutablePointer<AVPacket>) throws(OutputFailure) -> Bool {
        let (pts, dts) = (packet.pointee.pts, packet.pointee.dts)
        let isTimed = dts != scn_no_timestamp && packet.pointee.stream_index == video
        let waits = isOrdered && isTimed && pts == scn_no_timestamp
        guard let first = held.first else {
            guard waits else { return false }
            try keep(packet)
            return true
        }
        let isReference = isTimed && (waits || pts != dts)
        if isTimed, dts <= first.pointee.dts {
            release(at: end)
        } else if isReference {
            release(at: dts)
        } else if held.count >= Self.mostHeld {
            release(at: end)
        }
        let isOver = held.isEmpty && !waits
        try keep(packet)
        if isOver, let last = held.popLast() { ready.insert(last, at: 0) }
        return true
    }

    /// No packet follows. False if none waits.
    func finish() -> Bool {
        guard !held.isEmpty else { return false }
        release(at: end)
        return true
    }

    private func keep(_ packet: UnsafeMutablePointer<AVPacket>) throws(OutputFailure) {
        guard let copy = av_packet_alloc() else { throw .outOfMemory }
        av_packet_move_ref(copy, packet)
        held.append(copy)
        if copy.pointee.stream_index == video, copy.pointee.dts != scn_no_timestamp {
            end = copy.pointee.dts + max(1, copy.pointee.duration)
        }
    }

    private func release(at time: Int64) {
        guard let first = held.first else { return }
        first.pointee.pts = max(time, first.pointee.dts)
        count += 1
        ready = held.reversed()
        held = []
    }
}
