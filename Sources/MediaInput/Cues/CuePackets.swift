internal import BroadcastCues
import CFFmpeg

/// The SCTE-35 messages of a transport stream, each up to the packet of the video that follows it.
///
/// FFmpeg hands a message on as soon as it is complete, but a packet of the video only when the next one
/// begins, and its parser holds one more. So what comes behind a message may have begun in front of it. Where
/// the place of both in the input is known, it decides; else two packets of the video are passed over, if so
/// many came before.
struct CuePackets {
    private struct Waiting {
        var section: SpliceSection
        /// Bytes of the input in front of its end; nil if unknown.
        var position: Int64?
        /// Packets of the video that had begun, as far as that can be told where the position cannot.
        var held: Int
        /// Packets of the video that came behind it.
        var passed = 0
    }

    private let demuxer: Demuxer
    private let program: Int?
    private let video: Int32
    private var waiting: [Waiting] = []
    /// Where the demuxer stood after the packet before.
    private var lastPosition: Int64
    /// Packets of the video so far.
    private var videoPackets = 0

    /// Packets of the video that had begun when a message came.
    private static let heldPackets = 2
    /// Packets of the video behind which a message has come through, wherever they say that they stand.
    private static let mostHeld = 8
    /// Messages that may wait for a packet of the video.
    private static let mostWaiting = 64

    /// `program`: of the video.
    init(demuxer: Demuxer, video: UnsafeMutablePointer<AVStream>, program: Int?) {
        self.demuxer = demuxer
        self.program = program
        self.video = video.pointee.index
        lastPosition = demuxer.position ?? 0
    }

    /// The streams of messages that are known now.
    var indices: Set<Int32> { Set(demuxer.streams.filter(isCue).map(\.pointee.index)) }

    private func isCue(_ stream: UnsafeMutablePointer<AVStream>) -> Bool {
        let base = stream.pointee.time_base
        return stream.pointee.codecpar.pointee.codec_id == AV_CODEC_ID_SCTE_35
            && base.num == 1 && base.den == 90_000
            && (program.map { VideoStreamChoice.programs(of: stream, in: demuxer).contains($0) } ?? true)
    }

    /// Takes a packet of any stream; true if it was a message.
    mutating func take(_ packet: UnsafeMutablePointer<AVPacket>) -> Bool {
        let position = demuxer.position
        defer { lastPosition = position ?? 0 }
        let index = packet.pointee.stream_index
        guard index != video, let stream = demuxer.context.pointee.streams[Int(index)], isCue(stream) else {
            return false
        }
        guard let data = packet.pointee.data, packet.pointee.size > 0,
            let section = try? SpliceSection(
                Array(UnsafeBufferPointer(start: data, count: Int(packet.pointee.size)))[...])
        else { return true }
        // What was read while the input was probed comes without the demuxer moving.
        let isFresh = position.map { $0 > lastPosition } ?? false
        if waiting.count == Self.mostWaiting { waiting.removeFirst() }
        waiting.append(
            Waiting(
                section: section, position: isFresh ? position : nil,
                held: min(Self.heldPackets, videoPackets)))
        return true
    }

    /// The cues that stand directly in front of a packet of the video, whose time stamp is `stamp`.
    mutating func cues(before packet: UnsafeMutablePointer<AVPacket>, stamp: Int64?) -> [CueArrival] {
        videoPackets += 1
        guard !waiting.isEmpty else { return [] }
        let place = packet.pointee.pos
        var cues: [CueArrival] = []
        while let first = waiting.first {
            let beganBefore =
                if let position = first.position, place >= 0 {
                    place < position && first.passed < Self.mostHeld
                } else {
                    first.passed < first.held
                }
            if beganBefore { break }
            waiting.removeFirst()
            cues += CueArrival.arrivals(of: first.section, near: stamp)
        }
        for index in waiting.indices { waiting[index].passed += 1 }
        return cues
    }

    /// Those behind which no packet of the video came, at the end.
    mutating func rest(near stamp: Int64?) -> [CueArrival] {
        defer { waiting = [] }
        return waiting.flatMap { CueArrival.arrivals(of: $0.section, near: stamp) }
    }
}
