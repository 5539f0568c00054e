package import Timeline

/// Reads a list of cuts. The form is told from the content:
///
/// - lines: `120` (a frame: the first of the new shot), `4.8` or `4.8s` (seconds), `00:00:04.800`, or two of them (first and
///   last mixed picture of a gradual change); commas or blanks between, `#` begins a comment;
/// - PySceneDetect's list of scenes (CSV, with or without its line of timecodes): frames, which it counts from 1, or seconds
///   where both disagree;
/// - TransNetV2's `.scenes.txt`: first and last frame of each shot; told by that name, or from the first shot, which
///   begins with frame 0;
/// - the events of scened: its `shot` events;
/// - JSON lines: `{"frame":120}`, `{"t":4.8}`, `{"first":110,"last":118}`, or what begins with a shot:
///   `{"start_frame":120}`, `{"start":4.8}` (seconds);
/// - JSON: `[120,300]` or `{"cuts":[120,300],"gradual":[{"start":110,"end":118}]}`.
///
/// An empty list is allowed where the form can be told: a film of one shot. The start of the film is no cut;
/// an entry at 0 is left out.
package enum CutListFile {
    /// Reads the file at `path`.
    package static func read(path: String) throws(TextFileError) -> CutList {
        try read(TextFile(path: path))
    }

    /// Reads a text that is there already.
    package static func read(_ file: TextFile) throws(TextFileError) -> CutList {
        var list = try readEntries(file)
        list.entries.removeAll { $0.at == .frame(0) || $0.at == .seconds(0) }
        for (left, right) in zip(list.entries, list.entries.dropFirst()) {
            let isOrdered =
                switch (left.at, right.at) {
                case (.frame(let left), .frame(let right)): left < right
                case (.seconds(let left), .seconds(let right)): left < right
                default: false
                }
            guard isOrdered else {
                throw file.malformed(
                    "the cuts at \(left.at) and \(right.at) are not in order, or not in one unit",
                    remedy: "list every cut once, in order of time, all in frames or all in seconds")
            }
        }
        return list
    }

    private static func readEntries(_ file: TextFile) throws(TextFileError) -> CutList {
        guard let first = file.lines.first(where: { !$0.text.hasPrefix("#") }) else {
            return CutList(entries: [])
        }
        if file.path.hasSuffix(".scenes.txt") || isListOfShots(file) { return try readShots(file) }
        if first.text.hasPrefix("Timecode List") || first.text.hasPrefix("Scene Number") {
            return try readSceneDetect(file)
        }
        if first.text.hasPrefix("[") || first.text.hasPrefix("{") { return try readJSON(file) }
        return try readLines(file)
    }

    // MARK: Lines

    private static func readLines(_ file: TextFile) throws(TextFileError) -> CutList {
        let remedy =
            "write a frame (120), seconds (4.8) or a timecode, or two of them for a gradual change, on each line"
        var entries: [CutList.Entry] = []
        for line in file.lines {
            let content = line.text.prefix { $0 != "#" }
            let fields = content.split { $0 == "," || $0.isWhitespace }
            guard !fields.isEmpty else { continue }
            let positions = fields.compactMap { position($0) }
            guard positions.count == fields.count, positions.count <= 2 else {
                throw file.malformed(
                    "'\(line.text)' is no place in a film", line: line.number, remedy: remedy)
            }
            guard positions.count == 2 else {
                entries.append(CutList.Entry(at: positions[0]))
                continue
            }
            guard let entry = gradual(positions[0], positions[1]) else {
                throw file.malformed(
                    "'\(line.text)' is not first and last of a mixed range", line: line.number, remedy: remedy
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

    /// The greatest frame number or count of seconds a list may hold.
    static let limit = 1e9

    private static func position(_ field: Substring) -> FilmPosition? {
        if let frame = Int64(field) { return frame >= 0 && Double(frame) <= limit ? .frame(frame) : nil }
        if field.contains(":") {
            let parts = field.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) ?? -1 }
            guard parts.count == 3, parts.allSatisfy({ $0 >= 0 && $0 <= limit }) else { return nil }
            return .seconds((parts[0] * 60 + parts[1]) * 60 + parts[2])
        }
        guard let seconds = Double(field.hasSuffix("s") ? field.dropLast() : field), seconds.isFinite,
            seconds >= 0,
            seconds <= limit
        else { return nil }
        return .seconds(seconds)
    }

    // MARK: Lists of shots

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
            guard fields.count == 2, fields[0] <= fields[1], fields[0] > end ?? -1, fields[1] <= Int64(limit)
            else {
                throw file.malformed(
                    "'\(line.text)' is not the first and the last frame of the next shot", line: line.number,
                    remedy: "write 'first last' in frame numbers on each line, in order of time")
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
