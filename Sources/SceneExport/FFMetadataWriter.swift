/// Chapters in FFmpeg's metadata format (ffmpeg-formats, section "Metadata"), exact to the tick: each chapter states
/// the stream's time base and counts ticks from the start of the file.
struct FFMetadataWriter: SceneWriter {
    let fileExtension = "ffmeta"

    func write(_ log: EventLog, title: String) throws(ExportError) -> String {
        var text = ";FFMETADATA1\n"
        if !title.isEmpty { text += "title=\(escaped(title))\n" }
        for (index, scene) in log.scenes.enumerated() {
            text += """

                [CHAPTER]
                TIMEBASE=\(log.timeBase)
                START=\(scene.start.ticks)
                END=\(scene.end.ticks)
                title=Scene \(index + 1)

                """
        }
        return text
    }

    /// A backslash before each character that has a meaning. NUL would end the file for its reader and is left out; so
    /// is the carriage return, which the reader takes for the end of a line however it is escaped.
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
