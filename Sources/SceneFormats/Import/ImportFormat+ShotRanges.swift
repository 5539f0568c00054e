internal import TextFiles
internal import Timeline

extension ImportFormat {
    /// TransNetV2's `.scenes.txt`: first and last frame of each shot; told by that name, or from the first
    /// shot, which begins with frame 0.
    static let shotRanges = ImportFormat(
        name: "shot ranges", remedy: "write 'first last' in frame numbers on each line, in order of time",
        recognizes: { file in
            !file.beginning.isEmpty && (file.path.hasSuffix(".scenes.txt") || isListOfShots(file))
        }, read: readShots)

    /// Two frames on every line, 0 first: a gradual change cannot begin with the film.
    private static func isListOfShots(_ file: TextFile) -> Bool {
        let isPair = file.lines.allSatisfy { line in
            let fields = line.text.split(whereSeparator: \.isWhitespace)
            return fields.count == 2 && fields.allSatisfy { Int64($0) != nil }
        }
        return isPair && file.lines.first?.text.split(whereSeparator: \.isWhitespace).first == "0"
    }

    /// First and last frame of each shot. Frames between two shots are mixed ones.
    private static func readShots(_ file: TextFile) throws(TextFileError) -> CutList {
        var entries: [CutList.Entry] = []
        var end: Int64?
        for line in file.lines {
            let fields = line.text.split(whereSeparator: \.isWhitespace).compactMap { Int64($0) }
            guard fields.count == 2, fields[0] <= fields[1], fields[0] > end ?? -1,
                fields[1] <= Int64(CutListFile.limit)
            else {
                throw file.malformed(
                    "'\(line.text)' is not the first and the last frame of the next shot", line: line.number,
                    remedy: shotRanges.remedy)
            }
            if let end {
                let isHard = fields[0] == end + 1
                entries.append(
                    isHard ? CutList.Entry.cut(fields[0]) : CutList.Entry.gradual(end + 1, fields[0] - 1))
            }
            end = fields[1]
        }
        return CutList(entries: entries, pictureCount: end.map { $0 + 1 })
    }
}
