import CFFmpeg
import CFFmpegShim
import MediaInput
import Timeline

/// What only a look at the beginning of the file tells.
extension Film {
    /// Microseconds at which the first picture is shown; 0 where that is not known. Reads the film's
    /// beginning a second time.
    func findFirstPicture() -> Int64 {
        var packet = av_packet_alloc()
        defer { av_packet_free(&packet) }
        guard let packet, let other = try? Film(path, stop: stop) else { return 0 }
        var first: Int64?
        // A few pictures on, for they are not written in the order in which they are shown.
        var pictures = 0
        while pictures < 32, (try? other.read(into: packet)) ?? false {
            defer { av_packet_unref(packet) }
            let isShown = packet.pointee.flags & AV_PKT_FLAG_DISCARD == 0
            guard packet.pointee.stream_index == video.pointee.index, isShown else { continue }
            pictures += 1
            let stamp = packet.pointee.pts
            if stamp != scn_no_timestamp { first = min(first ?? stamp, stamp) }
        }
        let microsecond = AVRational(num: 1, den: 1_000_000)
        return first.map { av_rescale_q($0, video.pointee.time_base, microsecond) } ?? 0
    }

    /// The index stands before the media, as players on the web want it.
    var hasIndexFirst: Bool {
        guard container?.isMovie ?? false, let io = context.pointee.pb else { return false }
        let place = avio_seek(io, 0, SEEK_CUR)
        defer { avio_seek(io, place, SEEK_SET) }
        var offset: Int64 = 0
        for _ in 0..<64 {
            guard avio_seek(io, offset, SEEK_SET) == offset else { return false }
            var size = Int64(avio_rb32(io))
            let type = avio_rb32(io)
            if type == 0x6d6f_6f76 { return true }
            if type == 0x6d64_6174 || avio_feof(io) != 0 { return false }
            if size == 1 { size = Int64(bitPattern: avio_rb64(io)) }
            guard size >= 8 else { return false }
            offset += size
        }
        return false
    }

    /// Microseconds of the earliest packet, which may be hidden: sound and pictures that only prepare what is
    /// shown stand before `start`. Reads the film's beginning a second time.
    func earliestPacket() throws(OutputFailure) -> Int64 {
        let other = try Film(path, stop: stop)
        var packet = av_packet_alloc()
        defer { av_packet_free(&packet) }
        guard let packet else { throw .outOfMemory }
        var waited = Set(other.streams.filter { StreamTargets.isTimed($0) }.map(\.pointee.index))
        var earliest = start
        for _ in 0..<2000 where !waited.isEmpty {
            guard try other.read(into: packet) else { break }
            defer { av_packet_unref(packet) }
            guard let stream = other.context.pointee.streams[Int(packet.pointee.stream_index)],
                packet.pointee.pts != scn_no_timestamp
            else { continue }
            let microsecond = AVRational(num: 1, den: 1_000_000)
            let time = av_rescale_q(packet.pointee.pts, stream.pointee.time_base, microsecond)
            earliest = min(earliest, time)
            // A few packets on, for pictures are not written in the order in which they are shown.
            if time > start + 500_000 { waited.remove(packet.pointee.stream_index) }
        }
        return earliest
    }
}
