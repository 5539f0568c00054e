import CFFmpeg

extension Muxer {
    /// Whether the container takes a stream: the format lists its codec, and its muxer begins a file with it.
    /// Muxers refuse more than the lists say: FLAC and TrueHD in MP4 as long as they are experimental, Opus
    /// and VP9 in QuickTime, MP3 below 16 kHz, attached files without a name.
    static func takes(_ stream: UnsafeMutablePointer<AVStream>, _ container: Container) -> Bool {
        let parameters = stream.pointee.codecpar.pointee
        let isListed =
            parameters.codec_type == AVMEDIA_TYPE_ATTACHMENT
            ? container == .mkv : lists(parameters.codec_id, container)
        return isListed && begins(with: stream, container)
    }

    /// What to do about a container that does not take a film's video. `choice` names one of `containers`
    /// that does.
    static func remedy(
        for video: UnsafeMutablePointer<AVStream>, among containers: [Container],
        _ choice: (Container) -> String
    ) -> String {
        if let other = Container.widestFirst.first(where: { containers.contains($0) && takes(video, $0) }) {
            return choice(other)
        }
        return "encode it again with ffmpeg -i IN -c:v libx264 OUT.mkv, and run scened segment on that"
    }

    private static func lists(_ codec: AVCodecID, _ container: Container) -> Bool {
        guard let format = av_guess_format(container.muxer, nil, nil) else { return false }
        let answer = avformat_query_codec(format, codec, FF_COMPLIANCE_NORMAL)
        // The muxer of transport streams has no list; it would write others as private data.
        return container == .ts && answer < 0 ? inTransportStreams.contains(codec) : answer == 1
    }

    private static let inTransportStreams = [
        AV_CODEC_ID_MPEG1VIDEO, AV_CODEC_ID_MPEG2VIDEO, AV_CODEC_ID_MPEG4, AV_CODEC_ID_H264, AV_CODEC_ID_HEVC,
        AV_CODEC_ID_MP1, AV_CODEC_ID_MP2, AV_CODEC_ID_MP3, AV_CODEC_ID_AAC, AV_CODEC_ID_AAC_LATM,
        AV_CODEC_ID_AC3, AV_CODEC_ID_EAC3, AV_CODEC_ID_DTS, AV_CODEC_ID_TRUEHD, AV_CODEC_ID_OPUS,
        AV_CODEC_ID_DVB_SUBTITLE, AV_CODEC_ID_DVB_TELETEXT,
    ]

    /// Writes the head of a file with this stream alone, into memory.
    private static func begins(with source: UnsafeMutablePointer<AVStream>, _ container: Container) -> Bool {
        var made: UnsafeMutablePointer<AVFormatContext>?
        guard avformat_alloc_output_context2(&made, nil, container.muxer, nil) >= 0, let context = made else {
            return false
        }
        defer {
            var bytes: UnsafeMutablePointer<UInt8>?
            if let io = context.pointee.pb { avio_close_dyn_buf(io, &bytes) }
            av_free(bytes)
            context.pointee.pb = nil
            avformat_free_context(context)
        }
        guard avio_open_dyn_buf(&context.pointee.pb) >= 0,
            let stream = try? add(source, to: context, in: container)
        else { return false }
        // One that does not fit the rate is a fault of the tag.
        av_dict_set(&stream.pointee.metadata, "timecode", nil, 0)
        return avformat_write_header(context, nil) >= 0
    }
}

extension Container {
    /// From the one that takes most on.
    static let widestFirst = [Container.mkv, .mp4, .mov, .webm, .ts]
}
