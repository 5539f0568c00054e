import JSONText

extension ExportFormat {
    package static let podcast = ExportFormat(
        name: "podcast", suffix: ".chapters.json", summary: "Podcasting 2.0 chapters (JSON)",
        options: [.title, .label, .of, .gaps], PodcastWriter())
}

/// Podcasting 2.0's JSON chapters, version 1.2.0: seconds from the start of the file with three decimals that
/// are never before their picture. Gaps stay out of tables of contents.
struct PodcastWriter: LogWriter {
    func write(_ list: ExportList) throws(ExportError) -> [String] {
        var chapters: [String] = []
        for entry in list.entries {
            try list.checkStart(of: entry, format: "podcast")
            var chapter = JSONLine()
            chapter.field("startTime", raw: secondsText(milliseconds: list.milliseconds(entry.start)))
            chapter.field("endTime", raw: secondsText(milliseconds: list.milliseconds(entry.end)))
            chapter.field("title", entry.label)
            if entry.kind == .gap { chapter.field("toc", false) }
            chapters.append("\n" + chapter.object)
        }
        var document = JSONLine()
        document.field("version", "1.2.0")
        document.field("title", list.title)
        document.field("chapters", list: chapters)
        return [document.object + "\n"]
    }
}
