import CFFmpeg

/// Tells second fields of H.264 pictures: transport streams have them in packets of their own, which share
/// the times of the first.
final class SecondFields {
    private var parser: UnsafeMutablePointer<AVCodecParserContext>?
    private var codec: UnsafeMutablePointer<AVCodecContext>?
    /// The field in the packet before, which lacks the other one.
    private var first: AVPictureStructure?

    init(of film: Film) {
        // Other containers keep both fields together.
        guard let parameters = film.video.pointee.codecpar,
            parameters.pointee.codec_id == AV_CODEC_ID_H264,
            film.container == nil || film.container == .ts
        else { return }
        codec = avcodec_alloc_context3(nil)
        guard codec != nil, avcodec_parameters_to_context(codec, parameters) >= 0 else { return }
        parser = av_parser_init(Int32(AV_CODEC_ID_H264.rawValue))
        parser?.pointee.flags |= PARSER_FLAG_COMPLETE_FRAMES
    }

    deinit {
        if let parser { av_parser_close(parser) }
        avcodec_free_context(&codec)
    }

    /// Takes the next packet of the video; true if it is the second field of the picture before.
    func take(_ packet: UnsafeMutablePointer<AVPacket>) -> Bool {
        guard let parser, let codec, let data = packet.pointee.data else { return false }
        var output: UnsafeMutablePointer<UInt8>?
        var size: Int32 = 0
        _ = av_parser_parse2(
            parser, codec, &output, &size, data, packet.pointee.size, packet.pointee.pts, packet.pointee.dts,
            packet.pointee.pos)
        let field = parser.pointee.picture_structure
        let isField = field == AV_PICTURE_STRUCTURE_TOP_FIELD || field == AV_PICTURE_STRUCTURE_BOTTOM_FIELD
        let isSecond = isField && first != nil && first != field
        first = isField && !isSecond ? field : nil
        return isSecond
    }
}
