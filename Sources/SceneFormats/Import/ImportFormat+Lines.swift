internal import TextFiles
internal import Timeline

extension ImportFormat {
    /// A place on each line: `120` (a frame: the first of the new shot), `4.8` or `4.8s` (seconds),
    /// `00:00:04.800`, or two of them (first and last mixed picture of a gradual change); commas or blanks
    /// between, `#` begins a comment.
    static let lines = ImportFormat(
        name: "lines",
        remedy:
            "write a frame (120), seconds (4.8) or a timecode, or two of them for a gradual change, on each line",
        recognizes: { !$0.beginning.isEmpty }, read: readLines)

    private static func readLines(_ file: TextFile) throws(TextFileError) -> CutList {
        var entries: [CutList.Entry] = []
        for line in file.lines {
            let content = line.text.prefix { $0 != "#" }
            let fields = content.split { $0 == "," || $0.isWhitespace }
            guard !fields.isEmpty else { continue }
            let positions = fields.compactMap { position($0) }
            guard positions.count == fields.count, positions.count <= 2 else {
                throw file.malformed(
                    "'\(line.text)' is not a place in a film", line: line.number, remedy: lines.remedy)
            }
            guard positions.count == 2 else {
                entries.append(CutList.Entry(at: positions[0]))
                continue
            }
            guard let entry = gradual(positions[0], positions[1]) else {
                throw file.malformed(
                    "'\(line.text)' is not first and last of a mixed range", line: line.number,
                    remedy: lines.remedy
                )
            }
            entries.append(entry)
        }
        return CutList(entries: entries)
    }

    private static func gradual(_ first: FilmPosition, _ last: FilmPosition) -> CutList.Entry? {
        switch (first, last) {
        case (.frame(let first), .frame(let last)) where first <= last: CutList.Entry.gradual(first, last)
        case (.seconds(let start), .seconds(let end)) where start <= end:
            CutList.Entry(at: .seconds((start + end) / 2), mixed: .init(first: first, last: last))
        default: nil
        }
    }

    private static func position(_ field: Substring) -> FilmPosition? {
        if let frame = Int64(field) {
            return frame >= 0 && Double(frame) <= CutListFile.limit ? .frame(frame) : nil
        }
        if field.contains(":") {
            let parts = field.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) ?? -1 }
            guard parts.count == 3, parts.allSatisfy({ $0 >= 0 && $0 <= CutListFile.limit }) else {
                return nil
            }
            return .seconds((parts[0] * 60 + parts[1]) * 60 + parts[2])
        }
        guard let seconds = Double(field.hasSuffix("s") ? field.dropLast() : field), seconds.isFinite,
            seconds >= 0,
            seconds <= CutListFile.limit
        else { return nil }
        return .seconds(seconds)
    }
}
