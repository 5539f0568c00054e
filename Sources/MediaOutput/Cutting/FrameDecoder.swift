import CFFmpeg
import CFFmpegShim

/// Decodes runs of a film's packets, each from a key frame on, with the numbers that the pictures have as
/// they stand. Several threads work behind it.
final class FrameDecoder {
    private var context: UnsafeMutablePointer<AVCodecContext>?
    private var frame: UnsafeMutablePointer<AVFrame>?

    init(_ film: Film) throws(OutputFailure) {
        guard let parameters = film.video.pointee.codecpar,
            let codec = avcodec_find_decoder(parameters.pointee.codec_id)
        else {
            throw OutputFailure(
                .unsupported,
                "\(film.name): this FFmpeg has no decoder for \(film.codec): cut at key frames, without --exact"
            )
        }
        context = avcodec_alloc_context3(codec)
        frame = av_frame_alloc()
        guard let context, frame != nil, avcodec_parameters_to_context(context, parameters) >= 0 else {
            throw .outOfMemory
        }
        context.pointee.pkt_timebase = film.video.pointee.time_base
        context.pointee.thread_count = 0
        // Decoding begins at key frames that need not be full resets.
        context.pointee.flags |= AV_CODEC_FLAG_OUTPUT_CORRUPT
        let status = avcodec_open2(context, codec, nil)
        guard status >= 0 else {
            throw OutputFailure(
                .unsupported,
                "\(film.name): the \(film.codec) decoder refuses it (\(words(status))): "
                    + "cut at key frames, without --exact")
        }
    }

    deinit {
        avcodec_free_context(&context)
        av_frame_free(&frame)
    }

    /// Takes a packet and hands `body` pictures with their PTS. nil: the run is over, and what is inside
    /// comes out.
    func push(
        _ packet: UnsafeMutablePointer<AVPacket>?,
        _ body: (Int64, UnsafeMutablePointer<AVFrame>) throws(OutputFailure) -> Void
    ) throws(OutputFailure) {
        guard let context, let frame else { return }
        // What is hidden is decoded for others, and its flag would keep its packet's picture back.
        _ = avcodec_send_packet(context, packet)
        while true {
            let status = avcodec_receive_frame(context, frame)
            if status == scn_error_again || status == scn_error_eof { break }
            guard status >= 0 else { continue }
            defer { av_frame_unref(frame) }
            try body(frame.pointee.best_effort_timestamp, frame)
        }
        if packet == nil { avcodec_flush_buffers(context) }
    }
}
