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
        package init(path: String) { self.path = path }
    }

    /// What was written.
    package struct Report: Hashable, Sendable {
        package var files = 0
        /// Streams that the container does not take, or that cannot be cut with the video, in words.
        package var leftOut: [String] = []
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
    private var pieces: [Int: OpenPiece] = [:]
    private var report = Report()
    private var decoder: FrameDecoder?
    private var runs: ArraySlice<CutPlan.Run>
    /// Pieces with packets that are copied, from the current one on.
    private var copying: ArraySlice<Int>
    /// The segment whose pictures are encoded now.
    private var segment: (segment: CutPlan.Run.Segment, encoder: PictureEncoder, stamps: [Int64])?
    /// Decoding times of all pictures, in order.
    private let times: [Int64]
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
        guard Muxer.takes(film.video.pointee.codecpar.pointee.codec_id, container) else {
            throw OutputFailure(
                .unsupported,
                "\(container.title) does not take \(film.codec) video: choose --to mkv")
        }
        let wanted = plan.runs.compactMap { run -> CutPlan.Run? in
            var run = run
            run.segments = run.segments.filter { targets[$0.piece] != nil }
            return run.segments.isEmpty ? nil : run
        }
        runs = wanted[...]
        copying = plan.pieces.indices.filter { !plan.pieces[$0].copied.isEmpty }[...]
        times = index.entries.filter { !$0.isPart }.map(\.dts)
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
            let isPart = packet.pointee.pts == scn_no_timestamp
            try order.repair(packet, of: film)
            guard packet.pointee.dts != scn_no_timestamp else { continue }
            if isVideo {
                guard place < index.entries.count else { break }
                try takeVideo(packet, place, isPart: isPart)
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

    /// Streams beside the video that are copied.
    private var copies: Set<Int32> = []

    private func chooseStreams() {
        for stream in film.streams where stream.pointee.index != film.video.pointee.index {
            let parameters = stream.pointee.codecpar.pointee
            let isCopied =
                [AVMEDIA_TYPE_AUDIO, AVMEDIA_TYPE_SUBTITLE].contains(parameters.codec_type)
                && Muxer.takes(parameters.codec_id, container)
            if isCopied {
                copies.insert(stream.pointee.index)
                continue
            }
            stream.pointee.discard = AVDISCARD_ALL
            let isNeeded = container == .mkv && parameters.codec_type == AVMEDIA_TYPE_ATTACHMENT
            let isPicture = stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC != 0
            if !isNeeded, !isPicture, !StreamTargets.isMadeAnew(stream) {
                report.leftOut.append(
                    "stream \(stream.pointee.index) (\(StreamTargets.kind(parameters)))")
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
        guard let piece = try openPiece(number) else { return }
        let shift = av_rescale_q(piece.shift, videoBase, base)
        if packet.pointee.pts != scn_no_timestamp { packet.pointee.pts -= shift }
        packet.pointee.dts -= shift
        guard let target = piece.targets[packet.pointee.stream_index] else { return }
        try piece.muxer.write(packet, to: target, from: base)
    }

    // MARK: Video

    private func takeVideo(
        _ packet: UnsafeMutablePointer<AVPacket>, _ place: Int, isPart: Bool
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
        guard let piece = try openPiece(number) else { return }
        var clone = av_packet_clone(packet)
        guard let copy = clone else { throw .outOfMemory }
        if isPart { copy.pointee.pts = scn_no_timestamp }
        if piece.needsHead {
            piece.waiting.append((copy, isPart))
        } else {
            defer { av_packet_free(&clone) }
            try write(copy, isPart: isPart, to: piece)
        }
    }

    /// Writes the next copied packet of a piece.
    private func write(
        _ packet: UnsafeMutablePointer<AVPacket>, isPart: Bool, to piece: OpenPiece
    ) throws(OutputFailure) {
        // Transport streams have headers only where pictures carry them.
        let isEntry =
            container == .ts && (piece.lastTime == nil || packet.pointee.flags & AV_PKT_FLAG_KEY != 0)
        if let sets, piece.wasEncoded || isEntry || sets.isConverted {
            let bytes = UnsafeBufferPointer(
                start: packet.pointee.data.map { UnsafePointer($0) }, count: Int(packet.pointee.size))
            let prefix = piece.wasEncoded || isEntry ? sets.prefix(before: bytes) : []
            piece.wasEncoded = false
            if sets.isConverted {
                try replaceBytes(of: packet, with: prefix + sets.converted(bytes))
            } else if !prefix.isEmpty {
                try replaceBytes(of: packet, with: prefix + Array(bytes))
            }
        }
        if piece.isSpliced, !isPart {
            packet.pointee.dts = time(at: piece.nextRank)
            piece.nextRank += 1
        }
        try send(packet, to: piece)
    }

    private func send(_ packet: UnsafeMutablePointer<AVPacket>, to piece: OpenPiece) throws(OutputFailure) {
        if packet.pointee.dts != scn_no_timestamp {
            if let last = piece.lastTime, packet.pointee.dts <= last { packet.pointee.dts = last + 1 }
            piece.lastTime = packet.pointee.dts
        }
        if packet.pointee.pts != scn_no_timestamp {
            packet.pointee.pts = max(packet.pointee.pts, packet.pointee.dts) - piece.shift
        }
        packet.pointee.dts -= piece.shift
        try piece.muxer.write(packet, to: piece.video, from: videoBase)
    }

    private func time(at rank: Int) -> Int64 {
        rank < times.count ? times[rank] : (times.last ?? 0) + Int64(rank - times.count + 1)
    }

    private func replaceBytes(
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
                try take(bytes, isKey: isKey, isLast: false)
            }
        }
    }

    /// Packets of the segment that have come out so far, the last one held back.
    private var held: (bytes: [UInt8], isKey: Bool)?
    private var written = 0

    private func take(_ bytes: [UInt8], isKey: Bool, isLast: Bool) throws(OutputFailure) {
        if let held { try put(held.bytes, isKey: held.isKey, isLast: false) }
        held = (bytes, isKey)
    }

    private func put(_ bytes: [UInt8], isKey: Bool, isLast: Bool) throws(OutputFailure) {
        guard let segment, written < segment.stamps.count,
            let piece = try openPiece(segment.segment.piece)
        else { return }
        let pts = segment.stamps[written]
        var packet = av_packet_alloc()
        defer { av_packet_free(&packet) }
        guard let packet else { throw .outOfMemory }
        let data = sets?.encoded(bytes, isFirst: written == 0, isLast: isLast) ?? bytes
        packet.pointee.pts = pts
        packet.pointee.dts = time(at: piece.nextRank)
        let next = CutPlan.firstIndex(in: plan.stamps) { $0 > pts }
        packet.pointee.duration =
            next < plan.stamps.count ? plan.stamps[next] - pts : index.entries.last?.duration ?? 0
        if isKey { packet.pointee.flags |= AV_PKT_FLAG_KEY }
        let times = (packet.pointee.pts, packet.pointee.dts, packet.pointee.duration, packet.pointee.flags)
        try replaceBytes(of: packet, with: data)
        (packet.pointee.pts, packet.pointee.dts, packet.pointee.duration, packet.pointee.flags) = times
        piece.nextRank += 1
        piece.wasEncoded = true
        written += 1
        report.encoded += 1
        try send(packet, to: piece)
    }

    /// The pictures of a segment are complete: what waits behind them follows.
    private func closeSegment() throws(OutputFailure) {
        guard let done = segment else { return }
        try done.encoder.push(nil) { (bytes, isKey) throws(OutputFailure) in
            try take(bytes, isKey: isKey, isLast: false)
        }
        if let held { try put(held.bytes, isKey: held.isKey, isLast: true) }
        (held, written, segment) = (nil, 0, nil)
        guard done.segment.isHead, let piece = try openPiece(done.segment.piece) else { return }
        piece.needsHead = false
        let waiting = piece.waiting
        piece.waiting = []
        for (packet, isPart) in waiting {
            var packet: UnsafeMutablePointer<AVPacket>? = packet
            defer { av_packet_free(&packet) }
            if let packet { try write(packet, isPart: isPart, to: piece) }
        }
    }

    // MARK: Files

    /// A piece whose file is being written.
    private final class OpenPiece {
        let muxer: Muxer
        let video: Int32
        let targets: [Int32: Int32]
        /// Taken from all times, in ticks of the video.
        let shift: Int64
        var needsHead: Bool
        /// Some of its pictures are encoded: packets get decoding times by their place.
        let isSpliced: Bool
        var nextRank: Int
        /// The last packet was the encoder's.
        var wasEncoded = false
        var lastTime: Int64?
        /// Copied packets that come behind the head.
        var waiting: [(UnsafeMutablePointer<AVPacket>, Bool)] = []

        init(
            _ muxer: Muxer, video: Int32, targets: [Int32: Int32], shift: Int64, piece: CutPlan.Piece
        ) {
            self.muxer = muxer
            (self.video, self.targets, self.shift) = (video, targets, shift)
            needsHead = piece.head != nil
            isSpliced = piece.head != nil || piece.tail != nil
            nextRank = piece.rank
        }

        deinit {
            for (packet, _) in waiting {
                var packet: UnsafeMutablePointer<AVPacket>? = packet
                av_packet_free(&packet)
            }
        }
    }

    private var finished: Set<Int> = []

    /// nil for a piece that is not written.
    private func openPiece(_ number: Int) throws(OutputFailure) -> OpenPiece? {
        if let piece = pieces[number] { return piece }
        guard let target = targets[number] else { return nil }
        guard !finished.contains(number) else {
            report.late += 1
            return nil
        }
        let plan = self.plan.pieces[number]
        let muxer = try Muxer(path: target.path, container: container)
        let video = try muxer.add(film.video)
        if let sets, plan.encoded > 0 || sets.isConverted, let parameters = video.pointee.codecpar {
            try Self.describe(parameters, sets.description, container)
        }
        var targets: [Int32: Int32] = [:]
        for stream in film.streams where copies.contains(stream.pointee.index) {
            targets[stream.pointee.index] = try muxer.add(stream).pointee.index
        }
        if container == .mkv {
            for stream in film.streams
            where stream.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_ATTACHMENT {
                _ = try muxer.add(stream)
            }
        }
        av_dict_copy(&muxer.context.pointee.metadata, film.context.pointee.metadata, 0)
        try muxer.start()
        var shift = plan.start
        if number == 0 {
            let microsecond = AVRational(num: 1, den: 1_000_000)
            let shown = index.entries.lazy.filter { !$0.isHidden }.map(\.pts).min() ?? plan.start
            shift = min(shown, av_rescale_q(film.start, microsecond, videoBase))
        }
        let piece = OpenPiece(muxer, video: video.pointee.index, targets: targets, shift: shift, piece: plan)
        pieces[number] = piece
        return piece
    }

    /// Puts a description in place of the film's. Pictures that carry their own headers are `hev1` in MP4.
    private static func describe(
        _ parameters: UnsafeMutablePointer<AVCodecParameters>, _ bytes: [UInt8], _ container: Container
    ) throws(OutputFailure) {
        if parameters.pointee.codec_id == AV_CODEC_ID_HEVC, container.isMovie {
            parameters.pointee.codec_tag = "hev1".utf8.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        }
        guard !bytes.isEmpty,
            let copy = av_mallocz(bytes.count + Int(AV_INPUT_BUFFER_PADDING_SIZE))
        else { return }
        bytes.withUnsafeBytes { source in
            guard let base = source.baseAddress else { return }
            copy.copyMemory(from: base, byteCount: bytes.count)
        }
        av_freep(&parameters.pointee.extradata)
        parameters.pointee.extradata = copy.assumingMemoryBound(to: UInt8.self)
        parameters.pointee.extradata_size = Int32(bytes.count)
    }

    /// Files whose time is long over are finished.
    private func closePieces(before time: Int64) throws(OutputFailure) {
        for number in pieces.keys.sorted() {
            let end = plan.pieces[number].end
            let isOver =
                time == .max || end < .max && film.timeBase.seconds(time - end) > Self.slack
            guard isOver, let piece = pieces[number] else { continue }
            try piece.muxer.finish()
            pieces[number] = nil
            finished.insert(number)
            report.files += 1
            report.pictures += plan.pieces[number].pictures
        }
    }
}
