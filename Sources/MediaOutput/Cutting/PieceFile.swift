import CFFmpeg
import CFFmpegShim

/// Decoding times of a film's pictures by their place; beyond the last they go on tick by tick.
struct DecodingTimes {
    private let times: [Int64]

    /// In order.
    init(_ times: [Int64]) { self.times = times }

    subscript(rank: Int) -> Int64 {
        rank < times.count ? times[rank] : (times.last ?? 0) + Int64(rank - times.count + 1)
    }
}

/// A piece of a film whose file is being written: puts packets that are copied and such that were encoded
/// behind one another, on the piece's own time.
final class PieceFile {
    private let muxer: Muxer
    private let container: Container
    private let sets: ParameterSets?
    private let times: DecodingTimes
    private let video: Int32
    private let videoBase: AVRational
    /// Stream of the file for each stream of the film beside the video.
    private let targets: [Int32: Int32]
    /// Taken from all times, in ticks of the video.
    private let shift: Int64
    /// Encoded pictures come before the copied ones, which wait.
    private var needsHead: Bool
    /// Some of its pictures are encoded: packets get decoding times by their place.
    private let isSpliced: Bool
    private var nextRank: Int
    /// The last packet was the encoder's.
    private var wasEncoded = false
    private var lastTime: Int64?
    private var waiting: [(UnsafeMutablePointer<AVPacket>, isPart: Bool)] = []

    /// - Parameters:
    ///   - target: the file.
    ///   - piece: what of the film is in it.
    ///   - film: whose streams it has.
    ///   - copies: streams beside the video that it has.
    ///   - extras: covers and attached files that it has.
    ///   - container: what it is written in.
    ///   - sets: headers of film and encoder; nil where pictures need none.
    ///   - times: decoding times of the film.
    ///   - shift: taken from all times, in ticks of the video.
    ///   - isFirst: it begins where the film does.
    /// - Throws: where the file cannot be written.
    init(
        _ target: Splitter.Target, _ piece: CutPlan.Piece, of film: Film, copies: Set<Int32>,
        extras: Set<Int32>, container: Container, sets: ParameterSets?, times: DecodingTimes, shift: Int64,
        isFirst: Bool
    ) throws(OutputFailure) {
        (self.container, self.sets, self.times, self.shift) = (container, sets, times, shift)
        videoBase = film.video.pointee.time_base
        needsHead = piece.head != nil
        isSpliced = piece.head != nil || piece.tail != nil
        nextRank = piece.rank
        muxer = try Muxer(path: target.path, container: container)
        let stream = try muxer.add(film.video)
        video = stream.pointee.index
        if let sets, piece.encoded > 0 || sets.isConverted, let parameters = stream.pointee.codecpar {
            Self.describe(parameters, sets.description, container)
        }
        var targets: [Int32: Int32] = [:]
        for stream in film.streams where copies.contains(stream.pointee.index) {
            targets[stream.pointee.index] = try muxer.add(stream).pointee.index
        }
        self.targets = targets
        var covers: [(UnsafeMutablePointer<AVStream>, Int32)] = []
        for stream in film.streams where extras.contains(stream.pointee.index) {
            switch StreamPlace(of: stream, in: container) {
            case .cover: covers.append((stream, try muxer.add(stream).pointee.index))
            default: try StreamTargets.attach(stream, to: muxer)
            }
        }
        av_dict_copy(&muxer.context.pointee.metadata, film.context.pointee.metadata, 0)
        let tags = PieceTags(timecode: target.timecode, isFirst: isFirst)
        tags.correct(&muxer.context.pointee.metadata)
        for number in 0..<Int(muxer.context.pointee.nb_streams) {
            if let stream = muxer.context.pointee.streams[number] { tags.correct(&stream.pointee.metadata) }
        }
        try muxer.start()
        for (stream, number) in covers { try write(cover: stream, to: number) }
    }

    deinit {
        for (packet, _) in waiting {
            var packet: UnsafeMutablePointer<AVPacket>? = packet
            av_packet_free(&packet)
        }
    }

    /// Puts a description in place of the film's. Pictures that carry their own headers are `hev1` in MP4.
    private static func describe(
        _ parameters: UnsafeMutablePointer<AVCodecParameters>, _ bytes: [UInt8], _ container: Container
    ) {
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

    // MARK: Packets

    /// Writes the one packet of a cover.
    private func write(
        cover stream: UnsafeMutablePointer<AVStream>, to number: Int32
    ) throws(OutputFailure) {
        guard stream.pointee.attached_pic.size > 0 else { return }
        var packet = av_packet_clone(&stream.pointee.attached_pic)
        defer { av_packet_free(&packet) }
        guard let packet else { throw .outOfMemory }
        (packet.pointee.pts, packet.pointee.dts) = (0, 0)
        try muxer.write(packet, to: number, from: stream.pointee.time_base)
    }

    /// Copies a packet of the video. `isPart`: it goes with the picture before.
    func copy(_ packet: UnsafeMutablePointer<AVPacket>, isPart: Bool) throws(OutputFailure) {
        var clone = av_packet_clone(packet)
        guard let copy = clone else { throw .outOfMemory }
        if isPart, !container.timesAll { copy.pointee.pts = scn_no_timestamp }
        if needsHead {
            waiting.append((copy, isPart))
        } else {
            defer { av_packet_free(&clone) }
            try write(copy, isPart: isPart)
        }
    }

    /// Copies a packet of another stream, whose time counts in `base`.
    func copy(_ packet: UnsafeMutablePointer<AVPacket>, of base: AVRational) throws(OutputFailure) {
        guard let target = targets[packet.pointee.stream_index] else { return }
        let shift = av_rescale_q(shift, videoBase, base)
        if packet.pointee.pts != scn_no_timestamp { packet.pointee.pts -= shift }
        packet.pointee.dts -= shift
        try muxer.write(packet, to: target, from: base)
    }

    /// Writes an encoded picture. `pts` and `duration`: in ticks of the film's video.
    func put(_ bytes: [UInt8], at pts: Int64, duration: Int64, isKey: Bool) throws(OutputFailure) {
        var packet = av_packet_alloc()
        defer { av_packet_free(&packet) }
        guard let packet else { throw .outOfMemory }
        try replaceBytes(of: packet, with: bytes)
        (packet.pointee.pts, packet.pointee.dts) = (pts, times[nextRank])
        packet.pointee.duration = duration
        if isKey { packet.pointee.flags |= AV_PKT_FLAG_KEY }
        nextRank += 1
        wasEncoded = true
        try send(packet)
    }

    /// All pictures are encoded that come before the copied ones: what waited for them follows.
    func endHead() throws(OutputFailure) {
        needsHead = false
        let packets = waiting
        waiting = []
        for (packet, isPart) in packets {
            var packet: UnsafeMutablePointer<AVPacket>? = packet
            defer { av_packet_free(&packet) }
            if let packet { try write(packet, isPart: isPart) }
        }
    }

    /// Completes the file.
    func finish() throws(OutputFailure) { try muxer.finish() }

    private func write(_ packet: UnsafeMutablePointer<AVPacket>, isPart: Bool) throws(OutputFailure) {
        // Transport streams have headers only where pictures carry them.
        let isEntry =
            container == .ts && (lastTime == nil || packet.pointee.flags & AV_PKT_FLAG_KEY != 0)
        if let sets, wasEncoded || isEntry || sets.isConverted {
            let bytes = UnsafeBufferPointer(
                start: packet.pointee.data.map { UnsafePointer($0) }, count: Int(packet.pointee.size))
            let prefix = wasEncoded || isEntry ? sets.prefix(before: bytes) : []
            wasEncoded = false
            if sets.isConverted {
                try replaceBytes(of: packet, with: prefix + sets.converted(bytes))
            } else if !prefix.isEmpty {
                try replaceBytes(of: packet, with: prefix + Array(bytes))
            }
        }
        if isSpliced, !isPart {
            packet.pointee.dts = times[nextRank]
            nextRank += 1
        }
        try send(packet)
    }

    /// Decoding times rise, and no picture is shown before it is decoded.
    private func send(_ packet: UnsafeMutablePointer<AVPacket>) throws(OutputFailure) {
        if packet.pointee.dts != scn_no_timestamp {
            if let last = lastTime, packet.pointee.dts <= last { packet.pointee.dts = last + 1 }
            lastTime = packet.pointee.dts
        }
        if packet.pointee.pts != scn_no_timestamp {
            packet.pointee.pts = max(packet.pointee.pts, packet.pointee.dts) - shift
        }
        packet.pointee.dts -= shift
        try muxer.write(packet, to: video, from: videoBase)
    }
}
