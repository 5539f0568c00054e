extension ExportFormat {
    package static let keyframes = ExportFormat(
        name: "keyframes", suffix: ".keyframes.txt", summary: "key frames of Aegisub; shots",
        options: [.of], subject: .shots,
        FrameListWriter(format: "keyframes", head: "# keyframe format v1\nfps 0\n") { "\($0)\n" })

    package static let qpfile = ExportFormat(
        name: "qpfile", suffix: ".qpfile", summary: "where x264 and x265 put key frames (--qpfile)",
        options: [.of], FrameListWriter(format: "qpfile") { "\($0) I -1\n" })
}

/// A line for the first picture of each entry, by its number from 0. Numbers are those of the stream, so that
/// a rate that varies does no harm, and none that is given for other formats counts. Behind a gap, where
/// events have no numbers, they go on from those before it, at the stream's own constant rate.
struct FrameListWriter: LogWriter {
    var format: String
    var head = ""
    var line: @Sendable (Int64) -> String

    func write(_ list: ExportList) throws(ExportError) -> [String] {
        var text = head
        var grid: FrameGrid?
        let shown = ShownTime(list.log)
        for entry in list.entries {
            try list.checkStart(of: entry, format: format)
            if let frame = entry.startFrame {
                text += line(frame)
            } else {
                let known = if let grid { grid } else { try places(list, entry) }
                grid = known
                text += line(known.position(shown.ticks(entry.start)))
            }
        }
        return [text]
    }

    /// The frames of the stream's own rate, for `entry`, whose picture has no number.
    private func places(_ list: ExportList, _ entry: ExportEntry) throws(ExportError) -> FrameGrid {
        guard list.log.frameRate != nil else {
            throw .notExpressible(
                format: format, entry: "\(entry.kind.rawValue) \(entry.number)",
                reason: list.log.hasPictures
                    ? "its picture has no number, for pictures were lost in front of it"
                    : "the run read embeddings and no pictures, so that no place has a picture's number")
        }
        return try FrameGrid(list, format: format)
    }
}
