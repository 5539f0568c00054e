internal import Platform
import CFFmpeg
import CFFmpegShim
import Glibc

/// The end of an input from which bytes come: a descriptor, or a protocol of FFmpeg's (HTTP, TCP, UDP, SRT
/// ...).
///
/// Owned by one `ByteStream`; used on one thread. Blocking reads look at the stop flag at least every 0.1 s.
final class BytePort {
    private enum Handle {
        case descriptor(Int32, isOwned: Bool, isRegular: Bool, base: Int64)
        case protocolContext(UnsafeMutablePointer<AVIOContext>)
    }

    private let handle: Handle
    private let stop: StopFlag
    /// What FFmpeg polls while it blocks. Freed after the context that refers to it.
    private let interrupt: Interrupt
    /// Searching is possible, so that an index at the end can be reached.
    let canSeek: Bool
    /// A file, whatever name or descriptor it came by.
    let isFile: Bool
    /// An encoder was awaited and has not sent anything yet.
    private var awaitsFirstByte = false
    /// nil: the end of a file is its end.
    private let following: FileFollowing?

    /// Takes a descriptor that is open for reading. `isOwned`: it is closed with the port.
    init(descriptor: Int32, isOwned: Bool, following: FileFollowing? = nil, stop: StopFlag) {
        var status = stat()
        let isRegular = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        let base = isRegular ? Int64(lseek(descriptor, 0, SEEK_CUR)) : -1
        handle = .descriptor(descriptor, isOwned: isOwned, isRegular: isRegular, base: max(base, 0))
        self.following = isRegular ? following : nil
        canSeek = isRegular && base >= 0 && following == nil
        isFile = isRegular
        self.stop = stop
        interrupt = Interrupt(stop: stop, seconds: 0)
    }

    /// Opens a path. A FIFO is opened without waiting for its writer; the first read waits. `followIdle`: as
    /// in `MediaOptions`.
    convenience init(path: String, followIdle: Double?, stop: StopFlag) throws(MediaError) {
        let name = FileName.shown(Redaction.redacted(path))
        let descriptor = FileName.withBytes(path) { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
        guard descriptor >= 0 else {
            let code = errno
            throw MediaError(
                .cannotOpen,
                "cannot open '\(name)': \(String(cString: strerror(code))); "
                    + FileRemedy.text(for: code, isWriting: false))
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
            close(descriptor)
            throw MediaError(.cannotOpen, "\(name): is a directory: give a video file")
        }
        self.init(
            descriptor: descriptor, isOwned: true,
            following: followIdle.map { FileFollowing(path: path, idle: $0) }, stop: stop)
    }

    /// Opens a URL with a protocol of FFmpeg's, or waits on it for an encoder. `allowed`: the protocols it
    /// and its redirections may use.
    init(url: String, allowed: String, timeout: Double, stop: StopFlag) throws(MediaError) {
        let url = MediaSource.lowered(url)
        following = nil
        isFile = false
        interrupt = Interrupt(stop: stop, seconds: timeout)
        self.stop = stop
        let listening = ListeningAddress(url)
        awaitsFirstByte = listening != nil
        var callback = interrupt.callback
        var options: OpaquePointer?
        av_dict_set(&options, "protocol_whitelist", allowed, 0)
        if listening?.scheme == "rtmp" { av_dict_set(&options, "listen", "1", 0) }
        let isDatagrams = url.hasPrefix("udp:")
        if isDatagrams {
            // A burst that finds the buffer full costs packets, not the connection.
            av_dict_set(&options, "overrun_nonfatal", "1", AV_DICT_DONT_OVERWRITE)
            av_dict_set(&options, "fifo_size", "50000", AV_DICT_DONT_OVERWRITE)
        }
        defer { av_dict_free(&options) }
        Demuxer.takeLastError()
        var opening = scn_opening()
        opening.interrupt = interrupt.pointer
        if listening == nil {
            interrupt.arm()
        } else {
            // The encoder comes when it comes; once there, it has to speak.
            interrupt.arm(seconds: 0)
            opening.patience = Int64(ListeningAddress.patience * 1e9)
        }
        var context: UnsafeMutablePointer<AVIOContext>?
        let status = withUnsafeMutablePointer(to: &opening) { opening in
            scn_set_opening(opening)
            defer { scn_set_opening(nil) }
            return avio_open2(&context, listening?.url ?? url, AVIO_FLAG_READ, &callback, &options)
        }
        guard status >= 0, let context else {
            let name = Redaction.redacted(url)
            if stop.isRaised { throw MediaError.interrupted(name) }
            throw OpenFailure(
                name: name, status: status,
                waited: interrupt.hasExpired
                    ? listening == nil ? timeout : ListeningAddress.patience : nil,
                isOwnPort: listening != nil || isDatagrams,
                isRedirectedForever: opening.is_exhausted != 0, lastWords: Demuxer.takeLastError()
            ).error
        }
        handle = .protocolContext(context)
        canSeek = context.pointee.seekable & AVIO_SEEKABLE_NORMAL != 0
    }

    /// The bytes come from this machine: a file, a FIFO, standard input.
    var isLocal: Bool {
        switch handle {
        case .descriptor: true
        case .protocolContext: false
        }
    }

    deinit {
        switch handle {
        case .descriptor(let descriptor, let isOwned, _, _):
            if isOwned { close(descriptor) }
        case .protocolContext(let context):
            var context: UnsafeMutablePointer<AVIOContext>? = context
            avio_closep(&context)
        }
    }

    /// Reads what is there, at least one byte, waiting for it. Returns the count, or an AVERROR code; never
    /// 0.
    func read(into buffer: UnsafeMutablePointer<UInt8>, count: Int32) -> Int32 {
        switch handle {
        case .descriptor(let descriptor, _, let isRegular, _):
            readDescriptor(descriptor, isRegular: isRegular, into: buffer, count: count)
        case .protocolContext(let context):
            readProtocol(context, into: buffer, count: count)
        }
    }

    private func readDescriptor(
        _ descriptor: Int32, isRegular: Bool, into buffer: UnsafeMutablePointer<UInt8>, count: Int32
    ) -> Int32 {
        while true {
            if stop.isRaised { return scn_error_exit }
            if !isRegular {
                var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                let ready = poll(&request, 1, 50)
                if ready == 0 || (ready < 0 && errno == EINTR) { continue }
                if ready < 0 { return scn_error_from_errno(errno) }
            }
            let got = Glibc.read(descriptor, buffer, Int(count))
            if got > 0 { return Int32(got) }
            if got == 0 {
                switch following?.wait(for: descriptor, stop: stop) {
                case .readOn: continue
                case .wasCut: return scn_error_io
                case .isOver, nil: return scn_error_eof
                }
            }
            if errno == EINTR || errno == EAGAIN { continue }
            return scn_error_from_errno(errno)
        }
    }

    private func readProtocol(
        _ context: UnsafeMutablePointer<AVIOContext>, into buffer: UnsafeMutablePointer<UInt8>, count: Int32
    ) -> Int32 {
        if stop.isRaised { return scn_error_exit }
        if awaitsFirstByte { interrupt.arm(seconds: ListeningAddress.patience) } else { interrupt.arm() }
        let got = avio_read_partial(context, buffer, count)
        if got > 0 {
            awaitsFirstByte = false
            return got
        }
        if stop.isRaised { return scn_error_exit }
        if interrupt.hasExpired { return scn_error_from_errno(ETIMEDOUT) }
        return got == 0 ? scn_error_eof : got
    }

    /// Moves to a byte position counted from where the port was opened. Returns it, or an AVERROR code.
    func seek(to position: Int64) -> Int64 {
        guard canSeek else { return Int64(scn_error_not_seekable) }
        switch handle {
        case .descriptor(let descriptor, _, _, let base):
            let (target, overflow) = base.addingReportingOverflow(position)
            guard !overflow, lseek(descriptor, Int(target), SEEK_SET) >= 0 else { return Int64(scn_error_io) }
            return position
        case .protocolContext(let context):
            interrupt.arm()
            return avio_seek(context, position, SEEK_SET)
        }
    }

    /// Bytes from where the port was opened to its end, or an AVERROR code.
    var size: Int64 {
        guard canSeek else { return Int64(scn_error_unsupported) }
        switch handle {
        case .descriptor(let descriptor, _, _, let base):
            var status = stat()
            guard fstat(descriptor, &status) == 0 else { return Int64(scn_error_io) }
            return max(Int64(status.st_size) - base, 0)
        case .protocolContext(let context):
            return avio_size(context)
        }
    }
}
