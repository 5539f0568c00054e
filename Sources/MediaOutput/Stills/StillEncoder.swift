import CFFmpeg
import CFFmpegShim
package import Timeline

/// Turns pictures into JPEG files: baseline, 4:2:0, full range, BT.601, without metadata.
///
/// The same pixels give the same bytes on one version of FFmpeg: one thread, nothing of date or version in
/// the file. Used on one thread at a time. About 1 ms for a picture of 640 x 360.
package final class StillEncoder {
    /// FFmpeg's quantizer scale: 2 is the best, 31 the smallest.
    package static let qualities = 2...31
    /// Pixels that a side of a JPEG may have (ITU-T T.81, B.2.2).
    package static let longestSide = 65_500

    private let quality: Int32
    private var converter: PixelConverter?
    private var context: UnsafeMutablePointer<AVCodecContext>?
    private var count: Int64 = 0

    /// `quality` is within `qualities`; 4 is where a loss is hard to see.
    package init(quality: Int = 4) {
        precondition(Self.qualities.contains(quality), "a quality of 2 to 31")
        self.quality = Int32(quality)
    }

    deinit { avcodec_free_context(&context) }

    /// The bytes of a JPEG file. Throws where a side is longer than `longestSide`, or memory is out.
    package func jpeg(of picture: RGBPicture) throws(OutputFailure) -> [UInt8] {
        guard picture.width <= Self.longestSide, picture.height <= Self.longestSide else {
            throw OutputFailure(
                .unsupported,
                "a JPEG of \(picture.width) x \(picture.height) is too large: make it smaller")
        }
        let converter = try converter(for: picture)
        guard let context, let frame = converter.converted(picture) else { throw .outOfMemory }
        frame.pointee.quality = quality * FF_QP2LAMBDA
        // The encoder refuses a time that it has seen.
        count += 1
        frame.pointee.pts = count
        // The encoder goes by the format's name, the converter by the range.
        frame.pointee.format = AV_PIX_FMT_YUVJ420P.rawValue
        defer { frame.pointee.format = AV_PIX_FMT_YUV420P.rawValue }
        var packet = av_packet_alloc()
        defer { av_packet_free(&packet) }
        guard let packet, avcodec_send_frame(context, frame) >= 0,
            avcodec_receive_packet(context, packet) >= 0, let data = packet.pointee.data
        else { throw .outOfMemory }
        return Array(UnsafeBufferPointer(start: data, count: Int(packet.pointee.size)))
    }

    /// Prepares for pictures of this size.
    private func converter(for picture: RGBPicture) throws(OutputFailure) -> PixelConverter {
        if let converter, converter.fits(picture) { return converter }
        avcodec_free_context(&context)
        let size = (picture.width, picture.height)
        guard let made = PixelConverter(from: size, to: size, AV_PIX_FMT_YUV420P) else { throw .outOfMemory }
        guard let codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG) else {
            throw OutputFailure(
                .unsupported, "this FFmpeg has no JPEG encoder (mjpeg): install a build that has")
        }
        guard let opened = avcodec_alloc_context3(codec) else { throw .outOfMemory }
        context = opened
        opened.pointee.width = Int32(picture.width)
        opened.pointee.height = Int32(picture.height)
        opened.pointee.pix_fmt = AV_PIX_FMT_YUVJ420P
        opened.pointee.color_range = AVCOL_RANGE_JPEG
        // With it the encoder writes a JFIF header.
        opened.pointee.sample_aspect_ratio = AVRational(num: 1, den: 1)
        opened.pointee.time_base = AVRational(num: 1, den: 25)
        opened.pointee.thread_count = 1
        opened.pointee.flags |= AV_CODEC_FLAG_QSCALE | AV_CODEC_FLAG_BITEXACT
        opened.pointee.global_quality = quality * FF_QP2LAMBDA
        let status = avcodec_open2(opened, codec, nil)
        guard status >= 0 else {
            throw OutputFailure(
                .unsupported,
                "the JPEG encoder refuses pictures of \(picture.width) x \(picture.height): "
                    + "\(words(status)): make them smaller")
        }
        converter = made
        return made
    }
}
