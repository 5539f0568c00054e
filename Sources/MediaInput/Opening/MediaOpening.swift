internal import Platform
import CFFmpeg
import Timeline

/// The way from a source to its first decoded picture.
///
/// An input is read as a stream, whatever it is, so that equal bytes are read equally; `ByteReach` says what
/// else its format needs. What cannot be read that way (an MP4 with its index at the end, rare formats that
/// need searching) is opened again for searching, and what cannot be searched, damaged as it is, as a stream.
struct MediaOpening {
    let source: MediaSource
    let name: String
    var options: MediaOptions
    let stop: StopFlag
    let progress: MediaProgress
    let relief: DecodingRelief?

    /// The opened media and its first picture.
    struct FirstPicture {
        var opened: OpenedMedia
        var picture: DecodedPicture
        /// Packets refused before it.
        var losses: Int
        /// Messages in front of it.
        var cues: [CueArrival]
        /// Why links in front of it were passed over; nil where all could be read, or had no video.
        var failure: MediaError?
    }

    func firstPicture() throws(MediaError) -> FirstPicture {
        let port: BytePort
        switch try place() {
        case .session(let url):
            return try firstPicture(.url(url, .session))
        case .port(let opened):
            port = opened
        }
        let stream = ByteStream(port: port, progress: progress)
        switch InputFormat(of: stream) {
        case .empty:
            if stop.isRaised { throw MediaError.interrupted(name) }
            throw MediaError(.cannotOpen, "\(name): \(Self.silence(stream))")
        case .playlist:
            guard case .url(let url) = source, url != "-" else {
                throw MediaError(.cannotOpen, "\(name): a playlist needs its address: give its path or URL")
            }
            let periods = InputFormat.recordedPeriods(of: stream)
            guard periods == 1 else {
                throw MediaError(
                    .unsupported,
                    "\(name): its manifest has \(periods) periods, of which FFmpeg reads one only: give an HLS "
                        + "playlist of it, or a manifest of one period")
            }
            guard !MediaSource.isAddress(url) else { return try firstPicture(.url(url, .webPlaylist)) }
            // FFmpeg looks for the segments of a DASH manifest from the root only.
            return try firstPicture(.url(absolutePath(Self.path(of: url)), .localPlaylist))
        case .indexAtEnd:
            guard port.canSeek else {
                throw MediaError(
                    .indexAtEnd,
                    "\(name): this MP4 has its index at the end and cannot be read as a stream: "
                        + "give the file itself, or remux it with -movflags +faststart")
            }
            stream.watchLinks(program: options.program)
            return try firstPicture(.stream(stream, reach: .anywhere))
        case .plain:
            stream.watchLinks(program: options.program)
            return try firstPicture(of: stream, after: nil)
        }
    }

    /// The first picture of the next link of a chained input, after all of the one before has been read; nil
    /// if there is no more. Links without video are passed over, and those that cannot be read: the picture
    /// says why.
    ///
    /// - Throws: why nothing of what follows can be read.
    func nextLink(_ stream: ByteStream?, after former: OpenedMedia.Former) throws(MediaError) -> FirstPicture?
    {
        var failure: MediaError?
        if let successor = former.successor {
            do throws(MediaError) {
                return try firstPicture(
                    of: OpenedMedia(
                        successor, name: name, options: options, stop: stop, progress: progress,
                        relief: relief, after: former))
            } catch {
                failure = error
            }
        }
        while !stop.isRaised, let stream, stream.advance() {
            stream.watchLinks(program: options.program)
            do throws(MediaError) {
                var first = try firstPicture(of: stream, after: former)
                first.failure = failure
                return first
            } catch let error where error.code == .noVideo {
                continue
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return nil
    }

    private func firstPicture(
        of stream: ByteStream, after former: OpenedMedia.Former?
    ) throws(MediaError) -> FirstPicture {
        let canSearch = stream.port.canSeek
        do throws(MediaError) {
            let first = try firstPicture(.stream(stream, reach: nil), after: former)
            guard first.opened.lacksTimecode, stream.port.isFile, canSearch, former == nil else {
                return first
            }
        } catch let error where canSearch && Self.isWorthAnother(error) {
            let reach: ByteReach = stream.reach == .anywhere ? .forward : .anywhere
            return try firstPicture(.stream(stream, reach: reach), after: former)
        }
        // The start timecode stands behind the pictures: only who searches finds it at once.
        return try firstPicture(.stream(stream, reach: .anywhere), after: former)
    }

    private static func isWorthAnother(_ error: MediaError) -> Bool {
        [.cannotOpen, .noPictures, .noVideo, .unsupported].contains(error.code)
    }

    private func firstPicture(
        _ access: Demuxer.Access, after former: OpenedMedia.Former? = nil
    ) throws(MediaError) -> FirstPicture {
        let opened = try OpenedMedia(
            access, name: name, options: options, stop: stop, progress: progress, relief: relief,
            after: former)
        return try firstPicture(of: opened)
    }

    private func firstPicture(of opened: OpenedMedia) throws(MediaError) -> FirstPicture {
        var losses = 0
        var cues: [CueArrival] = []
        while let outcome = opened.next() {
            switch outcome {
            case .picture(let picture):
                return FirstPicture(opened: opened, picture: picture, losses: losses, cues: cues)
            case .loss(_): losses += 1
            case .cues(let some): cues += some
            }
        }
        if stop.isRaised { throw MediaError.interrupted(name) }
        if opened.isEncrypted {
            throw MediaError(.unsupported, "\(name): its video is encrypted: give it without protection")
        }
        let reason =
            if case .damaged(let text) = opened.reason {
                " (\(text))"
            } else {
                Demuxer.takeLastError().map { " (\($0))" } ?? ""
            }
        // Of a single picture without a parser FFmpeg takes a part, where nothing tells its size.
        let isPart =
            opened.demuxer.formatName.hasSuffix("_pipe") && opened.demuxer.byteCount == nil
            && !Self.hasParser(opened.stream.pointee.codecpar.pointee.codec_id)
        let remedy =
            isPart ? "give the file itself, not a pipe" : "check the input with ffprobe, or copy it again"
        throw MediaError(.noPictures, "\(name): no picture could be decoded\(reason): \(remedy)")
    }

    /// FFmpeg can tell where a picture of this codec ends.
    private static func hasParser(_ codec: AVCodecID) -> Bool {
        let parser = av_parser_init(Int32(bitPattern: codec.rawValue))
        defer { av_parser_close(parser) }
        return parser != nil
    }

    /// Why there was not a single byte, and what to do.
    private static func silence(_ stream: ByteStream) -> String {
        switch (stream.failure, stream.port.isLocal) {
        case (let failure?, true): "\(describe(failure)): check the input and read it again"
        case (let failure?, false): "\(describe(failure)): check that the other side sends video"
        case (nil, true): "it is empty: give a video file"
        case (nil, false): "it ended before the first byte: check that the other side sends video"
        }
    }

    // MARK: - What kind of source it is

    private enum Place {
        case port(BytePort)
        /// FFmpeg makes the connections itself.
        case session(String)
    }

    private func place() throws(MediaError) -> Place {
        switch source {
        case .descriptor(let descriptor, _):
            return .port(BytePort(descriptor: descriptor, isOwned: false, stop: stop))
        case .url("-"):
            return .port(BytePort(descriptor: 0, isOwned: false, stop: stop))
        case .url(let url):
            if !MediaSource.isAddress(url) {
                return .port(
                    try BytePort(path: Self.path(of: url), followIdle: options.followIdle, stop: stop))
            }
            let url = MediaSource.lowered(url)
            let scheme = String(url.prefix { $0 != ":" })
            if ["rtsp", "rtsps", "rtp", "srtp"].contains(scheme) {
                return .session(url)
            }
            return .port(
                try BytePort(
                    url: url, allowed: InputRules.bytes(scheme: scheme).protocols,
                    timeout: options.networkTimeout, stop: stop))
        }
    }

    /// The path that `file:PATH` or `file://PATH` names; any other text is one itself, however it begins.
    private static func path(of url: String) -> String {
        guard url.hasPrefix("file:") else { return url }
        let rest = url.dropFirst(5)
        return String(rest.hasPrefix("//") ? rest.dropFirst(2) : rest)
    }
}
