import Timeline

extension ExportFormat {
    package static let webvtt = ExportFormat(name: "webvtt", fileExtension: "vtt", WebVTTWriter())
}

/// Chapters in WebVTT (W3C, "WebVTT: The Web Video Text Tracks Format"): one cue per scene, times from the
/// start of the file, in whole milliseconds that are never before their picture: a player that goes there
/// shows the scene, not the one before.
struct WebVTTWriter: LogWriter {
    func write(_ log: EventLog, _ options: ExportOptions) throws(ExportError) -> [UInt8] {
        var text = "WEBVTT"
        let heading = headline(options.title)
        if !heading.isEmpty { text += " " + heading }
        text += "\n"
        for (index, scene) in log.scenes.enumerated() {
            guard scene.start.ticks >= 0 else {
                throw .notExpressible(
                    format: "webvtt", scene: index + 1, reason: "it begins before the first picture")
            }
            let start = log.timeBase.ceiling(scene.start.ticks, perSecond: 1000)
            // A cue must last; no real scene is shorter than a millisecond.
            let end = max(log.timeBase.ceiling(scene.end.ticks, perSecond: 1000), start + 1)
            text += "\n\(index + 1)\n\(timestamp(start)) --> \(timestamp(end))\nScene \(index + 1)\n"
        }
        return Array(text.utf8)
    }

    /// The text beside the signature: one line without an arrow.
    private func headline(_ title: String) -> String {
        var heading = ""
        for character in singleLine(title) {
            heading.append(heading.hasSuffix("--") && character == ">" ? "\u{203a}" : character)
        }
        return heading
    }

    /// `HH:MM:SS.mmm`; hours grow beyond two digits.
    private func timestamp(_ milliseconds: Int64) -> String {
        let (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        let fields = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { padded($0, to: 2) }
        return fields.joined(separator: ":") + "." + padded(rest, to: 3)
    }
}
