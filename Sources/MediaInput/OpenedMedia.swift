import CFFmpeg
import CScened
import Timeline

/// A container, its video stream and the stream's decoder, opened together and read in step.
///
/// Tells pictures from losses and ends; knows nothing of the timeline. Owned by one reader, used on one thread.
final class OpenedMedia {
    let demuxer: Demuxer
    let decoder: Decoder
    let stream: UnsafeMutablePointer<AVStream>
    private let packet: UnsafeMutablePointer<AVPacket>
    private let stop: StopFlag
    private let progress: MediaProgress
    /// Index of the QuickTime timecode track of the container, if it has one.
    private let timecodeIndex: Int32?
    /// Start timecode read from that track, in frames since 00:00:00:00.
    private(set) var trackTimecode: Int64?
    private var unwrapper: TimestampUnwrapper
    /// Stamps of packets the container reported as incomplete and whose pictures have not come out yet.
    private var damagedStamps: [Int64] = []
    /// Some picture had a presentation time.
    private var hasPresentationTimes = false
    /// The last packet was cut short.
    private var endsInAPacket = false
    private var isDraining = false
    private var refusalsInARow = 0
    private(set) var ending: MediaEnding?

    init(
        _ access: Demuxer.Access, name: String, options: MediaOptions, stop: StopFlag, progress: MediaProgress
    ) throws(MediaError) {
        self.progress = progress
        demuxer = try Demuxer(access, name: name, options: options, stop: stop)
        stream = try VideoStreamChoice.stream(of: demuxer, options: options, name: name)
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
        decoder = try Decoder(for: stream, name: name, options: options)
        guard let packet = av_packet_alloc() else {
            throw MediaError(.cannotOpen, "\(name): out of memory: free some")
        }
        self.packet = packet
        self.stop = stop
        unwrapper = TimestampUnwrapper(bits: Int(stream.pointee.pts_wrap_bits))
        let tag = "tmcd".utf8.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        timecodeIndex = demuxer.streams.first { $0.pointee.codecpar.pointee.codec_tag == tag }?.pointee.index
        demuxer.keepOnly(Set([stream.pointee.index, timecodeIndex].compactMap { $0 }))
    }

    deinit {
        var packet: UnsafeMutablePointer<AVPacket>? = packet
        av_packet_free(&packet)
    }

    enum Step {
        /// `decoder.frame` holds a picture with these properties.
        case picture(stamp: Int64?, duration: Int64, isDamaged: Bool)
        /// A packet could not be decoded.
        case loss
        /// Nothing will come any more; `ending` says why.
        case end
    }

    /// Reads and decodes until something can be told. Blocks while the input does.
    func step() -> Step {
        while true {
            if stop.isRaised {
                ending = .interrupted
                return .end
            }
            switch decoder.receive() {
            case .picture:
                refusalsInARow = 0
                return picture()
            case .refused:
                refusalsInARow += 1
                if isDraining && refusalsInARow > 64 { return end() }
                return .loss
            case .ended: return end()
            case .needsPacket: if !feed() { return .loss }
            }
        }
    }

    private func end() -> Step {
        if ending == nil { ending = .end }
        return .end
    }

    private func picture() -> Step {
        let frame = decoder.frame
        // FFmpeg's guess for a picture without a time stamp is its decoding time, which is wrong where pictures are
        // reordered. Where the stream does carry presentation times, the picture before tells better.
        let hasOwnTime = frame.pointee.pts != scn_no_timestamp
        hasPresentationTimes = hasPresentationTimes || hasOwnTime
        let stamp = hasOwnTime || !hasPresentationTimes ? known(frame.pointee.best_effort_timestamp) : nil
        var isDamaged =
            frame.pointee.flags & AV_FRAME_FLAG_CORRUPT != 0 || frame.pointee.decode_error_flags != 0
        if let index = damagedStamps.firstIndex(where: { $0 == frame.pointee.pts || $0 == stamp }) {
            damagedStamps.remove(at: index)
            isDamaged = true
        }
        return .picture(stamp: stamp, duration: scn_frame_duration(frame), isDamaged: isDamaged)
    }

    /// Gives the decoder the next packet of the stream, or tells it that none will come. Returns false on a loss.
    private func feed() -> Bool {
        while true {
            switch demuxer.read(into: packet) {
            case .packet: break
            case .end: return drain(endsInAPacket ? .damaged("the input ends within a packet") : .end)
            case .failed(let reason): return drain(.damaged(Redaction.redacted(reason)))
            case .interrupted: return drain(.interrupted)
            }
            defer { av_packet_unref(packet) }
            if demuxer.stream == nil { progress.add(bytes: Int64(packet.pointee.size)) }
            if packet.pointee.stream_index == timecodeIndex {
                readTimecode()
                continue
            }
            guard packet.pointee.stream_index == stream.pointee.index else { continue }
            progress.addPacket()
            let (dts, pts) = unwrapper.unwrap(dts: known(packet.pointee.dts), pts: known(packet.pointee.pts))
            packet.pointee.dts = dts ?? scn_no_timestamp
            packet.pointee.pts = pts ?? scn_no_timestamp
            // MPEG-TS marks a packet after lost ones too, which says nothing of the end.
            let isCorrupt = packet.pointee.flags & AV_PKT_FLAG_CORRUPT != 0
            endsInAPacket = isCorrupt && !demuxer.hasDiscontinuousTime
            if isCorrupt, let stamp = pts ?? dts {
                if damagedStamps.count == 64 { damagedStamps.removeFirst() }
                damagedStamps.append(stamp)
            }
            return decoder.send(packet)
        }
    }

    private func drain(_ ending: MediaEnding) -> Bool {
        self.ending = ending
        isDraining = true
        return decoder.send(nil)
    }

    private func known(_ stamp: Int64) -> Int64? { stamp == scn_no_timestamp ? nil : stamp }

    /// A sample of a timecode track is the frame number, 32 bits, big endian (QuickTime File Format, timecode media).
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
