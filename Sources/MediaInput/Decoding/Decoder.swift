import CFFmpeg
import CFFmpegShim

/// A decoder for one video stream: packets in, frames out in display order. Used on one thread at a time.
final class Decoder {
    private let context: UnsafeMutablePointer<AVCodecContext>
    /// The frame last received; its planes are valid until the next call.
    let frame: UnsafeMutablePointer<AVFrame>
    /// nil if only what comes out is seen.
    let peek: FramePeek?

    /// - Parameters:
    ///   - stream: the stream it will get packets of.
    ///   - name: the input, for messages.
    ///   - options: limits, and the plan.
    ///   - shape: whether to peek, and the first decoder's threads.
    ///   - first: the stream's first decoder, if this is another one; it knows by now how far pictures are
    ///     reordered.
    /// - Throws: `.unsupported`.
    init(
        for stream: UnsafeMutablePointer<AVStream>, name: String, options: MediaOptions, shape: DecodingShape,
        after first: Decoder? = nil
    ) throws(MediaError) {
        guard let parameters = stream.pointee.codecpar else {
            throw MediaError(
                .unsupported, "\(name): the stream has no description: check the input with ffprobe")
        }
        let codecName = Decoder.codecName(stream)
        guard let codec = avcodec_find_decoder(parameters.pointee.codec_id) else {
            throw MediaError(
                .unsupported,
                "\(name): this FFmpeg has no decoder for \(codecName): convert the video to H.264")
        }
        var context = avcodec_alloc_context3(codec)
        var frame = av_frame_alloc()
        var isReady = false
        defer {
            if !isReady {
                avcodec_free_context(&context)
                av_frame_free(&frame)
            }
        }
        guard let opened = context, let blank = frame else {
            throw MediaError(.unsupported, "\(name): out of memory: free some")
        }
        avcodec_parameters_to_context(opened, parameters)
        opened.pointee.pkt_timebase = stream.pointee.time_base
        opened.pointee.max_pixels = options.maxPixels
        opened.pointee.thread_count = first == nil ? Int32(clamping: shape.threads) : 1
        opened.pointee.thread_type = FF_THREAD_FRAME | FF_THREAD_SLICE
        if let first { opened.pointee.has_b_frames = first.context.pointee.has_b_frames }
        options.plan.configure(opened)
        let peek = shape.peeks ? FramePeek() : nil
        peek?.attach(to: opened)
        let status = avcodec_open2(opened, codec, nil)
        guard status >= 0 else {
            throw MediaError(
                .unsupported,
                "\(name): the \(codecName) decoder refuses it (\(describe(status))): convert the video")
        }
        self.context = opened
        self.frame = blank
        self.peek = peek
        isReady = true
    }

    deinit {
        var context: UnsafeMutablePointer<AVCodecContext>? = context
        avcodec_free_context(&context)
        var frame: UnsafeMutablePointer<AVFrame>? = frame
        av_frame_free(&frame)
    }

    static func codecName(_ stream: UnsafeMutablePointer<AVStream>) -> String {
        String(cString: avcodec_get_name(stream.pointee.codecpar.pointee.codec_id))
    }

    /// Pictures that may be inside at any time: frame threads beyond the first, and reordering.
    var delay: Int {
        let hasOwnThreads = context.pointee.codec.pointee.capabilities & AV_CODEC_CAP_OTHER_THREADS != 0
        let inParallel = context.pointee.active_thread_type & FF_THREAD_FRAME != 0 || hasOwnThreads
        return (inParallel ? Int(context.pointee.thread_count) - 1 : 0) + Int(context.pointee.has_b_frames)
    }

    /// Pictures that the decoder holds back to bring them into the order of display.
    var reordering: Int { Int(context.pointee.has_b_frames) }

    /// Size of the pictures that come out.
    var size: (width: Int32, height: Int32) { (context.pointee.width, context.pointee.height) }

    /// nil if none is known.
    var pixelFormatName: String? { av_get_pix_fmt_name(context.pointee.pix_fmt).map { String(cString: $0) } }

    /// Pictures a second as the codec's headers have it; 0/0 if they are silent.
    var rate: AVRational { context.pointee.framerate }

    enum Answer {
        /// `frame` holds the next picture.
        case picture
        /// A packet could not be decoded; go on.
        case refused
        case needsPacket
        case ended
    }

    /// Asks for the next picture.
    func receive() -> Answer {
        let status = avcodec_receive_frame(context, frame)
        if status >= 0 { return .picture }
        if status == scn_error_again { return .needsPacket }
        return status == scn_error_eof ? .ended : .refused
    }

    /// Gives a packet after `.needsPacket`; nil: no more will come. Returns false if the decoder refuses it.
    /// `number`: what its picture shows as its packet's, if it is above 0.
    func send(_ packet: UnsafeMutablePointer<AVPacket>?, number: Int64 = 0) -> Bool {
        if let packet { scn_number_packet(context, packet, number) }
        let status = avcodec_send_packet(context, packet)
        return status >= 0 || status == scn_error_again || status == scn_error_eof
    }

    /// After `.ended`: the next packet is the first one.
    func restart() { avcodec_flush_buffers(context) }

    /// The codec's loop filter is left out.
    var skipsLoopFilter: Bool {
        get { context.pointee.skip_loop_filter == AVDISCARD_ALL }
        set { context.pointee.skip_loop_filter = newValue ? AVDISCARD_ALL : AVDISCARD_DEFAULT }
    }

    /// Decoding began at a picture that need not be a full reset, but after which every picture is whole.
    /// FFmpeg's H.264 decoder believes that of pictures decoded after it was shown only: it drops others, or
    /// says they are damaged.
    var believesStart: Bool {
        get { context.pointee.flags & AV_CODEC_FLAG_OUTPUT_CORRUPT != 0 }
        set {
            if newValue {
                context.pointee.flags |= AV_CODEC_FLAG_OUTPUT_CORRUPT
            } else {
                context.pointee.flags &= ~AV_CODEC_FLAG_OUTPUT_CORRUPT
            }
        }
    }
}
