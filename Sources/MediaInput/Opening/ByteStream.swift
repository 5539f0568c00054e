import CFFmpeg
import CFFmpegShim

/// The bytes of an input as FFmpeg's demuxers see them: the same for a file, a pipe and the network.
///
/// Demuxers read differently when they can search (they jump to the end, load indices, guess less). So each
/// input is offered as a stream that cannot be searched, and steps back are granted where the bytes are at
/// hand or the port can go back; the demuxer searches only in formats that keep something at their end
/// (`ByteReach`). The head of the stream is kept until probing is over, so that stepping back within it
/// works, and works alike, on every transport.
///
/// An input may be a chain of streams, one behind the other (`LinkWatch`). Each is offered by itself, from
/// its own byte 0 to its own end; `advance` goes on to the next.
///
/// FFmpeg's context refers to this object without owning it; the demuxer keeps it alive.
final class ByteStream {
    static let bufferSize: Int32 = 32_768
    /// Bytes kept for stepping back: more than probing may read.
    private static let headLimit = 8_000_000
    /// Bytes kept behind where reading stands, for formats that step back a little.
    private static let windowSize = 4_000_000

    let port: BytePort
    private let progress: MediaProgress
    private(set) var context: UnsafeMutablePointer<AVIOContext>?
    private(set) var reach = ByteReach.forward
    /// Bytes at hand, from `keptStart` on.
    private var kept: [UInt8] = []
    private var keptStart: Int64 = 0
    private var keepsHead = true
    /// Where the demuxer and the port stand, in bytes from the start of the link.
    private var position: Int64 = 0
    private var portPosition: Int64 = 0
    /// Where the link's byte 0 stands in the port.
    private var origin: Int64 = 0
    /// Where the link ends; nil as long as that is not known.
    private var end: Int64?
    /// What the next link begins with, and where its byte 0 stands in the port.
    private var next: (bytes: [UInt8], origin: Int64) = ([], 0)
    private var watch: (any LinkWatch)?
    /// How far the watch has come.
    private var scanned: Int64 = 0
    /// Where the port ended, in bytes from the start of the link; nil as long as it has not.
    private var portEnd: Int64?
    /// Bytes taken from the port.
    private(set) var bytesRead: Int64 = 0
    /// What ended reading: an AVERROR code other than end of file; nil if nothing did.
    private(set) var failure: Int32?
    /// No byte will come any more.
    var hasEnded: Bool { portEnd != nil || failure != nil }
    /// The demuxer wanted to go where this stream cannot.
    private(set) var hasRefused = false

    init(port: BytePort, progress: MediaProgress) {
        self.port = port
        self.progress = progress
    }

    deinit { freeContext() }

    /// Bytes of the link, as far as known: its size, or where reading stands.
    var length: Int64 { end ?? (port.size >= 0 ? port.size - origin : position) }

    // MARK: - FFmpeg's side

    /// A fresh FFmpeg context that reads from the first byte of the link. The former one is freed: no demuxer
    /// may still use it. Returns nil if memory is short or the port cannot go back.
    func start(_ reach: ByteReach) -> UnsafeMutablePointer<AVIOContext>? {
        freeContext()
        failure = nil
        hasRefused = false
        if keepsHead && keptStart == 0 {
            position = 0
        } else {
            guard port.seek(to: origin) == origin else { return nil }
            (position, portPosition, kept, keptStart, keepsHead) = (0, 0, [], 0, true)
        }
        guard let buffer = av_malloc(Int(Self.bufferSize)) else { return nil }
        let me = Unmanaged.passUnretained(self).toOpaque()
        context = avio_alloc_context(
            buffer.assumingMemoryBound(to: UInt8.self), Self.bufferSize, 0, me,
            { opaque, buffer, count in
                guard let opaque, let buffer else { return scn_error_io }
                return Unmanaged<ByteStream>.fromOpaque(opaque).takeUnretainedValue().read(
                    into: buffer, count: count)
            },
            nil,
            { opaque, offset, whence in
                guard let opaque else { return Int64(scn_error_io) }
                return Unmanaged<ByteStream>.fromOpaque(opaque).takeUnretainedValue().seek(
                    to: offset, whence: whence)
            })
        if context == nil { av_free(buffer) }
        setReach(reach)
        return context
    }

    /// How the demuxer may move about, from here on.
    func setReach(_ reach: ByteReach) {
        self.reach = reach
        context?.pointee.seekable = reach == .anywhere ? AVIO_SEEKABLE_NORMAL : 0
    }

    private func freeContext() {
        guard let old = context else { return }
        // FFmpeg may have replaced the buffer; whichever it holds now is ours to free.
        av_free(old.pointee.buffer)
        old.pointee.buffer = nil
        avio_context_free(&context)
    }

    /// Probing is over: bytes already passed are no longer needed.
    func releaseHead() {
        keepsHead = false
        dropKept()
    }

    /// Forgets what lies too far back.
    private func dropKept() {
        guard !keepsHead else { return }
        let passed = position - keptStart
        if reach == .back, !port.canSeek {
            guard passed > 2 * Int64(Self.windowSize) else { return }
            let count = min(Int(passed) - Self.windowSize, kept.count)
            kept.removeFirst(count)
            keptStart += Int64(count)
        } else if passed >= kept.count {
            (kept, keptStart) = ([], position)
        }
    }

    private func read(into buffer: UnsafeMutablePointer<UInt8>, count: Int32) -> Int32 {
        guard count > 0 else { return scn_error_invalid_data }
        if position >= keptStart, position < keptStart + Int64(kept.count) {
            let start = Int(position - keptStart)
            let number = min(Int(count), kept.count - start)
            kept.withUnsafeBufferPointer { bytes in
                guard let base = bytes.baseAddress else { return }
                buffer.update(from: base + start, count: number)
            }
            position += Int64(number)
            dropKept()
            return Int32(number)
        }
        let got = take(into: buffer, count: count)
        guard got > 0 else { return got == scn_error_eof ? got : fail(got) }
        let isNext = position == keptStart + Int64(kept.count)
        if isNext, keepsHead || reach == .back && !port.canSeek {
            kept.append(contentsOf: UnsafeBufferPointer(start: buffer, count: Int(got)))
            if kept.count > Self.headLimit { keepsHead = false }
        }
        position += Int64(got)
        dropKept()
        return got
    }

    /// Takes bytes of the link from the port at `position`. Returns the count, or an AVERROR code; never 0.
    private func take(into buffer: UnsafeMutablePointer<UInt8>, count: Int32) -> Int32 {
        if let end, position >= end { return scn_error_eof }
        if portPosition != position {
            guard port.seek(to: origin + position) == origin + position else { return scn_error_io }
            portPosition = position
        }
        let wanted = end.map { Int32(clamping: min(Int64(count), $0 - position)) } ?? count
        let got = progress.waitingForBytes { port.read(into: buffer, count: wanted) }
        guard got > 0 else {
            if got == scn_error_eof { portEnd = position }
            return got
        }
        bytesRead += Int64(got)
        progress.add(bytes: Int64(got))
        portPosition += Int64(got)
        let own = scan(UnsafeBufferPointer(start: buffer, count: Int(got)), at: position)
        return own > 0 ? Int32(own) : scn_error_eof
    }

    private func fail(_ code: Int32) -> Int32 {
        failure = code
        return code
    }

    private func seek(to offset: Int64, whence: Int32) -> Int64 {
        if whence & AVSEEK_SIZE != 0 {
            return reach == .anywhere && port.size >= 0 ? length : Int64(scn_error_unsupported)
        }
        var target = offset
        switch whence & ~AVSEEK_FORCE {
        case SEEK_SET: break
        case SEEK_CUR: target &+= position
        case SEEK_END where reach == .anywhere && port.size >= 0: target &+= length
        default: return Int64(scn_error_not_seekable)
        }
        // An offset that a damaged index names may lie beyond all files.
        guard 0...(Int64.max - origin - Int64(Int32.max)) ~= target else {
            return Int64(scn_error_not_seekable)
        }
        let isAtHand = !kept.isEmpty && target >= keptStart && target <= keptStart + Int64(kept.count)
        guard reach != .forward && port.canSeek || isAtHand || target == position else {
            hasRefused = true
            return Int64(scn_error_not_seekable)
        }
        position = target
        return target
    }

    /// FFmpeg's name of the format that the kept bytes look like; nil where they are gone or look like none.
    var formatName: String? {
        guard keptStart == 0, !kept.isEmpty else { return nil }
        // FFmpeg reads beyond the bytes it is given.
        var bytes = kept.prefix(1 << 16) + [UInt8](repeating: 0, count: Int(AVPROBE_PADDING_SIZE))
        return bytes.withUnsafeMutableBufferPointer { buffer in
            var data = AVProbeData()
            data.buf = buffer.baseAddress
            data.buf_size = Int32(buffer.count) - AVPROBE_PADDING_SIZE
            guard let format = av_probe_input_format(&data, 1) else { return nil }
            return String(cString: format.pointee.name)
        }
    }

    // MARK: - Looking ahead

    /// The first `count` bytes, fewer at the end of the link. Waits for them. Call before `start`.
    func peek(_ count: Int) -> ArraySlice<UInt8> {
        precondition(keepsHead && keptStart == 0, "peeking comes before reading")
        var buffer = [UInt8](repeating: 0, count: 4096)
        position = Int64(kept.count)
        while kept.count < count {
            let wanted = Int32(min(buffer.count, count - kept.count))
            let got = buffer.withUnsafeMutableBufferPointer { bytes in
                bytes.baseAddress.map { take(into: $0, count: wanted) } ?? scn_error_io
            }
            guard got > 0 else {
                if got != scn_error_eof { failure = got }
                break
            }
            kept += buffer[..<Int(got)]
            position += Int64(got)
        }
        return kept.prefix(count)
    }

    // MARK: - Links

    /// Looks from here on for the end of the link. Call before `start`. `program`: the one that is read; nil:
    /// any.
    func watchLinks(program: Int?) {
        watch = linkWatch(for: peek(1024), program: program)
        scanned = 0
        let head = kept
        let own = head.withUnsafeBufferPointer { scan($0, at: 0) }
        // A small link: the next one has been peeked at, too.
        kept.removeLast(kept.count - own)
    }

    /// The link is read for this video (its identifier in the container).
    func follow(identifier: Int) { watch?.follow(identifier: identifier) }

    /// At the end of the link: whether the last element of its container is all there, by the sizes that the
    /// container states; nil where that is not known.
    var isWhole: Bool? {
        if end != nil { return true }
        guard failure == nil, let watch, let isInside = watch.isInside else { return nil }
        // A demuxer that can search passes over what it does not need.
        let size = port.canSeek ? port.size : -1
        guard size >= 0 || scanned == portEnd else { return nil }
        let unseen = size >= 0 ? max(0, size - origin - scanned) : 0
        if unseen == 0 { return !isInside }
        return watch.rest == unseen ? true : watch.rest > unseen ? false : nil
    }

    /// Shows bytes of the link to the watch. Returns how many of them are the link's own.
    private func scan(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int64) -> Int {
        guard watch != nil, end == nil else { return bytes.count }
        if start > scanned {
            guard watch?.skip(start - scanned) ?? false else {
                watch = nil
                return bytes.count
            }
            scanned = start
        }
        let known = Int(min(scanned - start, Int64(bytes.count)))
        let fresh = UnsafeBufferPointer(rebasing: bytes[known...])
        scanned = max(scanned, start + Int64(bytes.count))
        guard let link = watch?.scan(fresh) else { return bytes.count }
        let own = known + link.offset
        end = start + Int64(own)
        let following = link.prefix + fresh[link.offset...]
        // The port stands behind the bytes that were scanned last.
        next = (following, origin + start + Int64(bytes.count) - Int64(following.count))
        return own
    }

    /// Goes on to the next link, whatever was read of this one; false if there is none. Waits for its first
    /// byte. No demuxer may still use the stream.
    func advance() -> Bool {
        freeContext()
        var buffer = [UInt8](repeating: 0, count: Int(Self.bufferSize))
        // A connection that broke is not asked again.
        while end == nil, failure == nil, let watch {
            if port.canSeek, watch.rest > 0, scanned < port.size - origin {
                let passed = min(watch.rest, port.size - origin - scanned)
                guard self.watch?.skip(passed) ?? false else { break }
                scanned += passed
            }
            // An end is asked for once: who follows a growing file has waited for it.
            guard port.canSeek || portPosition == scanned, scanned != portEnd else { break }
            position = scanned
            let got = buffer.withUnsafeMutableBufferPointer { bytes in
                bytes.baseAddress.map { take(into: $0, count: Self.bufferSize) } ?? scn_error_io
            }
            if got <= 0 { break }
        }
        guard end != nil else { return false }
        portPosition += origin - next.origin
        (origin, kept, keptStart, keepsHead) = (next.origin, next.bytes, 0, true)
        (position, end, watch, scanned, next.bytes) = (0, nil, nil, 0, [])
        (failure, hasRefused, portEnd) = (nil, false, nil)
        return true
    }
}
