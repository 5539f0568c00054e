import CFFmpeg
import CFFmpegShim
import Timeline

/// Cuts a film into pieces, each a file: what is copied packet by packet, and what a `CutPlan` has encoded
/// anew.
///
/// Reads the film once, in order. As many files are open as pieces overlap in the order of packets: two or
/// three. Memory: a few packets and pictures.
package final class Splitter {
    /// A file to write.
    package struct Target: Hashable, Sendable {
        package var path: String
        /// PTS at which its last picture is over: no subtitle lasts longer. nil: they last as in the film.
        package var end: Int64?
        /// Timecode of its first picture, for a film that has some; nil: not known. The first file has the
        /// film's own.
        package var timecode: String?

        package init(path: String, end: Int64?, timecode: String?) {
            (self.path, self.end, self.timecode) = (path, end, timecode)
        }
    }

    /// What was written.
    package struct Report: Hashable, Sendable {
        package var files = 0
        /// Streams that the container does not take, or that cannot be cut with the video.
        package var leftOut: [LeftOutStream] = []
        /// Pictures, and how many of them were encoded anew.
        package var pictures = 0
        package var encoded = 0
        /// Packets that came so late that their file was finished.
        package var late = 0
    }

    private let film: Film
    private let plan: CutPlan
    private let index: VideoIndex
    private let container: Container
    private let targets: [Target?]
    private let sets: ParameterSets?
    private var pieces: [Int: PieceFile] = [:]
    private var report = Report()
    private var decoder: FrameDecoder?
    private var runs: ArraySlice<CutPlan.Run>
    /// Pieces with packets that are copied, from the current one on.
    private var copying: ArraySlice<Int>
    /// The segment whose pictures are encoded now.
    private var segment: (segment: CutPlan.Run.Segment, encoder: PictureEncoder, stamps: [Int64])?
    /// The last picture of the segment that has come out; the one behind it says whether it is the last of
    /// all.
    private var held: (bytes: [UInt8], isKey: Bool)?
    /// Pictures of the segment that are in its file.
    private var written = 0
    /// Streams beside the video that are copied.
    private var copies: Set<Int32> = []
    /// Streams that are in each file as they are: covers and attached files.
    private var extras: Set<Int32> = []
    /// Pieces whose files are complete.
    private var finished: Set<Int> = []
    private let times: DecodingTimes
    private let videoBase: AVRational

    /// Seconds by which streams may be apart in the film.
    private static let slack = 10.0

    /// - Parameters:
    ///   - film: freshly opened; it is read to its end.
    ///   - index: its packets.
    ///   - plan: made of them.
    ///   - targets: for each piece of the plan where it goes; nil: it is not written.
    ///   - container: what pieces are written in.
    /// - Throws: where the film's pictures cannot be encoded, and some must be.
    package init(
        _ film: Film, index: VideoIndex, plan: CutPlan, targets: [Target?], container: Container
    ) throws(OutputFailure) {
        precondition(targets.count == plan.pieces.count, "a target for each piece")
        self.film = film
        (self.index, self.plan, self.targets, self.container) = (index, plan, targets, container)
        guard Muxer.takes(film.video, container) else {
            let remedy = Muxer.remedy(for: film.video, among: Container.allCases) {
                "choose --to \($0.rawValue)"
            }
            throw OutputFailure(
                .unsupported, "\(container.title) does not take \(film.codec) video: \(remedy)")
        }
        let wanted = plan.runs.compactMap { run -> CutPlan.Run? in
            var run = run
            run.segments = run.segments.filter { targets[$0.piece] != nil }
            return run.segments.isEmpty ? nil : run
        }
        runs = wanted[...]
        copying = plan.pieces.indices.filter { !plan.pieces[$0].copied.isEmpty }[...]
        times = DecodingTimes(index.entries.filter { !$0.isPart }.map(\.dts))
        videoBase = film.video.pointee.time_base
        var headers: [UInt8] = []
        if !wanted.isEmpty {
            headers = try PictureEncoder(like: film).headers
            decoder = try FrameDecoder(film)
        }
        sets = ParameterSets(
            film: film.video.pointee.codecpar.pointee, encoder: headers,
            usesStartCodes: container == .ts)
    }

    /// Whether pictures of this film can be encoded as they are.
    package static func canEncode(_ film: Film) -> Bool {
        PictureEncoder.name(for: film.video.pointee.codecpar.pointee.codec_id) != nil
            && (try? PictureEncoder(like: film)) != nil
    }

    /// Copying goes on behind encoded pictures at a full reset only.
    package static func needsReset(_ film: Film) -> Bool {
        film.video.pointee.codecpar.pointee.codec_id == AV_CODEC_ID_H264
    }

    // MARK: Reading

    /// Writes all files.
    ///
    /// - Parameter progress: told the seconds read so far.
    /// - Returns: what was written.
    /// - Throws: why not; files that were whole by then stay.
    package func run(_ progress: (Double) -> Void) throws(OutputFailure) -> Report {
        var packet = av_packet_alloc()
        defer { av_packet_free(&packet) }
        guard let packet else { throw .outOfMemory }
        var order = DecodingOrder()
        var place = 0
        let video = film.video.pointee.index
        chooseStreams()
        while try film.read(into: packet) {
            defer { av_packet_unref(packet) }
            let isVideo = packet.pointee.stream_index == video
            guard isVideo || copies.contains(packet.pointee.stream_index) else { continue }
            try order.repair(packet, of: film)
            guard packet.pointee.dts != scn_no_timestamp else { continue }
            if isVideo {
                guard place < index.entries.count else { break }
                try takeVideo(packet, place)
                progress(film.timeBase.seconds(packet.pointee.dts))
                try closePieces(before: packet.pointee.dts)
                place += 1
            } else {
                try takeOther(packet)
            }
        }
        try closePieces(before: .max)
        return report
    }

    private func chooseStreams() {
        for stream in film.streams where stream.pointee.index != film.video.pointee.index {
            let index = stream.pointee.index
            let type = stream.pointee.codecpar.pointee.codec_type
            let isCut = type == AVMEDIA_TYPE_AUDIO || type == AVMEDIA_TYPE_SUBTITLE
            let place = StreamPlace(of: stream, in: container)
            if place == .copied, isCut {
                copies.insert(index)
                continue
            }
            stream.pointee.discard = AVDISCARD_ALL
            switch place {
            case .cover, .attached: extras.insert(index)
            case .madeAnew: break
            case .copied, .leftOut:
                // Another video, and messages, no container keeps in pieces.
                let isHeld = isCut || type == AVMEDIA_TYPE_ATTACHMENT || StreamTargets.isCover(stream)
                report.leftOut.append(
                    StreamTargets.leftOut(stream, of: film, among: isHeld ? Container.allCases : []))
            }
        }
    }

    private func takeOther(_ packet: UnsafeMutablePointer<AVPacket>) throws(OutputFailure) {
        guard let stream = film.context.pointee.streams[Int(packet.pointee.stream_index)] else { return }
        let base = stream.pointee.time_base
        let stamp = packet.pointee.pts == scn_no_timestamp ? packet.pointee.dts : packet.pointee.pts
        let later = CutPlan.firstIndex(in: plan.pieces) { piece in
            av_compare_ts(piece.start, videoBase, stamp, base) > 0
        }
        let number = max(0, later - 1)
        if stream.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_SUBTITLE,
            packet.pointee.pts != scn_no_timestamp, let end = targets[number]?.end
        {
            // Players show the last picture for as long as a subtitle lasts.
            let most = max(1, av_rescale_q(end, videoBase, base) - packet.pointee.pts)
            packet.pointee.duration = min(packet.pointee.duration, most)
        }
        try openPiece(number)?.copy(packet, of: base)
    }

    // MARK: Video

    private func takeVideo(
        _ packet: UnsafeMutablePointer<AVPacket>, _ place: Int
    ) throws(OutputFailure) {
        if let run = runs.first, run.packets.contains(place) {
            try decode(packet, run)
            if place + 1 == run.packets.upperBound {
                try decode(nil, run)
                try closeSegment()
                runs = runs.dropFirst()
            }
        }
        while let first = copying.first, plan.pieces[first].copied.upperBound <= place {
            copying = copying.dropFirst()
        }
        guard let number = copying.first, plan.pieces[number].copied.contains(place) else { return }
        let copied = plan.pieces[number].copied
        let entry = index.entries[place]
        // What leads up to an open key frame is in the piece before, encoded.
        guard copied.lowerBound == 0 || entry.pts >= index.entries[copied.lowerBound].pts else { return }
        if entry.isPart, container.timesAll { packet.pointee.pts = entry.pts }
        try openPiece(number)?.copy(packet, isPart: entry.isPart)
    }

    // MARK: Encoding

    private func decode(
        _ packet: UnsafeMutablePointer<AVPacket>?, _ run: CutPlan.Run
    ) throws(OutputFailure) {
        try decoder?.push(packet) { (pts, frame) throws(OutputFailure) in
            guard let wanted = run.segments.first(where: { $0.range.contains(pts) }) else { return }
            if segment?.segment != wanted {
                try closeSegment()
                segment = (wanted, try PictureEncoder(like: film), [])
            }
            guard let encoder = segment?.encoder else { return }
            segment?.stamps.append(pts)
            try encoder.push(frame) { (bytes, isKey) throws(OutputFailure) in
                try take(bytes, isKey: isKey)
            }
        }
    }

    private func take(_ bytes: [UInt8], isKey: Bool) throws(OutputFailure) {
        if let held { try put(held.bytes, isKey: held.isKey, isLast: false) }
        held = (bytes, isKey)
    }

    private func put(_ bytes: [UInt8], isKey: Bool, isLast: Bool) throws(OutputFailure) {
        guard let segment, written < segment.stamps.count,
            let piece = try openPiece(segment.segment.piece)
        else { return }
        let pts = segment.stamps[written]
        let next = CutPlan.firstIndex(in: plan.stamps) { $0 > pts }
        try piece.put(
            sets?.encoded(bytes, isFirst: written == 0, isLast: isLast) ?? bytes, at: pts,
            duration: next < plan.stamps.count ? plan.stamps[next] - pts : index.entries.last?.duration ?? 0,
            isKey: isKey)
        written += 1
        report.encoded += 1
    }

    /// The pictures of a segment are complete: what waits behind them follows.
    private func closeSegment() throws(OutputFailure) {
        guard let done = segment else { return }
        try done.encoder.push(nil) { (bytes, isKey) throws(OutputFailure) in
            try take(bytes, isKey: isKey)
        }
        if let held { try put(held.bytes, isKey: held.isKey, isLast: true) }
        (held, written, segment) = (nil, 0, nil)
        if done.segment.isHead { try openPiece(done.segment.piece)?.endHead() }
    }

    // MARK: Files

    /// nil for a piece that is not written.
    private func openPiece(_ number: Int) throws(OutputFailure) -> PieceFile? {
        if let piece = pieces[number] { return piece }
        guard let target = targets[number] else { return nil }
        guard !finished.contains(number) else {
            report.late += 1
            return nil
        }
        let plan = self.plan.pieces[number]
        var shift = plan.start
        if number == 0 {
            let microsecond = AVRational(num: 1, den: 1_000_000)
            let shown = index.entries.lazy.filter { !$0.isHidden }.map(\.pts).min() ?? plan.start
            shift = min(shown, av_rescale_q(film.start, microsecond, videoBase))
        }
        let piece = try PieceFile(
            target, plan, of: film, copies: copies, extras: extras, container: container, sets: sets,
            times: times, shift: shift, isFirst: number == 0)
        pieces[number] = piece
        return piece
    }

    /// Files whose time is long over are finished.
    private func closePieces(before time: Int64) throws(OutputFailure) {
        for number in pieces.keys.sorted() {
            let end = plan.pieces[number].end
            let isOver =
                time == .max || end < .max && film.timeBase.seconds(time - end) > Self.slack
            guard isOver, let piece = pieces[number] else { continue }
            try piece.finish()
            pieces[number] = nil
            finished.insert(number)
            report.files += 1
            report.pictures += plan.pieces[number].pictures
        }
    }
}
