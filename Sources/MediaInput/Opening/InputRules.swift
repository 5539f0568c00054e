import CFFmpeg

/// What an input of a kind may lead to: the protocols that FFmpeg may use for it and the containers it may
/// hold.
///
/// Derived from the address alone, never from what the other side sends, so that a playlist or a redirection
/// cannot reach files, and a hostile server no demuxer that no feed needs. A file, a FIFO or standard input
/// may hold whatever FFmpeg reads, in a feed as elsewhere: nothing in it may open anything else.
struct InputRules: Hashable {
    /// FFmpeg's names, separated by commas.
    var protocols: String
    /// FFmpeg's names, separated by commas; nil: any.
    var formats: String?

    /// Containers and bare streams of video that come over a network. Left out are those that open other
    /// files, those of sound, subtitles and single pictures, and those of old games.
    static let streamFormats =
        "mpegts,mpegtsraw,mpeg,mpegvideo,mov,mp4,matroska,webm,flv,live_flv,kux,avi,asf,asf_o,ogg,mxf,nut,gxf,lxf,wtv,"
        + "dv,rm,pva,nsv,ivf,nuv,yuv4mpegpipe,y4m,mjpeg,mpjpeg,mjpeg_2000,smjpeg,jpeg_pipe,jpegxl_anim,gif,apng,"
        + "h261,h263,h264,hevc,vvc,evc,av1,obu,m4v,vc1,vc1test,dirac,cavsvideo,avs2,avs3,dnxhd"
    private static let playlistFormats =
        "hls,applehttp,dash,mpegts,mov,mp4,aac,mp3,ac3,eac3,webvtt,matroska,webm"
    private static let sessionFormats = "rtsp,sdp,rtp,mpegts"

    /// Schemes of addresses that the rules below are made for, of those that this FFmpeg speaks; sorted.
    static let schemes: [String] = {
        var spoken: Set<String> = []
        var place: UnsafeMutableRawPointer?
        while let name = avio_enum_protocols(&place, 0) { spoken.insert(String(cString: name)) }
        // A session is no protocol of FFmpeg's but a format.
        if av_find_input_format("rtsp") != nil {
            spoken.insert("rtsp")
            if spoken.contains("tls") { spoken.insert("rtsps") }
        }
        return [
            "amqp", "ftp", "gopher", "gophers", "http", "https", "mmsh", "mmst", "rist", "rtmp", "rtmpe",
            "rtmps", "rtmpt", "rtp", "rtsp", "rtsps", "sctp", "sftp", "srt", "srtp", "tcp", "tls", "udp",
            "udplite", "unix", "zmq",
        ].filter(spoken.contains)
    }()

    /// For bytes that FFmpeg fetches by `scheme` and hands over as they are.
    static func bytes(scheme: String) -> InputRules {
        let protocols =
            switch scheme {
            case "http", "https": "http,https,tcp,tls,httpproxy"
            case "rtmp", "rtmps", "rtmpt", "rtmpe":
                "rtmp,rtmps,rtmpt,rtmpe,ffrtmphttp,ffrtmpcrypt,http,tcp,tls"
            case "srt": "srt"
            case "unix": "unix"
            case "tcp", "tls", "udp": "\(scheme),tcp,udp"
            default: "\(scheme),tcp,udp,tls,rtp"
            }
        return InputRules(protocols: protocols, formats: streamFormats)
    }

    /// For a container that is read from bytes already at hand: nothing in it may open anything else.
    static func content(isLocal: Bool) -> InputRules {
        InputRules(protocols: "data", formats: isLocal ? nil : streamFormats)
    }
    static let localPlaylist = InputRules(protocols: "file,crypto,data", formats: playlistFormats)
    static let webPlaylist = InputRules(
        protocols: "http,https,tcp,tls,crypto,data,httpproxy", formats: playlistFormats)
    /// RTSP and RTP, whose sessions FFmpeg negotiates.
    static let session = InputRules(
        protocols: "rtsp,rtsps,rtp,srtp,udp,tcp,tls,http,https,sdp", formats: sessionFormats)
}
