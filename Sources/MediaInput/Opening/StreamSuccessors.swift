import CFFmpeg

/// A stream of an open container, and what has been read of it already.
struct StreamSuccessor {
    let demuxer: Demuxer
    let stream: UnsafeMutablePointer<AVStream>
    /// In order.
    var packets: [Packet]
}

/// Finds the stream that takes the place of the one that is read: video of the same program that the
/// container did not know at first, while the one that is read gives nothing more.
///
/// Bytes that come by themselves are cut where that happens (`LinkWatch`); this is for containers that FFmpeg
/// fetches, as playlists, and for FLV, where a codec may change between two tags.
struct StreamSuccessors {
    private let demuxer: Demuxer
    private let program: Int?
    /// Streams from this index on are new.
    private let known: Int32
    private var candidate: StreamSuccessor?

    /// Packets of a new stream without one of the old between them, after which the old one is over.
    private static let enough = 32

    init(demuxer: Demuxer, stream: UnsafeMutablePointer<AVStream>, program: Int?) {
        self.demuxer = demuxer
        self.program = program
        known = Int32(clamping: demuxer.streams.count)
    }

    /// Takes a packet of another stream; the successor once that is certain.
    mutating func push(_ packet: UnsafeMutablePointer<AVPacket>) -> StreamSuccessor? {
        let index = packet.pointee.stream_index
        guard index >= known, let stream = demuxer.streams.first(where: { $0.pointee.index == index }),
            VideoStreamChoice.isVideo(stream), stream.pointee.codecpar.pointee.codec_id != AV_CODEC_ID_NONE,
            program.map({ VideoStreamChoice.programs(of: stream, in: demuxer).contains($0) }) ?? true
        else { return nil }
        if candidate?.stream != stream {
            candidate = StreamSuccessor(demuxer: demuxer, stream: stream, packets: [])
        }
        guard let moved = Packet(moving: packet, facts: PacketFacts()) else { return nil }
        candidate?.packets.append(moved)
        return candidate?.packets.count ?? 0 >= Self.enough ? take() : nil
    }

    /// The stream that is read goes on.
    mutating func reset() { candidate = nil }

    /// What came last of a new stream; nil if the old one came last.
    mutating func take() -> StreamSuccessor? {
        defer { candidate = nil }
        return candidate
    }
}
