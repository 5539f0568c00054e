extension ExportFormat {
    package static let ffmetadata = ExportFormat(
        name: "ffmetadata", suffix: ".ffmeta", summary: "chapters for ffmpeg -map_chapters (MP4, Matroska)",
        options: [.title, .label, .of, .gaps], FFMetadataWriter())
}

/// Chapters in FFmpeg's metadata format (ffmpeg-formats, section "Metadata"), times from the start of the
/// file.
///
/// They are whole milliseconds, rounded up. MP4 keeps milliseconds, and FFmpeg rounds to the nearest: finer
/// times would come out before their picture half of the time. MP4 has no gaps between chapters, and begins
/// the first at 0: only a list with gaps as entries comes back as it was.
struct FFMetadataWriter: LogWriter {
    func write(_ list: ExportList) throws(ExportError) -> [String] {
        var text = ";FFMETADATA1\n"
        if !list.title.isEmpty { text += "title=\(escaped(list.title))\n" }
        for entry in list.entries {
            text += """

                [CHAPTER]
                TIMEBASE=1/1000
                START=\(list.milliseconds(entry.start))
                END=\(list.milliseconds(entry.end))
                title=\(escaped(entry.label))

                """
            // Matroska's name for words that tell what something is about.
            if !entry.tags.isEmpty { text += "KEYWORDS=\(escaped(entry.tagLine))\n" }
        }
        return [text]
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
