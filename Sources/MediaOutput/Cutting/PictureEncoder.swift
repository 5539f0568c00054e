import CFFmpeg
import CFFmpegShim

/// Encodes a run of pictures the way a film's own are: codec, profile, pixel format, size and colors. No
/// B-pictures: packets come in order of display, one for each picture.
///
/// Quality is high and constant, for what is encoded is short: CRF 16 of x264 and x265, a scale of 2 in
/// MPEG-2. Used on one thread; x264 and x265 have more behind it.
final class PictureEncoder {
    private var context: UnsafeMutablePointer<AVCodecContext>?
    private let packet: UnsafeMutablePointer<AVPacket>
    private var count: Int64 = 0

    /// Headers that its packets refer to.
    var headers: [UInt8] {
        guard let context, let data = context.pointee.extradata else { return [] }
        return Array(UnsafeBufferPointer(start: data, count: Int(context.pointee.extradata_size)))
    }

    /// Name of the encoder that serves; nil for a codec that is not encoded, or if this FFmpeg lacks it.
    static func name(for codec: AVCodecID) -> String? {
        let name: String
        switch codec {
        case AV_CODEC_ID_H264: name = "libx264"
        case AV_CODEC_ID_HEVC: name = "libx265"
        case AV_CODEC_ID_MPEG2VIDEO: name = "mpeg2video"
        default: return nil
        }
        return avcodec_find_encoder_by_name(name) == nil ? nil : name
    }

    /// Opens an encoder for pictures of `film`. Throws, with a remedy, where there is none like it.
    init(like film: Film) throws(OutputFailure) {
        let parameters = film.video.pointee.codecpar.pointee
        let remedy = "cut at key frames, without --exact, or convert the film"
        guard let name = Self.name(for: parameters.codec_id), let codec = avcodec_find_encoder_by_name(name)
        else {
            throw OutputFailure(
                .unsupported,
                "\(film.name): this FFmpeg encodes no \(film.codec) to cut it exactly: \(remedy)")
        }
        guard let packet = av_packet_alloc() else { throw .outOfMemory }
        self.packet = packet
        guard let opened = avcodec_alloc_context3(codec) else { throw .outOfMemory }
        context = opened
        opened.pointee.width = parameters.width
        opened.pointee.height = parameters.height
        opened.pointee.pix_fmt = AVPixelFormat(rawValue: parameters.format)
        opened.pointee.sample_aspect_ratio = parameters.sample_aspect_ratio
        opened.pointee.color_range = parameters.color_range
        opened.pointee.color_primaries = parameters.color_primaries
        opened.pointee.color_trc = parameters.color_trc
        opened.pointee.colorspace = parameters.color_space
        opened.pointee.chroma_sample_location = parameters.chroma_location
        let rate = Self.rate(of: film)
        opened.pointee.framerate = rate
        opened.pointee.time_base = AVRational(num: rate.den, den: rate.num)
        opened.pointee.max_b_frames = 0
        opened.pointee.gop_size = 600
        opened.pointee.flags |= AV_CODEC_FLAG_BITEXACT
        let isInterlaced =
            parameters.field_order != AV_FIELD_PROGRESSIVE && parameters.field_order != AV_FIELD_UNKNOWN
        if isInterlaced { opened.pointee.flags |= AV_CODEC_FLAG_INTERLACED_DCT | AV_CODEC_FLAG_INTERLACED_ME }
        opened.pointee.field_order = parameters.field_order
        var options: OpaquePointer?
        defer { av_dict_free(&options) }
        switch parameters.codec_id {
        case AV_CODEC_ID_H264:
            opened.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER
            guard let identifier = ParameterSets.freeIdentifier(parameters) else {
                throw OutputFailure(
                    .unsupported, "\(film.name): its headers leave no room for others: \(remedy)")
            }
            av_dict_set(&options, "preset", "veryfast", 0)
            av_dict_set(&options, "crf", "16", 0)
            if let profile = Self.profile(parameters.profile) { av_dict_set(&options, "profile", profile, 0) }
            let own = "sps-id=\(identifier):scenecut=0:bframes=0:annexb=1"
            av_dict_set(&options, "x264-params", own, 0)
        case AV_CODEC_ID_HEVC:
            opened.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER
            av_dict_set(&options, "preset", "veryfast", 0)
            av_dict_set(
                &options, "x265-params",
                "crf=16:bframes=0:scenecut=0:open-gop=0:info=0:log-level=none:annexb=1", 0)
        default:
            opened.pointee.flags |= AV_CODEC_FLAG_QSCALE
            opened.pointee.global_quality = 2 * FF_QP2LAMBDA
        }
        let status = avcodec_open2(opened, codec, &options)
        guard status >= 0 else {
            let format = av_get_pix_fmt_name(opened.pointee.pix_fmt).map { String(cString: $0) }
            throw OutputFailure(
                .unsupported,
                "\(film.name): \(name) encodes no \(format ?? "such") pictures like these "
                    + "(\(words(status))): \(remedy)")
        }
    }

    deinit {
        avcodec_free_context(&context)
        var packet: UnsafeMutablePointer<AVPacket>? = packet
        av_packet_free(&packet)
    }

    /// Pictures a second, for what headers say; of a film that varies, something near.
    private static func rate(of film: Film) -> AVRational {
        let candidates = [film.video.pointee.r_frame_rate, film.video.pointee.avg_frame_rate]
        let rate =
            candidates.first { $0.num > 0 && $0.den > 0 && av_q2d($0) <= 240 }
            ?? AVRational(num: 25, den: 1)
        guard film.video.pointee.codecpar.pointee.codec_id == AV_CODEC_ID_MPEG2VIDEO else { return rate }
        // The rates that MPEG-2 has (ITU-T H.262, table 6-4).
        let known = [
            (24000, 1001), (24, 1), (25, 1), (30000, 1001), (30, 1), (50, 1), (60000, 1001), (60, 1),
        ]
        let near = known.min {
            abs(Double($0.0) / Double($0.1) - av_q2d(rate)) < abs(Double($1.0) / Double($1.1) - av_q2d(rate))
        }
        return near.map { AVRational(num: Int32($0.0), den: Int32($0.1)) } ?? rate
    }

    /// x264's name of a profile (ITU-T H.264, A.2); nil where it chooses.
    private static func profile(_ number: Int32) -> String? {
        switch number & 0xff {
        case 66: "baseline"
        case 77: "main"
        case 100: "high"
        case 110: "high10"
        case 122: "high422"
        case 244: "high444"
        default: nil
        }
    }

    /// Takes the next picture, and hands `body` the packets that are finished. nil: no more will come.
    func push(
        _ frame: UnsafeMutablePointer<AVFrame>?, _ body: ([UInt8], Bool) throws(OutputFailure) -> Void
    ) throws(OutputFailure) {
        if let frame {
            frame.pointee.pts = count
            count += 1
            // The encoder decides; the first is a key frame by itself.
            frame.pointee.pict_type = AV_PICTURE_TYPE_NONE
        }
        let status = avcodec_send_frame(context, frame)
        guard status >= 0 else {
            throw OutputFailure(
                .unsupported,
                "a picture could not be encoded (\(words(status))): cut at key frames, without --exact")
        }
        while avcodec_receive_packet(context, packet) >= 0 {
            defer { av_packet_unref(packet) }
            guard let data = packet.pointee.data else { continue }
            let isKey = packet.pointee.flags & AV_PKT_FLAG_KEY != 0
            try body(Array(UnsafeBufferPointer(start: data, count: Int(packet.pointee.size))), isKey)
        }
    }
}
