import CFFmpeg

/// Gives a packet other bytes; its times and flags stay.
func replaceBytes(
    of packet: UnsafeMutablePointer<AVPacket>, with bytes: [UInt8]
) throws(OutputFailure) {
    var fresh = av_packet_alloc()
    defer { av_packet_free(&fresh) }
    guard let fresh, av_new_packet(fresh, Int32(bytes.count)) >= 0, let data = fresh.pointee.data else {
        throw .outOfMemory
    }
    bytes.withUnsafeBytes { source in
        guard let base = source.baseAddress else { return }
        UnsafeMutableRawPointer(data).copyMemory(from: base, byteCount: bytes.count)
    }
    guard av_packet_copy_props(fresh, packet) >= 0 else { throw .outOfMemory }
    av_packet_unref(packet)
    av_packet_move_ref(packet, fresh)
}
