extension ExportFormat {
    package static let losslessCut = ExportFormat(
        name: "losslesscut", suffix: ".losslesscut.csv", summary: "segments of LosslessCut (CSV, seconds)",
        options: [.label, .of, .gaps], LosslessCutWriter())
}

/// Segments as LosslessCut imports them from CSV: start and end in seconds, and a name; no header.
struct LosslessCutWriter: LogWriter {
    func write(_ list: ExportList) throws(ExportError) -> [String] {
        var text = ""
        for entry in list.entries {
            try list.checkStart(of: entry, format: "losslesscut")
            let times = [entry.start, entry.end].map { secondsText(milliseconds: list.milliseconds($0)) }
            let name = replacing(singleLine(entry.label), ["\"": "\"\""])
            text += "\(times[0]),\(times[1]),\"\(name)\"\n"
        }
        return [text]
    }
}
