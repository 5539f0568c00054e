import Timeline

extension ExportFormat {
    package static let webvtt = ExportFormat(
        name: "webvtt", suffix: ".vtt", summary: "chapters on the web: <track kind=\"chapters\">",
        options: [.title, .label, .of, .gaps], WebVTTWriter())
}

/// Chapters in WebVTT (W3C, "WebVTT: The Web Video Text Tracks Format"): one cue per entry, named by its
/// event, times from the start of the file, in whole milliseconds that are never before their picture: a
/// player that goes there shows the scene, not the one before.
struct WebVTTWriter: LogWriter {
    func write(_ list: ExportList) throws(ExportError) -> [String] {
        var text = "WEBVTT"
        let heading = withoutArrows(singleLine(list.title))
        if !heading.isEmpty { text += " " + heading }
        text += "\n"
        for entry in list.entries {
            try list.checkStart(of: entry, format: "webvtt")
            let start = list.milliseconds(entry.start)
            // A cue must last; no real scene is shorter than a millisecond.
            let end = max(list.milliseconds(entry.end), start + 1)
            // A comment, which players pass over.
            if !entry.tags.isEmpty { text += "\nNOTE tags: \(withoutArrows(entry.tagLine))\n" }
            text += "\n\(withoutArrows(singleLine(entry.id)))\n"
            text += "\(clockText(milliseconds: start)) --> \(clockText(milliseconds: end))\n"
            text += escaped(entry.label) + "\n"
        }
        return [text]
    }

    /// Chapter title text: no tags and no arrow.
    private func escaped(_ label: String) -> String {
        replacing(singleLine(label), ["&": "&amp;", "<": "&lt;", ">": "&gt;"])
    }

    private func withoutArrows(_ text: String) -> String {
        var line = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            line.append(scalar == ">" && line.suffix(2).elementsEqual(["-", "-"]) ? "\u{203a}" : scalar)
        }
        return String(line)
    }
}
