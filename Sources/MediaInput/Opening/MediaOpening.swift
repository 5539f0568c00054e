import CFFmpeg
import Timeline

/// The way from a source to its first decoded picture.
///
/// An input is first read as a stream, whatever it is, so that equal bytes are read equally. Only what cannot be read
/// that way (an MP4 with its index at the end, rare formats that need searching) is opened again for searching.
struct MediaOpening {
    let source: MediaSource
    let name: String
    let options: MediaOptions
    let stop: StopFlag
    let progress: MediaProgress
    let relief: DecodingRelief?

    /// The opened media and its first picture.
    struct FirstPicture {
        var opened: OpenedMedia
        var picture: DecodedPicture
        /// Packets refused before it.
        var losses: Int
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
            return try firstPicture(.url(url, isPath(url) ? .localPlaylist : .webPlaylist))
        case .indexAtEnd:
            guard port.canSeek else {
                throw MediaError(
                    .indexAtEnd,
                    "\(name): this MP4 has its index at the end and cannot be read as a stream: "
                        + "give the file itself, or remux it with -movflags +faststart")
            }
            return try firstPicture(.stream(stream, searching: true))
        case .plain:
            do throws(MediaError) {
                return try firstPicture(.stream(stream, searching: false))
            } catch let error where port.canSeek && (error.code == .cannotOpen || error.code == .noPictures) {
                return try firstPicture(.stream(stream, searching: true))
            }
        }
    }

    private func firstPicture(_ access: Demuxer.Access) throws(MediaError) -> FirstPicture {
        let opened = try OpenedMedia(
            access, name: name, options: options, stop: stop, progress: progress, relief: relief)
        var losses = 0
        while let outcome = opened.next() {
            switch outcome {
            case .picture(let picture):
                return FirstPicture(opened: opened, picture: picture, losses: losses)
            case .loss: losses += 1
            }
        }
        if stop.isRaised { throw MediaError.interrupted(name) }
        let reason =
            if case .damaged(let text) = opened.reason {
                " (\(text))"
            } else {
                Demuxer.takeLastError().map { " (\($0))" } ?? ""
            }
        throw MediaError(
            .noPictures,
            "\(name): no picture could be decoded\(reason): check the input with ffprobe, or copy it again")
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
            if isPath(url) {
                let path = url.hasPrefix("file:") ? String(url.dropFirst(5)) : url
                return .port(
                    try BytePort(
                        path: path.hasPrefix("//") ? String(path.dropFirst(2)) : path,
                        followIdle: options.followIdle, stop: stop))
            }
            let scheme = url.prefix { $0 != ":" }.lowercased()
            if ["rtsp", "rtsps", "rtp", "srtp"].contains(scheme) {
                return .session(url)
            }
            return .port(
                try BytePort(
                    url: url, allowed: InputRules.bytes(scheme: scheme).protocols,
                    timeout: options.networkTimeout, stop: stop))
        }
    }

    /// Everything that is neither `scheme://...` nor `unix:...`.
    private func isPath(_ url: String) -> Bool {
        url.hasPrefix("file:") || !(url.contains("://") || url.hasPrefix("unix:"))
    }
}
