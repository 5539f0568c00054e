import CFFmpeg
import CFFmpegShim
package import Timeline

/// Writes a film anew with other chapters: every packet as it is, nothing encoded.
package enum FilmCopy {
    /// What was written.
    package struct Report: Hashable, Sendable {
        /// Streams that the container does not take.
        package var leftOut: [LeftOutStream] = []
        /// Chapters that stand in the file, gaps that became chapters included.
        package var chapters = 0
        /// There are more chapters than Nero's table holds; it was left out, and QuickTime's holds all.
        package var lacksNeroTable = false
        package var packets = 0
    }

    /// Copies `film` to `path` (nil: standard output) with these chapters in place of its own.
    ///
    /// - Parameters:
    ///   - film: as it was opened; it is read to its end.
    ///   - chapters: in order of time, in ticks of `base` from the start of the film.
    ///   - base: length of their ticks.
    ///   - path: where to; the film has that name once it is whole.
    ///   - container: what it is written in.
    ///   - progress: told the seconds copied so far.
    /// - Returns: what was written.
    /// - Throws: why it cannot be written; then nothing stays behind.
    package static func write(
        _ film: Film, chapters: [Chapter], of base: TimeBase, to path: String?, as container: Container,
        progress: (Double) -> Void
    ) throws(OutputFailure) -> Report {
        guard container.hasChapters else {
            throw OutputFailure(
                .usage, "\(container.title) has no chapters: give a name that ends in .mkv or .mp4")
        }
        guard Muxer.takes(film.video, container) else {
            let remedy = Muxer.remedy(for: film.video, among: Container.allCases.filter(\.hasChapters)) {
                "give a name that ends in .\($0.rawValue)"
            }
            throw OutputFailure(
                .unsupported, "\(container.title) does not take \(film.codec) video: \(remedy)")
        }
        var report = Report()
        let muxer = try Muxer(path: path, container: container)
        var targets = StreamTargets()
        try targets.add(all: film, to: muxer, leftOut: &report.leftOut)
        guard av_dict_copy(&muxer.context.pointee.metadata, film.context.pointee.metadata, 0) >= 0 else {
            throw .outOfMemory
        }
        // Only MP4 hides what stands before the start; elsewhere it is shown, and everything moves.
        let origin = container.isMovie ? film.start : try film.earliestPacket()
        let table = ChapterTable(chapters, of: base, for: container, behind: film.start - origin)
        for (number, entry) in table.entries.enumerated() {
            let status = entry.title.withCString {
                scn_add_chapter(
                    muxer.context, Int64(number + 1), 1, Int32(table.perSecond), entry.start, entry.end, $0)
            }
            guard status >= 0 else { throw .outOfMemory }
        }
        report.chapters = table.entries.count
        var options: [String: String] = [:]
        if container.isMovie {
            var flags: [String] = []
            if film.hasIndexFirst { flags.append("+faststart") }
            if table.entries.count > ChapterTable.mostOfNero {
                flags.append("+disable_chpl")
                report.lacksNeroTable = true
            }
            if !flags.isEmpty { options["movflags"] = flags.joined() }
        }
        try muxer.start(options)
        try copy(film, targets, to: muxer, from: origin, progress)
        try muxer.finish()
        report.packets = muxer.packets
        return report
    }

    private static func copy(
        _ film: Film, _ targets: StreamTargets, to muxer: Muxer, from origin: Int64,
        _ progress: (Double) -> Void
    ) throws(OutputFailure) {
        var packet = av_packet_alloc()
        defer { av_packet_free(&packet) }
        guard let packet else { throw .outOfMemory }
        var order = DecodingOrder()
        let fields = SecondFields(of: film)
        // Pictures, and how many of them have no time.
        var (pictures, untimed) = (0, 0)
        var lastTime = scn_no_timestamp
        let microsecond = AVRational(num: 1, den: 1_000_000)
        while try film.read(into: packet) {
            let index = Int(packet.pointee.stream_index)
            guard let target = targets[index], let source = film.context.pointee.streams[index] else {
                av_packet_unref(packet)
                continue
            }
            let base = source.pointee.time_base
            let isVideo = index == Int(film.video.pointee.index)
            if isVideo {
                pictures += 1
                if !fields.take(packet), packet.pointee.pts == scn_no_timestamp { untimed += 1 }
                guard untimed <= film.mostUntimed(of: pictures) + 20 else { throw film.lacksTimes }
            }
            try order.repair(packet, of: film)
            if isVideo {
                guard packet.pointee.dts != scn_no_timestamp else {
                    // In front of the first one that has a time.
                    av_packet_unref(packet)
                    continue
                }
                if packet.pointee.pts == scn_no_timestamp, muxer.container.timesAll {
                    packet.pointee.pts = max(lastTime, packet.pointee.dts)
                } else if packet.pointee.pts != scn_no_timestamp {
                    lastTime = packet.pointee.pts
                }
            }
            if origin != 0 {
                let shift = av_rescale_q(origin, microsecond, base)
                if packet.pointee.pts != scn_no_timestamp { packet.pointee.pts -= shift }
                if packet.pointee.dts != scn_no_timestamp { packet.pointee.dts -= shift }
            }
            if isVideo {
                progress(Double(packet.pointee.dts) * Double(base.num) / Double(base.den))
            }
            try muxer.write(packet, to: target, from: base)
        }
        guard untimed <= film.mostUntimed(of: pictures) else { throw film.lacksTimes }
    }
}

/// Gives packets the decoding times that muxers ask for, where the film has none or they do not rise: the
/// first packets of a Matroska film whose pictures are reordered have none.
struct DecodingOrder {
    private struct Track {
        var last: Int64?
        /// Packets before the first decoding time.
        var count = 0
        var first: Int64?
    }

    private var tracks: [Int32: Track] = [:]

    /// Decoding times rise in each stream, and none lies behind its presentation. A picture without any time
    /// follows the one before. Throws where a clock was reset.
    mutating func repair(
        _ packet: UnsafeMutablePointer<AVPacket>, of film: Film
    ) throws(OutputFailure) {
        let index = packet.pointee.stream_index
        guard let stream = film.context.pointee.streams[Int(index)] else { return }
        var track = tracks[index] ?? Track()
        if packet.pointee.dts == scn_no_timestamp, packet.pointee.pts != scn_no_timestamp {
            let first = track.first ?? packet.pointee.pts
            track.first = first
            let delay = Int64(max(0, stream.pointee.codecpar.pointee.video_delay))
            let step = max(1, Self.step(packet, stream))
            packet.pointee.dts =
                track.last == nil || track.count < Int(delay)
                ? first - (delay - Int64(track.count)) * step : packet.pointee.pts
            track.count += 1
        }
        if packet.pointee.dts == scn_no_timestamp, index == film.video.pointee.index, let last = track.last {
            packet.pointee.dts = last + 1
        }
        guard packet.pointee.dts != scn_no_timestamp else { return }
        if let last = track.last, packet.pointee.dts <= last {
            let base = stream.pointee.time_base
            guard Double(last - packet.pointee.dts) * Double(base.num) / Double(base.den) < 1 else {
                throw OutputFailure(
                    .unsupported,
                    "\(film.name): its clock is reset in the middle: cut it there first, or write it again "
                        + "with ffmpeg -i IN -c copy OUT.mkv")
            }
            packet.pointee.dts = last + 1
        }
        if packet.pointee.pts != scn_no_timestamp {
            packet.pointee.pts = max(packet.pointee.pts, packet.pointee.dts)
        }
        track.last = packet.pointee.dts
        tracks[index] = track
    }

    /// Ticks that a picture lasts.
    private static func step(
        _ packet: UnsafeMutablePointer<AVPacket>, _ stream: UnsafeMutablePointer<AVStream>
    ) -> Int64 {
        if packet.pointee.duration > 0 { return packet.pointee.duration }
        let rate = stream.pointee.avg_frame_rate
        guard rate.num > 0, rate.den > 0 else { return 1 }
        return av_rescale_q(1, AVRational(num: rate.den, den: rate.num), stream.pointee.time_base)
    }
}
