extension ExportFormat {
    package static let ffmetadata = ExportFormat(
        name: "ffmetadata", fileExtension: "ffmeta", FFMetadataWriter())
}

/// Chapters in FFmpeg's metadata format (ffmpeg-formats, section "Metadata"), times from the start of the
/// file.
///
/// They are whole milliseconds, rounded up. MP4 keeps milliseconds, and FFmpeg rounds to the nearest: finer
/// times would come out before their picture half of the time.
struct FFMetadataWriter: LogWriter {
    func write(_ log: EventLog, _ options: ExportOptions) throws(ExportError) -> [UInt8] {
        var text = ";FFMETADATA1\n"
        if !options.title.isEmpty { text += "title=\(escaped(options.title))\n" }
        for (index, scene) in log.scenes.enumerated() {
            text += """

                [CHAPTER]
                TIMEBASE=1/1000
                START=\(log.timeBase.ceiling(scene.start.ticks, perSecond: 1000))
                END=\(log.timeBase.ceiling(scene.end.ticks, perSecond: 1000))
                title=Scene \(index + 1)

                """
        }
        return Array(text.utf8)
    }

    /// A backslash before each character that has a meaning. NUL would end the file for its reader and is
    /// left out; so is the carriage return, which the reader takes for the end of a line however it is
    /// escaped.
    private func escaped(_ value: String) -> String {
        var text = String.UnicodeScalarView()
        for scalar in value.unicodeScalars {
            switch scalar {
            case "=", ";", "#", "\\", "\n": text.append("\\")
            case "\0", "\r": continue
            default: break
            }
            text.append(scalar)
        }
        return String(text)
    }
}
