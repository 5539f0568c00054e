import CFFmpeg
import CScened

/// A decoder for one video stream: packets in, frames out in display order. Owned by one reader.
final class Decoder {
    private let context: UnsafeMutablePointer<AVCodecContext>
    /// The frame last received; its planes are valid until the next call.
    let frame: UnsafeMutablePointer<AVFrame>

    /// Throws `.unsupported`.
    init(for stream: UnsafeMutablePointer<AVStream>, name: String, options: MediaOptions) throws(MediaError) {
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
        opened.pointee.thread_count = Int32(
            clamping: options.threads > 0 ? options.threads : Decoder.coreCount)
        opened.pointee.thread_type = FF_THREAD_FRAME | FF_THREAD_SLICE
        options.plan.configure(opened)
        let status = avcodec_open2(opened, codec, nil)
        guard status >= 0 else {
            throw MediaError(
                .unsupported,
                "\(name): the \(codecName) decoder refuses it (\(describe(status))): convert the video")
        }
        self.context = opened
        self.frame = blank
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

    private static var coreCount: Int { max(1, Int(av_cpu_count())) }

    /// Pictures that may be inside at any time: frame threads beyond the first, and reordering.
    var delay: Int {
        let hasOwnThreads = context.pointee.codec.pointee.capabilities & AV_CODEC_CAP_OTHER_THREADS != 0
        let inParallel = context.pointee.active_thread_type & FF_THREAD_FRAME != 0 || hasOwnThreads
        return (inParallel ? Int(context.pointee.thread_count) - 1 : 0) + Int(context.pointee.has_b_frames)
    }

    /// Pictures that the decoder holds back to bring them into the order of display.
    var reordering: Int { Int(context.pointee.has_b_frames) }

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
    func send(_ packet: UnsafeMutablePointer<AVPacket>?) -> Bool {
        let status = avcodec_send_packet(context, packet)
        return status >= 0 || status == scn_error_again || status == scn_error_eof
    }
}
