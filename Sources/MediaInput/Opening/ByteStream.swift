import CFFmpeg
import CScened

/// The bytes of an input as FFmpeg's demuxers see them: the same for a file, a pipe and the network.
///
/// Demuxers read differently when they can search (they jump to the end, load indices, guess less). So each input is
/// first offered as a stream that cannot be searched; searching is turned on only where the input needs it
/// (`isSeekable`). The head of the stream is kept until probing is over, so that stepping back within it works, and
/// works alike, on every transport.
///
/// FFmpeg's context refers to this object without owning it; the demuxer keeps it alive.
final class ByteStream {
    static let bufferSize: Int32 = 32_768
    /// Bytes kept for stepping back: more than probing may read.
    private static let headLimit = 8_000_000

    let port: BytePort
    private let progress: MediaProgress
    private(set) var context: UnsafeMutablePointer<AVIOContext>?
    /// The demuxer may search.
    private(set) var isSeekable = false
    private var head: [UInt8] = []
    private var keepsHead = true
    /// Where the demuxer and the port stand, in bytes from the start.
    private var position: Int64 = 0
    private var portPosition: Int64 = 0
    /// Bytes taken from the port.
    private(set) var bytesRead: Int64 = 0
    /// What ended reading: an AVERROR code other than end of file; nil if nothing did.
    private(set) var failure: Int32?

    init(port: BytePort, progress: MediaProgress) {
        self.port = port
        self.progress = progress
    }

    deinit { freeContext() }

    /// Bytes of the input, as far as known: its size, or where reading stands.
    var length: Int64 { port.size >= 0 ? port.size : position }

    // MARK: - FFmpeg's side

    /// A fresh FFmpeg context that reads from the first byte. The former one is freed: no demuxer may still use it.
    /// Returns nil if memory is short or the port cannot go back.
    func start(seekable: Bool) -> UnsafeMutablePointer<AVIOContext>? {
        freeContext()
        isSeekable = seekable
        failure = nil
        if keepsHead && portPosition == Int64(head.count) {
            position = 0
        } else {
            guard port.seek(to: 0) == 0 else { return nil }
            (position, portPosition, head, keepsHead) = (0, 0, [], true)
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
        context?.pointee.seekable = seekable ? AVIO_SEEKABLE_NORMAL : 0
        return context
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
        dropHeadIfPassed()
    }

    private func dropHeadIfPassed() {
        if !keepsHead && position >= Int64(head.count) { head = [] }
    }

    private func read(into buffer: UnsafeMutablePointer<UInt8>, count: Int32) -> Int32 {
        guard count > 0 else { return scn_error_invalid_data }
        if position < Int64(head.count) {
            let start = Int(position)
            let number = min(Int(count), head.count - start)
            head.withUnsafeBufferPointer { bytes in
                guard let base = bytes.baseAddress else { return }
                buffer.update(from: base + start, count: number)
            }
            position += Int64(number)
            dropHeadIfPassed()
            return Int32(number)
        }
        if portPosition != position {
            guard port.seek(to: position) == position else { return fail(scn_error_io) }
            portPosition = position
        }
        let got = port.read(into: buffer, count: count)
        guard got > 0 else { return got == scn_error_eof ? got : fail(got) }
        noteRead(got)
        if keepsHead && position == Int64(head.count) {
            head.append(contentsOf: UnsafeBufferPointer(start: buffer, count: Int(got)))
            if head.count > Self.headLimit { (head, keepsHead) = ([], false) }
        }
        position += Int64(got)
        portPosition = position
        return got
    }

    private func noteRead(_ got: Int32) {
        bytesRead += Int64(got)
        progress.add(bytes: Int64(got))
    }

    private func fail(_ code: Int32) -> Int32 {
        failure = code
        return code
    }

    private func seek(to offset: Int64, whence: Int32) -> Int64 {
        if whence & AVSEEK_SIZE != 0 {
            return isSeekable ? port.size : Int64(scn_error_unsupported)
        }
        var target = offset
        switch whence & ~AVSEEK_FORCE {
        case SEEK_SET: break
        case SEEK_CUR: target &+= position
        case SEEK_END where isSeekable && port.size >= 0: target &+= port.size
        default: return Int64(scn_error_not_seekable)
        }
        guard target >= 0 else { return Int64(scn_error_not_seekable) }
        guard isSeekable || target <= Int64(head.count) || target == position else {
            return Int64(scn_error_not_seekable)
        }
        position = target
        return target
    }

    /// FFmpeg's name of the format that the kept bytes look like; nil where they are gone or look like none.
    var formatName: String? {
        guard !head.isEmpty else { return nil }
        // FFmpeg reads beyond the bytes it is given.
        var bytes = head.prefix(1 << 16) + [UInt8](repeating: 0, count: Int(AVPROBE_PADDING_SIZE))
        return bytes.withUnsafeMutableBufferPointer { buffer in
            var data = AVProbeData()
            data.buf = buffer.baseAddress
            data.buf_size = Int32(buffer.count) - AVPROBE_PADDING_SIZE
            guard let format = av_probe_input_format(&data, 1) else { return nil }
            return String(cString: format.pointee.name)
        }
    }

    // MARK: - Looking ahead

    /// The first `count` bytes, fewer at the end of the input. Waits for them. Call before `start`.
    func peek(_ count: Int) -> ArraySlice<UInt8> {
        precondition(keepsHead && portPosition == Int64(head.count), "peeking comes before reading")
        var buffer = [UInt8](repeating: 0, count: 4096)
        while head.count < count {
            let wanted = Int32(min(buffer.count, count - head.count))
            let got = buffer.withUnsafeMutableBufferPointer { bytes in
                bytes.baseAddress.map { port.read(into: $0, count: wanted) } ?? scn_error_io
            }
            guard got > 0 else {
                if got != scn_error_eof { failure = got }
                break
            }
            head += buffer[..<Int(got)]
            noteRead(got)
            portPosition += Int64(got)
        }
        return head.prefix(count)
    }
}
