extension ExportFormat {
    package static let ogm = ExportFormat(
        name: "ogm", suffix: ".ogm.txt", summary: "chapters of OGM tools, HandBrake and MP4Box",
        options: [.label, .of, .gaps], OGMWriter())
}

/// Chapters as OGM tools have them: a number, the start in milliseconds that are never before their picture,
/// and a name.
struct OGMWriter: LogWriter {
    func write(_ list: ExportList) throws(ExportError) -> [String] {
        var text = ""
        for (index, entry) in list.entries.enumerated() {
            try list.checkStart(of: entry, format: "ogm")
            let name = "CHAPTER\(padded(index + 1, to: 2))"
            text += "\(name)=\(clockText(milliseconds: list.milliseconds(entry.start)))\n"
            text += "\(name)NAME=\(singleLine(entry.label))\n"
        }
        return [text]
    }
}
