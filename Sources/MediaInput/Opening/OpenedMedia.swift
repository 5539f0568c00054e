import CFFmpeg
import CFFmpegShim
import Timeline

/// A container, its video stream and the stream's decoder, opened together and read in step.
///
/// Tells pictures from losses and ends; knows nothing of the timeline. Owned by one reader, used on one
/// thread at a time.
final class OpenedMedia {
    let demuxer: Demuxer
    let decoder: GroupDecoder
    let stream: UnsafeMutablePointer<AVStream>
    let shape: DecodingShape
    /// The plan that was asked for, or chosen.
    let plan: DecodePlan
    private let name: String
    /// What was asked for, with the plan.
    private let options: MediaOptions
    private let packet: UnsafeMutablePointer<AVPacket>
    private let stop: StopFlag
    private let progress: MediaProgress
    private let relief: DecodingRelief?
    /// Index of the QuickTime timecode track of the container, if it has one.
    private let timecodeIndex: Int32?
    /// Start timecode read from that track, in frames since 00:00:00:00.
    private(set) var trackTimecode: Int64?
    private var unwrapper: TimestampUnwrapper
    /// nil where no sound is wanted, or none can be heard.
    let sound: SoundStream?
    /// Packets of the video that were read.
    private var packetCount: Int64 = 0
    private var splitter: GroupSplitter
    /// Of each elementary stream; nil for formats that show nothing twice.
    private var repeated: [Int32: RepeatedPackets]?
    /// Judges groups while relief asks for it, where one thread reads and decodes.
    private var scout: GroupScout?
    /// Number of the program it belongs to (MPEG-TS); nil where there are none.
    let program: Int?
    /// The last packet was cut short.
    private var endsInAPacket = false
    /// A packet of the video was encrypted (Common Encryption): nothing was read from there on.
    private(set) var isEncrypted = false
    private var ending: MediaEnding?
    private let codec: AVCodecID
    /// Packets to be read before those of the demuxer, the next one last.
    private var early: [Packet]
    private var successors: StreamSuccessors
    /// nil where nobody asked for messages.
    private var cuePackets: CuePackets?
    /// Messages behind the last packet; valid once all of it has been read.
    private(set) var lastCues: [CueArrival] = []

    /// Opens a container. `former`: what was read of the same input before.
    convenience init(
        _ access: Demuxer.Access, name: String, options: MediaOptions, stop: StopFlag,
        progress: MediaProgress, relief: DecodingRelief?, after former: Former? = nil
    ) throws(MediaError) {
        let demuxer = try Demuxer(access, name: name, options: options, stop: stop)
        var choice = options
        if let program = former?.program, options.program == nil, options.stream == nil,
            VideoStreamChoice.hasVideo(inProgram: program, of: demuxer)
        {
            choice.program = program
        }
        let stream = try VideoStreamChoice.stream(of: demuxer, options: choice, name: name)
        if former == nil { try SoundStream.check(options, in: demuxer, name: name) }
        try self.init(
            StreamSuccessor(demuxer: demuxer, stream: stream, packets: []), name: name, options: options,
            stop: stop, progress: progress, relief: relief, after: former)
    }

    /// Reads a stream of an open container. `source`: the stream, and what has been read of it.
    init(
        _ source: StreamSuccessor, name: String, options: MediaOptions, stop: StopFlag,
        progress: MediaProgress, relief: DecodingRelief?, after former: Former?
    ) throws(MediaError) {
        self.progress = progress
        demuxer = source.demuxer
        stream = source.stream
        early = source.packets.reversed()
        let owners = VideoStreamChoice.programs(of: stream, in: demuxer)
        // Programs may share a stream.
        program =
            [options.program, former?.program].lazy.compactMap { $0 }.first(where: owners.contains)
            ?? owners.first
        successors = StreamSuccessors(demuxer: demuxer, stream: stream, program: program)
        cuePackets = options.cues ? CuePackets(demuxer: demuxer, video: stream, program: program) : nil
        let parameters = stream.pointee.codecpar.pointee
        let pixels = Int64(parameters.width) * Int64(parameters.height)
        guard pixels <= options.maxPixels else {
            throw MediaError(
                .unsupported,
                "\(name): pictures of \(parameters.width)x\(parameters.height) are larger than the limit of "
                    + "\(options.maxPixels) pixels: scale the video down")
        }
        guard stream.pointee.time_base.num > 0, stream.pointee.time_base.den > 0 else {
            throw MediaError(
                .unsupported, "\(name): the video has no clock: remux it with ffmpeg -i IN -c copy OUT.mkv")
        }
        codec = parameters.codec_id
        let options = options.chosen(for: parameters)
        (self.name, self.options, plan) = (name, options, options.plan)
        shape = DecodingShape(
            parameters, plan: plan, threads: options.threads, isRelievable: relief != nil)
        decoder = GroupDecoder(
            try Decoder(for: stream, name: name, options: options, shape: shape), stream: stream,
            views: options.views, marks: options.marks ? .everySecond : .none, plan: plan,
            relief: relief, isAtStart: false)
        self.relief = relief
        guard let packet = av_packet_alloc() else {
            throw MediaError(.cannotOpen, "\(name): out of memory: free some")
        }
        self.packet = packet
        self.stop = stop
        repeated = demuxer.formatName == "dash" ? [:] : nil
        let base = stream.pointee.time_base
        splitter = GroupSplitter(
            second: TimeBase(numerator: Int64(base.num), denominator: Int64(base.den)).ticks(seconds: 1),
            isReordered: shape.coding == .predicted && parameters.video_delay > 0)
        let bits = Int(stream.pointee.pts_wrap_bits)
        unwrapper = former.flatMap { $0.unwrapper.bits == bits ? $0.unwrapper : nil } ?? .init(bits: bits)
        let tag = "tmcd".utf8.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        timecodeIndex = demuxer.streams.first { $0.pointee.codecpar.pointee.codec_tag == tag }?.pointee.index
        sound = SoundStream(of: demuxer, beside: stream, program: program, options: options)
        demuxer.stream?.follow(identifier: Int(stream.pointee.id))
        demuxer.keepOnly(
            Set([stream.pointee.index, timecodeIndex, sound?.index].compactMap { $0 })
                .union(cuePackets?.indices ?? []))
    }

    /// Length of a tick of its time stamps; checked when it was opened.
    var timeBase: TimeBase {
        let base = stream.pointee.time_base
        return TimeBase(numerator: Int64(base.num), denominator: Int64(base.den))
    }

    /// What the media behind needs to know of this one.
    struct Former {
        var program: Int?
        var unwrapper: TimestampUnwrapper
        /// What goes on in the same container; nil where that has ended.
        var successor: StreamSuccessor?
    }

    /// Valid once all of it has been read.
    var former: Former { Former(program: program, unwrapper: unwrapper, successor: successor) }

    private var successor: StreamSuccessor?

    /// There is a timecode track, and its sample has not come with the first picture.
    var lacksTimecode: Bool { timecodeIndex != nil && trackTimecode == nil }

    deinit {
        var packet: UnsafeMutablePointer<AVPacket>? = packet
        av_packet_free(&packet)
    }

    /// The next outcome, in the order of display; nil at the end, for good. Blocks while the input does.
    func next() -> DecodingOutcome? {
        while true {
            if let outcome = decoder.popOutcome() { return outcome }
            guard ending == nil else { return nil }
            if stop.isRaised {
                // What has come is shown; nothing more is read.
                ending = .interrupted
                decoder.finish()
                continue
            }
            switch read() {
            case .packet(let packet, let place): take(packet, place)
            case .ended(let ending):
                self.ending = ending
                if var scout {
                    for deal in scout.finish() { take(deal) }
                } else {
                    decoder.finish()
                }
            }
        }
    }

    private func take(_ packet: Packet, _ place: GroupSplitter.Place) {
        guard var scout = scout ?? (opens(place) ? newScout() : nil) else { return decoder.take(packet) }
        scout.isJudging = wantsScout
        for deal in scout.push(packet, place) { take(deal) }
        self.scout = scout.isIdle ? nil : scout
    }

    /// One group after the other is decoded where the packets are read.
    private func take(_ deal: GroupScout.Deal) {
        switch deal {
        case .open(let packets, let tail):
            for packet in packets {
                if let tail, decoder.end(with: tail, before: packet) { break }
                decoder.take(packet)
            }
        case .add(let packet): decoder.take(packet)
        case .close:
            decoder.finish()
            decoder.restart()
        case .fill(let filled): decoder.take(filled)
        }
    }

    private func opens(_ place: GroupSplitter.Place) -> Bool { place == .start || place == .openStart }

    /// Groups are judged before they are decoded.
    var wantsScout: Bool { shape.scouts || shape.canScout && relief.map { $0.step >= .groups } ?? false }

    /// Judges groups from the next packet on, which opens one; nil where nobody wants that, or a decoder of
    /// key frames cannot be had.
    func newScout() -> GroupScout? {
        guard wantsScout, let decoder = anotherDecoder() else { return nil }
        decoder.skipsLoopFilter = true
        let keys = GroupDecoder(
            decoder, stream: stream, views: options.views, marks: options.marks ? .every : .none,
            plan: .scout, relief: nil, isAtStart: true)
        return GroupScout(
            KeyDecoder(keys, viewCount: options.views.count), second: timeBase.ticks(seconds: 1),
            longest: timeBase.ticks(seconds: options.longestGroup), coding: shape.coding)
    }

    private func anotherDecoder() -> Decoder? {
        try? Decoder(for: stream, name: name, options: options, shape: shape, after: decoder.decoder)
    }

    /// Why there is nothing more; valid once `next` has returned nil.
    var reason: MediaEnding { stop.isRaised ? .interrupted : ending ?? .end }

    /// Threads take over where `next` stands, most often with several decoders; nil if the stream is decoded
    /// by one, on the thread that asks.
    func team() -> DecodingTeam? {
        splitter.isHeld = !shape.dealsGroups && !shape.canScout
        guard shape.isParallel, ending == nil else { return nil }
        var others: [GroupDecoder] = []
        while others.count + 1 < shape.decoders, let other = anotherDecoder() {
            others.append(
                GroupDecoder(
                    other, stream: stream, views: options.views,
                    marks: options.marks ? .everySecond : .none, plan: options.plan, relief: relief,
                    isAtStart: true))
        }
        // Threads within a picture's decoder cost more than decoders side by side, in time and in memory.
        if shape.threads > 1, shape.dealsGroups { decoder.successor = anotherDecoder() }
        return DecodingTeam(self, others: others, hasViews: !options.views.isEmpty, stop: stop)
    }

    enum Reading {
        case packet(Packet, GroupSplitter.Place)
        case ended(MediaEnding)
    }

    /// Reads the next packet of the video. Blocks while the input does.
    func read() -> Reading {
        while true {
            switch readNext() {
            case .packet: break
            case .end:
                successor = successors.take()
                return end(endsInAPacket ? .damaged("the input ends within a packet") : .end)
            case .failed(let reason): return end(.damaged(Redaction.redacted(reason)))
            case .interrupted: return .ended(.interrupted)
            }
            defer { av_packet_unref(packet) }
            if demuxer.stream == nil { progress.add(bytes: Int64(packet.pointee.size)) }
            if isRepeated() { continue }
            if cuePackets?.take(packet) ?? false { continue }
            if packet.pointee.stream_index == timecodeIndex {
                readTimecode()
                continue
            }
            if let sound, packet.pointee.stream_index == sound.index {
                sound.take(packet, videoPackets: packetCount)
                continue
            }
            guard packet.pointee.stream_index == stream.pointee.index else {
                successor = successors.push(packet)
                if successor == nil { continue }
                return end(.end)
            }
            successors.reset()
            if av_packet_get_side_data(packet, AV_PKT_DATA_ENCRYPTION_INFO, nil) != nil {
                isEncrypted = true
                return end(.damaged("its video is encrypted from here on"))
            }
            if stream.pointee.codecpar.pointee.codec_id != codec {
                successor = StreamSuccessor(
                    demuxer: demuxer, stream: stream,
                    packets: [Packet(moving: packet, facts: PacketFacts())].compactMap { $0 })
                return end(.end)
            }
            progress.addPacket(
                number: packetCount + 1, wasHeld: stop.isRaised || demuxer.stream?.hasEnded == true)
            let (dts, pts) = unwrapper.unwrap(dts: known(packet.pointee.dts), pts: known(packet.pointee.pts))
            packet.pointee.dts = dts ?? scn_no_timestamp
            packet.pointee.pts = pts ?? scn_no_timestamp
            // MPEG-TS marks a packet after lost ones too, which says nothing of the end.
            endsInAPacket =
                packet.pointee.flags & AV_PKT_FLAG_CORRUPT != 0 && !demuxer.hasDiscontinuousTime
            let facts = facts()
            let cues = cuePackets?.cues(before: packet, stamp: pts ?? dts) ?? []
            packetCount += 1
            guard let moved = Packet(moving: packet, facts: facts, number: packetCount) else {
                return end(.damaged("out of memory: free some"))
            }
            moved.cues = cues
            return .packet(moved, splitter.place(facts, stamp: pts))
        }
    }

    /// The packet that was read came before.
    private func isRepeated() -> Bool {
        guard repeated != nil else { return false }
        let index = packet.pointee.stream_index
        let base = demuxer.streams.first { $0.pointee.index == index }?.pointee.time_base
        guard let base, base.num > 0, base.den > 0 else { return false }
        let second = TimeBase(numerator: Int64(base.num), denominator: Int64(base.den)).ticks(seconds: 1)
        return repeated?[index, default: RepeatedPackets(second: second)]
            .contains(known(packet.pointee.dts) ?? known(packet.pointee.pts)) ?? false
    }

    /// No packet of the video follows: what was read beside it, and waits for one, is handed on.
    private func end(_ ending: MediaEnding) -> Reading {
        sound?.finish(videoPackets: packetCount)
        lastCues = cuePackets?.rest(near: unwrapper.last) ?? []
        return .ended(ending)
    }

    /// Reads the next packet of any stream into `packet`.
    private func readNext() -> Demuxer.ReadResult {
        if let first = early.popLast() {
            av_packet_move_ref(packet, first.pointer)
            return .packet
        }
        // Only who may leave out some of the work asks how long it waited.
        return relief == nil
            ? demuxer.read(into: packet)
            : progress.waiting(isSilence: demuxer.stream == nil) { demuxer.read(into: packet) }
    }

    /// Bytes taken from the input; 0 where FFmpeg reads the network by itself.
    var bytesRead: Int64 { demuxer.stream?.bytesRead ?? 0 }

    private func facts() -> PacketFacts {
        guard let examiner = shape.examiner else { return PacketFacts() }
        let bytes = UnsafeBufferPointer(
            start: packet.pointee.data.map { UnsafePointer($0) },
            count: packet.pointee.data == nil ? 0 : Int(packet.pointee.size))
        var facts = examiner.facts(of: bytes)
        for kind in [AV_PKT_DATA_NEW_EXTRADATA, AV_PKT_DATA_PARAM_CHANGE]
        where av_packet_get_side_data(packet, kind, nil) != nil {
            facts.changesHeaders = true
        }
        return facts
    }

    private func known(_ stamp: Int64) -> Int64? { stamp == scn_no_timestamp ? nil : stamp }

    /// A sample of a timecode track is the frame number, 32 bits, big endian (QuickTime File Format, timecode
    /// media).
    private func readTimecode() {
        guard trackTimecode == nil, packet.pointee.size >= 4, let data = packet.pointee.data else { return }
        trackTimecode = (0..<4).reduce(0) { $0 << 8 | Int64(data[$1]) }
    }

    /// The timecode track counts with dropped labels.
    var trackDropsFrames: Bool {
        guard let timecodeIndex, let track = demuxer.context.pointee.streams[Int(timecodeIndex)],
            let data = track.pointee.codecpar.pointee.extradata,
            track.pointee.codecpar.pointee.extradata_size >= 8
        else { return false }
        return data[7] & 1 != 0
    }
}
