package import TextFiles

extension FilmTable {
    /// Labels of one film as LGSS keeps them (`label318/<film>.txt`): `shot label` on each line. The film is
    /// the file's name.
    static func readLabelList(_ file: TextFile) throws(TextFileError) -> [FilmTable] {
        var builder = FilmTableBuilder(file)
        for line in file.lines {
            let fields = line.text.split(whereSeparator: \.isWhitespace)
            guard fields.count == 2, let shot = Int(fields[0]), let value = Int(fields[1]) else {
                throw file.malformed(
                    "'\(line.text)' is not a shot and its label", line: line.number,
                    remedy: "write two integers on each line")
            }
            let label = try builder.label(value, line: line.number)
            try builder.add(Row(shot: shot, label: label), film: file.stem, line: line.number)
        }
        return try builder.tables()
    }

    /// Frame ranges of one film's shots as MovieNet keeps them (`shot_movie318/<film>.txt`): `start end` and
    /// key frames on each line; the line's position is the shot.
    package static func readRanges(path: String) throws(TextFileError) -> [ShotRange] {
        let file = try TextFile(path: path)
        var ranges: [ShotRange] = []
        for line in file.lines {
            let fields = line.text.split(whereSeparator: \.isWhitespace)
            guard fields.count >= 2, let start = Int(fields[0]), let end = Int(fields[1]), start <= end else {
                throw file.malformed(
                    "'\(line.text)' does not begin with a first and a last frame", line: line.number,
                    remedy: "write 'start end key key key' in frame numbers on each line")
            }
            ranges.append(ShotRange(start: Double(start), end: Double(end)))
        }
        return ranges
    }

    /// Comma-separated values with a header line. Columns, in any order: `shot`, and any of `film` (the
    /// file's name where it is missing), `label`, `score`, `start` and `end` (frames); others are skipped.
    /// Names in the header count without regard to case; values are not quoted.
    static func readCSV(_ file: TextFile) throws(TextFileError) -> [FilmTable] {
        let remedy = "the header needs 'shot' and 'label' or 'score', and may have 'film', 'start', 'end'"
        guard let header = file.lines.first else { throw file.malformed("is empty", remedy: remedy) }
        let names = fields(header.text).map { $0.lowercased() }
        guard let shotColumn = names.firstIndex(of: "shot"),
            names.contains("label") || names.contains("score")
        else { throw file.malformed("the header lacks a column", line: header.number, remedy: remedy) }
        var builder = FilmTableBuilder(file)
        for line in file.lines.dropFirst() {
            let values = fields(line.text)
            guard values.count == names.count else {
                throw file.malformed(
                    "has \(values.count) values under \(names.count) headings", line: line.number,
                    remedy: "give every column a value, without quotes")
            }
            func number<Value: LosslessStringConvertible>(_ name: String) throws(TextFileError) -> Value? {
                guard let column = names.firstIndex(of: name), !values[column].isEmpty else { return nil }
                guard let value = Value(values[column]) else {
                    throw file.malformed(
                        "'\(values[column])' is not a number for '\(name)'", line: line.number,
                        remedy: "write plain numbers with a decimal point")
                }
                return value
            }
            guard let shot = Int(values[shotColumn]) else {
                throw file.malformed(
                    "'\(values[shotColumn])' is not a shot number", line: line.number,
                    remedy: "count the shots of a film from 0")
            }
            var row = Row(shot: shot, score: try number("score"))
            if let value: Int = try number("label") {
                row.label = try builder.label(value, line: line.number)
            }
            if let start: Double = try number("start"), let end: Double = try number("end") {
                row.range = ShotRange(start: start, end: end)
            }
            let film = names.firstIndex(of: "film").map { values[$0] } ?? file.stem
            try builder.add(row, film: film, line: line.number)
        }
        return try builder.tables()
    }

    private static func fields(_ line: String) -> [String] {
        line.split(separator: ",", omittingEmptySubsequences: false).map { field in
            String(field.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        }
    }
}
