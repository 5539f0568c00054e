extension ExportFormat {
    package static let keyframes = ExportFormat(
        name: "keyframes", suffix: ".keyframes.txt", summary: "key frames of Aegisub; shots",
        options: [.of, .rate], subject: .shots,
        FrameListWriter(format: "keyframes", head: "# keyframe format v1\nfps 0\n") { "\($0)\n" })

    package static let qpfile = ExportFormat(
        name: "qpfile", suffix: ".qpfile", summary: "where x264 and x265 shall put key frames (--qpfile)",
        options: [.of, .rate], FrameListWriter(format: "qpfile") { "\($0) I -1\n" })
}

/// A line for the first picture of each entry, by its number from 0. Numbers are those of the stream, so that
/// a rate that varies does no harm; where pictures were lost, or a rate is given, they are places at a
/// constant rate.
struct FrameListWriter: LogWriter {
    var format: String
    var head = ""
    var line: @Sendable (Int64) -> String

    func write(_ list: ExportList) throws(ExportError) -> [String] {
        var text = head
        var grid: FrameGrid?
        for entry in list.entries {
            try list.checkStart(of: entry, format: format)
            if let frame = entry.startFrame, list.options.rate == nil {
                text += line(frame)
            } else {
                let known = if let grid { grid } else { try FrameGrid(list, format: format) }
                grid = known
                text += line(known.position(entry.start))
            }
        }
        return [text]
    }
}
