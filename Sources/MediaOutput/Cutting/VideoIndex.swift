import CFFmpeg
import CFFmpegShim
import MediaInput
import Timeline

/// The packets of a film's video, as far as cutting needs to know them. 32 bytes a picture.
package struct VideoIndex: Sendable {
    package struct Entry: Hashable, Sendable {
        package var pts: Int64
        package var dts: Int64
        package var duration: Int64
        /// Decoding may begin here.
        package var isKey = false
        /// Nothing before it is referred to by anything behind it, in any order: an IDR picture.
        package var isReset = false
        /// Decoded, but not shown (edit lists).
        package var isHidden = false
        /// Goes with the picture before: its second field, in a packet of its own, or one without a time.
        package var isPart = false

        package init(pts: Int64, dts: Int64, duration: Int64) {
            (self.pts, self.dts, self.duration) = (pts, dts, duration)
        }
    }

    /// In order of decoding.
    package var entries: [Entry]
    /// Ticks by which a picture's time may lie behind what the events say: times that the film does not keep
    /// are rounded.
    package private(set) var slack: Int64 = 0

    package init(_ entries: [Entry]) { self.entries = entries }

    /// Reads all of `film`.
    ///
    /// - Parameters:
    ///   - film: freshly opened.
    ///   - progress: told the seconds read so far.
    /// - Throws: where its pictures have no times, and none follow from others, or it breaks off.
    package init(reading film: Film, progress: (Double) -> Void) throws(OutputFailure) {
        var packet = av_packet_alloc()
        defer { av_packet_free(&packet) }
        guard let packet else { throw .outOfMemory }
        var entries: [Entry] = []
        var order = DecodingOrder()
        var untimed = 0
        let fields = SecondFields(of: film)
        let index = film.video.pointee.index
        let examiner = KeyExaminer(film)
        for stream in film.streams where stream.pointee.index != index {
            stream.pointee.discard = AVDISCARD_ALL
        }
        while try film.read(into: packet) {
            defer { av_packet_unref(packet) }
            guard packet.pointee.stream_index == index else { continue }
            let isTimed = packet.pointee.pts != scn_no_timestamp
            if !fields.take(packet), !isTimed { untimed += 1 }
            try order.repair(packet, of: film)
            // In front of the first one that has a time.
            guard packet.pointee.dts != scn_no_timestamp else { continue }
            let isPart = !isTimed && !entries.isEmpty
            let pts = isTimed ? packet.pointee.pts : entries.last?.pts ?? packet.pointee.dts
            var entry = Entry(pts: pts, dts: packet.pointee.dts, duration: packet.pointee.duration)
            entry.isPart = isPart
            entry.isHidden = packet.pointee.flags & AV_PKT_FLAG_DISCARD != 0
            if packet.pointee.flags & AV_PKT_FLAG_KEY != 0, !isPart {
                (entry.isKey, entry.isReset) = examiner.look(at: packet)
            }
            entries.append(entry)
            progress(film.timeBase.seconds(entry.dts))
        }
        guard untimed <= film.mostUntimed(of: entries.count), !entries.isEmpty else { throw film.lacksTimes }
        self.entries = entries
        guard film.derivedTimes > 0 else { return }
        guard let shortest = Self.shortestStep(entries) else { throw film.lacksTimes }
        slack = shortest / 4
    }

    /// Ticks from a picture to the next, at least; nil where the times do not rise in the order in which a
    /// decoder shows the pictures: at once if they are shown when they are decoded, else with the next such
    /// one.
    static func shortestStep(_ entries: [Entry]) -> Int64? {
        var shown: [Int64] = []
        var waiting: Int64?
        for entry in entries where !entry.isPart {
            if entry.pts == entry.dts {
                shown.append(entry.pts)
            } else {
                if let waiting { shown.append(waiting) }
                waiting = entry.pts
            }
        }
        if let waiting { shown.append(waiting) }
        let shortest = zip(shown.dropFirst(), shown).map { $0 - $1 }.min() ?? 0
        return shortest > 0 || shown.count < 2 ? shortest : nil
    }
}

/// Tells what kind of key frame a packet is.
struct KeyExaminer {
    private let codec: AVCodecID
    private let units: NALUnits?

    init(_ film: Film) {
        let parameters = film.video.pointee.codecpar.pointee
        codec = parameters.codec_id
        units =
            codec == AV_CODEC_ID_H264 || codec == AV_CODEC_ID_HEVC
            ? NALUnits(parameters, isHEVC: codec == AV_CODEC_ID_HEVC) : nil
    }

    /// A packet that the container marks as a key frame.
    func look(at packet: UnsafeMutablePointer<AVPacket>) -> (isKey: Bool, isReset: Bool) {
        guard let data = packet.pointee.data else { return (true, true) }
        let bytes = UnsafeBufferPointer(start: UnsafePointer(data), count: Int(packet.pointee.size))
        guard let units else {
            // Encoders mark empty pictures, too.
            let isIntra = codec == AV_CODEC_ID_MPEG4 ? MPEG4Pictures(bytes).isIntra ?? true : true
            return (isIntra, isIntra)
        }
        var result: (isKey: Bool, isReset: Bool)?
        units.forEach(in: bytes) { unit in
            guard result == nil, unit.count > 2 else { return }
            if codec == AV_CODEC_ID_HEVC {
                let type = unit[0] >> 1 & 0x3f
                // Slices of any kind (ITU-T H.265, table 7-1).
                if type < 32 { result = (16...21 ~= type, 16...20 ~= type) }
            } else {
                switch unit[0] & 0x1f {
                case 5: result = (true, true)
                case 1, 2:
                    var bits = BitReader(unit, from: 1)
                    _ = bits.exponentialGolomb()
                    // Intra slices (ITU-T H.264, table 7-6): a refresh over several pictures has others.
                    let type = bits.exponentialGolomb() ?? 0
                    result = (type % 5 == 2 || type % 5 == 4, false)
                default: break
                }
            }
        }
        return result ?? (true, false)
    }
}
