internal import Timeline

extension ExportFormat {
    package static let kodi = ExportFormat(
        name: "kodi", suffix: ".edl", summary: "scene markers of Kodi and MythTV, beside the film",
        options: [.of], KodiWriter())
}

/// Kodi's edit list, in seconds with three decimals that are never before their picture: a scene marker
/// (action 2) at the start of each entry; of blocks, each break (action 3), which players skip. It has no
/// place for names.
struct KodiWriter: LogWriter {
    func write(_ list: ExportList) throws(ExportError) -> [String] {
        var text = ""
        var open: ExportEntry?
        func end(_ entry: ExportEntry) {
            text += "\(time(entry.start, list)) \(time(entry.end, list)) 3\n"
        }
        for entry in list.entries {
            try list.checkStart(of: entry, format: "kodi")
            guard entry.kind == .block else {
                text += "\(time(entry.start, list)) \(time(entry.start, list)) 2\n"
                continue
            }
            if let former = open, entry.block == .program || entry.start > former.end {
                end(former)
                open = nil
            }
            guard entry.block != .program else { continue }
            open = open ?? entry
            open?.end = entry.end
        }
        if let open { end(open) }
        return [text]
    }

    private func time(_ ticks: Int64, _ list: ExportList) -> String {
        secondsText(milliseconds: list.milliseconds(ticks))
    }
}
