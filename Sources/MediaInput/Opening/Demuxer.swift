internal import Platform
import CFFmpeg
import CFFmpegShim
import Glibc
import Timeline

/// An opened container: packets out. Owns FFmpeg's format context; used on one thread.
final class Demuxer {
    let context: UnsafeMutablePointer<AVFormatContext>
    /// nil where FFmpeg opens its connections by itself (RTSP, playlists).
    let stream: ByteStream?
    private let interrupt: Interrupt
    private let stop: StopFlag
    /// How far a presentation of segments was read (DASH); nil for other formats.
    private var presentation: PresentationEnd?
    /// How much of a recording of segments was read (HLS); nil for other formats.
    private var cover: SegmentCover?
    /// Of what FFmpeg opened by itself.
    private let failedOpenings = FailedOpenings()

    /// How a container is opened.
    enum Access {
        /// `reach`: how far the demuxer may move about in the stream; nil: as far as its format needs.
        case stream(ByteStream, reach: ByteReach?)
        /// FFmpeg opens the URL, and the URLs it leads to, within the rules.
        case url(String, InputRules)
    }

    /// Opens and probes. Throws `.cannotOpen` or `.interrupted`.
    init(_ access: Access, name: String, options: MediaOptions, stop: StopFlag) throws(MediaError) {
        guard var context = avformat_alloc_context() else {
            throw MediaError(.cannotOpen, "\(name): out of memory: free some")
        }
        var settings: OpaquePointer?
        defer { av_dict_free(&settings) }
        var url = ""
        var timeout = 0.0
        var format: UnsafePointer<AVInputFormat>?
        let rules: InputRules
        switch access {
        case .stream(let stream, let reach):
            guard let io = stream.start(reach ?? .forward) else {
                avformat_free_context(context)
                throw MediaError(.cannotOpen, "\(name): cannot be read again from its start: give a file")
            }
            context.pointee.pb = io
            rules = .content(isLocal: stream.port.isLocal)
            self.stream = stream
            // As avformat_open_input does it; but here the format decides how its demuxer may move about.
            let score = av_probe_input_buffer2(io, &format, "", nil, 0, 0)
            if score >= 0, let format {
                context.pointee.probe_score = score
                let name = Self.firstName(format)
                stream.setReach(
                    reach ?? ByteReach(format: name, port: stream.port, isFeed: options.isFeed))
            }
        case .url(let address, let given):
            url = address
            timeout = options.networkTimeout
            rules = given
            stream = nil
            scn_guard_openings(context, failedOpenings.pointer)
        }
        av_dict_set(&settings, "protocol_whitelist", rules.protocols, 0)
        if options.isFeed {
            if let formats = rules.formats { av_dict_set(&settings, "format_whitelist", formats, 0) }
            // Packets that cross a network one by one get lost in bursts; formats that have no such choice
            // ignore it.
            if rules == .session { av_dict_set(&settings, "rtsp_flags", "prefer_tcp", 0) }
        }
        interrupt = Interrupt(stop: stop, seconds: timeout)
        self.stop = stop
        context.pointee.interrupt_callback = interrupt.callback
        context.pointee.probesize = options.probeBytes
        context.pointee.max_analyze_duration = options.analyzeMicroseconds
        context.pointee.max_streams = Int32(clamping: options.maxStreams)
        // Wrapped time stamps are unwrapped by `TimestampUnwrapper`; FFmpeg's own repair sees one wrap only.
        context.pointee.correct_ts_overflow = 0
        Self.takeLastError()
        interrupt.arm()
        var opening: UnsafeMutablePointer<AVFormatContext>? = context
        let status = FileName.withBytes(url) { avformat_open_input(&opening, $0, format, &settings) }
        guard status >= 0, let opened = opening else {
            throw Self.openError(
                status, name: name, stream: stream, isFeed: options.isFeed, interrupt: interrupt, stop: stop)
        }
        context = opened
        self.context = context
        presentation = Self.firstName(context.pointee.iformat) == "dash" ? PresentationEnd() : nil
        cover = Self.firstName(context.pointee.iformat) == "hls" ? SegmentCover() : nil
        interrupt.arm()
        let probed = Self.probe(context, options: options)
        if stop.isRaised || probed < 0 {
            let error = Self.openError(
                probed, name: name, stream: stream, isFeed: options.isFeed, interrupt: interrupt, stop: stop)
            throw error
        }
    }

    deinit {
        var closing: UnsafeMutablePointer<AVFormatContext>? = context
        avformat_close_input(&closing)
    }

    /// Reads enough packets to know the streams. The limits reach the decoders it uses.
    private static func probe(
        _ context: UnsafeMutablePointer<AVFormatContext>, options: MediaOptions
    ) -> Int32 {
        // The container may find more streams while probing; only those known now can be given options.
        let count = Int(context.pointee.nb_streams)
        var settings = [OpaquePointer?](repeating: nil, count: max(count, 1))
        for index in settings.indices {
            av_dict_set_int(&settings[index], "max_pixels", options.maxPixels, 0)
        }
        let status = settings.withUnsafeMutableBufferPointer { buffer in
            avformat_find_stream_info(context, count > 0 ? buffer.baseAddress : nil)
        }
        for index in settings.indices { av_dict_free(&settings[index]) }
        return status
    }

    /// The last error line FFmpeg logged since the last call, without credentials and without the part of
    /// FFmpeg that says it (`[tcp @ 0x...]`); of any reader in the process. nil where nobody keeps them
    /// (`MediaLibrary.keepLog`).
    @discardableResult
    static func takeLastError() -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
            guard let base = buffer.baseAddress, scn_log_take_last_error(base, 512) > 0 else { return nil }
            let line = String(cString: base)
            let text = line.hasPrefix("[") ? line.firstRange(of: "] ").map { line[$0.upperBound...] } : nil
            return Redaction.redacted(String(text ?? line[...]))
        }
    }

    private static func openError(
        _ status: Int32, name: String, stream: ByteStream?, isFeed: Bool, interrupt: Interrupt, stop: StopFlag
    ) -> MediaError {
        if stop.isRaised { return .interrupted(name) }
        if interrupt.hasExpired {
            return MediaError(.cannotOpen, "\(name): no data for too long: check that the server is sending")
        }
        if let failure = stream?.failure {
            return MediaError(.cannotOpen, "\(name): \(describe(failure)): check the input and read it again")
        }
        if stream == nil, scn_error_is_refusal(status) != 0 {
            return OpenFailure(name: name, status: status).error
        }
        if status == scn_error_from_errno(EINVAL) {
            // FFmpeg's rules have no words but in its log: a container, protocol or option that is not
            // allowed.
            if let format = stream?.formatName {
                return MediaError(
                    .unsupported,
                    "\(name): \(format) is not read from a network: give a file, or send MPEG-TS")
            }
            if let words = takeLastError() {
                return MediaError(.cannotOpen, "\(name): \(words): check the address and what it leads to")
            }
        }
        if status == scn_error_eof {
            // A feed may send more the next time.
            return MediaError(
                isFeed ? .cannotOpen : .noPictures,
                "\(name): it ends before its first picture: check the input with ffprobe, or copy it again")
        }
        // FFmpeg tells these faults from an unknown format in its log alone.
        let words = status == scn_error_invalid_data ? takeLastError() : nil
        if words?.contains("moov atom not found") == true {
            return MediaError(
                .cannotOpen,
                "\(name): an MP4 or MOV without its index (moov), as a recording or a copy that was cut short: "
                    + "copy it again, or repair it")
        }
        // FFmpeg opens no key of a local playlist whose file is not named as video is.
        if stream == nil, let words, words.hasPrefix("Error when loading first segment") {
            return MediaError(
                .cannotOpen,
                "\(name): its first segment, or the key to it, cannot be read: check both; if the key is a file, "
                    + "run ffmpeg -allowed_extensions ALL -i IN -c copy OUT.mkv and read that")
        }
        let reason = status == scn_error_invalid_data ? "not a video format FFmpeg knows" : describe(status)
        return MediaError(.cannotOpen, "\(name): \(Redaction.redacted(reason)): check the input with ffprobe")
    }

    /// Formats whose clock may be reset in mid-stream.
    var hasDiscontinuousTime: Bool { context.pointee.iformat.pointee.flags & AVFMT_TS_DISCONT != 0 }

    /// Short name of the format, the first where FFmpeg lists several (`mov,mp4,...` gives `mov`).
    var formatName: String {
        Self.firstName(context.pointee.iformat)
    }

    private static func firstName(_ format: UnsafePointer<AVInputFormat>) -> String {
        String(String(cString: format.pointee.name).prefix { $0 != "," })
    }

    var streams: [UnsafeMutablePointer<AVStream>] {
        (0..<Int(context.pointee.nb_streams)).compactMap { context.pointee.streams[$0] }
    }

    /// Only packets of these streams will be read.
    func keepOnly(_ indices: Set<Int32>) {
        for stream in streams {
            stream.pointee.discard =
                indices.contains(stream.pointee.index) ? AVDISCARD_DEFAULT : AVDISCARD_ALL
        }
        stream?.releaseHead()
    }

    /// Bytes of the input in front of where it stands; nil where FFmpeg opens its connections by itself.
    var position: Int64? {
        guard stream != nil, let io = context.pointee.pb else { return nil }
        let position = avio_seek(io, 0, SEEK_CUR)
        return position >= 0 ? position : nil
    }

    enum ReadResult {
        case packet, end
        case failed(String)
        case interrupted
    }

    /// Why an input fails whose demuxer must go back where the bytes cannot.
    static let outOfOrder = "its data are out of order, and a pipe can only be read in order"

    /// Microseconds beyond which an offset is damage: readers of events believe no more.
    private static let longestOffset: Int64 = 1_000_000_000_000

    /// Microseconds from where the container starts, that is its earliest stream, to `pts`; 0 if nothing is
    /// earlier or that is not known. `wrapBits`: of the stamps that `pts` is one of.
    func startOffset(of pts: Int64, in base: TimeBase, wrapBits: Int32) -> Int64 {
        let start = context.pointee.start_time
        guard start != scn_no_timestamp else { return 0 }
        let exact =
            Int128(pts) * Int128(base.numerator) * 1_000_000 / Int128(base.denominator) - Int128(start)
        // Of two stamps of a clock that wraps, those more than half a period apart stand around the wrap.
        let half = 1..<63 ~= wrapBits ? base.clampedMicroseconds(Int64(1) << Int64(wrapBits)) / 2 : .max
        // Below ten, both were rounded.
        return exact >= 10 && exact < Int128(min(half, Self.longestOffset)) ? Int64(exact) : 0
    }

    /// Seconds that the container claims to last; nil where it says nothing, as of what is live.
    var claimedLength: Double? {
        context.pointee.duration > 0 ? Double(context.pointee.duration) / 1_000_000 : nil
    }

    /// Bytes of the input; nil where that is not known, as of a pipe.
    var byteCount: Int64? {
        guard let stream, stream.port.size > 0 else { return nil }
        return stream.length
    }

    /// Reads the next packet of any stream into `packet`, which must be blank.
    func read(into packet: UnsafeMutablePointer<AVPacket>) -> ReadResult {
        interrupt.arm()
        var status = av_read_frame(context, packet)
        while !stop.isRaised, status == scn_error_again || (status == scn_error_eof && leavesSounds()) {
            status = av_read_frame(context, packet)
        }
        if status >= 0 {
            PacketTimes.bound(packet)
            presentation?.note(packet, of: context)
            cover?.note(packet, of: context)
            return .packet
        }
        if stop.isRaised { return .interrupted }
        if interrupt.hasExpired { return .failed("no data for too long") }
        // Demuxers often report an end where the input failed.
        if let failure = stream?.failure { return .failed(describe(failure)) }
        if status != scn_error_eof || context.pointee.pb?.pointee.error ?? 0 < 0, stream?.hasRefused ?? false
        {
            return .failed(Self.outOfOrder)
        }
        if let failure = context.pointee.pb?.pointee.error, failure < 0, failure != scn_error_eof {
            return .failed(describe(failure))
        }
        guard status == scn_error_eof || isBehindLastPart || isBehindLastElement(status) else {
            return .failed(isCutShort ? Self.cutShort : describe(status))
        }
        if let seconds = presentation?.missing(of: claimedLength) {
            return .failed("the input ends \(seconds) s before the time that its manifest promises")
        }
        if let seconds = cover?.missing(of: claimedLength, failures: failedOpenings.count) {
            return .failed("segments of \((seconds * 10).rounded() / 10) s cannot be opened")
        }
        if isCutShort { return .failed(Self.cutShort) }
        return lacksData ? .failed("the input ends before the data its index promises") : .end
    }

    /// At what FFmpeg takes for the end of a presentation (DASH): no sound is read any more, if any was.
    ///
    /// It ends all streams with the first one that ends, or whose segment is damaged. The sound is the
    /// smaller loss.
    private func leavesSounds() -> Bool {
        guard presentation != nil else { return false }
        let sounds = streams.filter {
            $0.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_AUDIO
                && $0.pointee.discard != AVDISCARD_ALL
        }
        for sound in sounds { sound.pointee.discard = AVDISCARD_ALL }
        return !sounds.isEmpty
    }

    /// At the end of an MPJPEG stream, whose last boundary FFmpeg takes for the beginning of another picture.
    private var isBehindLastPart: Bool {
        formatName == "mpjpeg" && context.pointee.pb?.pointee.eof_reached ?? 0 != 0
    }

    /// At the end of an input that is all there. Some demuxers (RoQ, GXF) call that a fault.
    private func isBehindLastElement(_ status: Int32) -> Bool {
        let isEnd = status == scn_error_io || formatName == "gxf" && status == scn_error_from_errno(EPERM)
        return isEnd && stream?.isWhole == true
    }

    /// At the end of an input whose container says that more should follow, where FFmpeg's demuxer does not
    /// care, or calls that a fault as it does the true end: Matroska, WebM and Ogg end within an element, GIF
    /// and GXF without a trailer, or with damage behind which it is not found. Bytes behind a trailer are
    /// nobody's.
    private var isCutShort: Bool {
        ["matroska", "ogg", "gif", "gxf"].contains(formatName) && stream?.isWhole == false
    }

    private static let cutShort = "the input is cut short, or damaged"

    /// At the end of an MP4: the index names bytes beyond it, and not of sound alone. Other formats keep no
    /// such index or do not need it.
    private var lacksData: Bool {
        guard formatName == "mov", let stream else { return false }
        return streams.filter {
            $0.pointee.discard != AVDISCARD_ALL
                && $0.pointee.codecpar.pointee.codec_type != AVMEDIA_TYPE_AUDIO
        }.contains { track in
            (0..<avformat_index_get_entries_count(track)).contains { number in
                guard let entry = avformat_index_get_entry(track, number)?.pointee else { return false }
                return entry.pos > stream.length - Int64(entry.size)
            }
        }
    }
}

/// FFmpeg's text for an AVERROR code.
func describe(_ code: Int32) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
        guard let base = buffer.baseAddress, av_strerror(code, base, 128) >= 0 else { return "error \(code)" }
        return String(cString: base)
    }
}

extension MediaError {
    static func interrupted(_ name: String) -> MediaError {
        MediaError(.interrupted, "\(name): stopped before the first picture: run it again")
    }
}
