/// How far a demuxer may move about in a stream of bytes.
enum ByteReach: Hashable {
    /// Forwards, and back to what has been kept.
    case forward
    /// Also back, where the port can: for formats whose data stand out of order.
    case back
    /// The demuxer is told that it may search, and does: for formats that keep something at their end.
    case anywhere

    /// How far the demuxer of a format needs to go, by FFmpeg's first name of it.
    ///
    /// Transport and program streams, and MXF as it is streamed, hold nothing that stands out of order; their
    /// demuxers would only step back after damage, and differently where they cannot. Tags at the end of a
    /// Matroska file may hold its start timecode, and the index at the end of an MXF file says when pictures
    /// are shown that are not decoded in that order.
    init(format: String, port: BytePort, isFeed: Bool) {
        let hasEnd = port.canSeek && (port.isFile || !isFeed)
        switch format {
        case "mpegts", "mpeg": self = .forward
        case "mxf": self = hasEnd ? .anywhere : .forward
        case "matroska": self = hasEnd ? .anywhere : .back
        default: self = .back
        }
    }
}
