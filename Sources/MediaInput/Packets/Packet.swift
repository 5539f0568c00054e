import CFFmpeg
import CFFmpegShim

/// One packet of the video stream, with its time stamps unwrapped. Handed from thread to thread, used by one
/// at a time.
final class Packet: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<AVPacket>
    let facts: PacketFacts
    /// Its place among the video's packets, from 1 in the order of reading; 0 where nobody counts.
    let number: Int64
    /// Its picture belongs to the next group: it is decoded here only because others refer to it.
    let isForeign: Bool
    /// Messages that stand directly in front of it. Set before it is handed on.
    var cues: [CueArrival] = []

    /// Takes the contents of `source`, which becomes blank; nil if memory is short.
    init?(moving source: UnsafeMutablePointer<AVPacket>, facts: PacketFacts, number: Int64 = 0) {
        guard let pointer = av_packet_alloc() else { return nil }
        av_packet_move_ref(pointer, source)
        self.pointer = pointer
        self.facts = facts
        self.number = number
        isForeign = false
    }

    /// The same bytes, to be decoded a second time; nil if memory is short.
    init?(foreign packet: Packet) {
        guard let pointer = av_packet_clone(packet.pointer) else { return nil }
        self.pointer = pointer
        facts = packet.facts
        number = packet.number
        isForeign = true
    }

    deinit {
        var pointer: UnsafeMutablePointer<AVPacket>? = pointer
        av_packet_free(&pointer)
    }

    /// Presentation time in ticks; nil if unknown.
    var stamp: Int64? { pointer.pointee.pts == scn_no_timestamp ? nil : pointer.pointee.pts }

    /// Decoding time in ticks; nil if unknown.
    var decodingStamp: Int64? { pointer.pointee.dts == scn_no_timestamp ? nil : pointer.pointee.dts }

    /// Ticks; 0 if unknown.
    var duration: Int64 { pointer.pointee.duration }

    var byteCount: Int { Int(pointer.pointee.size) }

    var isCorrupt: Bool { pointer.pointee.flags & AV_PKT_FLAG_CORRUPT != 0 }

    /// Its picture is not part of what is shown (edit lists).
    var isHidden: Bool { pointer.pointee.flags & AV_PKT_FLAG_DISCARD != 0 }
}
