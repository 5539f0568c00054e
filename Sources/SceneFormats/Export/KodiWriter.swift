extension ExportFormat {
    package static let kodi = ExportFormat(
        name: "kodi", suffix: ".edl", summary: "scene markers of Kodi and MythTV, beside the film",
        options: [.of], KodiWriter())
}

/// Kodi's edit list: a scene marker (action 2) at the start of each entry, in seconds with three decimals
/// that are never before their picture. It has no place for names.
struct KodiWriter: LogWriter {
    func write(_ list: ExportList) throws(ExportError) -> [String] {
        var text = ""
        for entry in list.entries {
            try list.checkStart(of: entry, format: "kodi")
            let time = secondsText(milliseconds: list.milliseconds(entry.start))
            text += "\(time) \(time) 2\n"
        }
        return [text]
    }
}
