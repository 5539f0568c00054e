internal import TextFiles

/// Labels and scores of one film, shot by shot, as one file gives them; what a file lacks is nil.
package struct FilmTable: Hashable, Sendable {
    package struct Row: Hashable, Sendable {
        /// Position of the shot in its film, from 0.
        package var shot: Int
        /// nil: no label column, or a label of -1 (not labeled).
        package var label: Bool?
        package var score: Double?
        package var range: ShotRange?
        package var decision: Bool?

        package init(
            shot: Int, label: Bool? = nil, score: Double? = nil, range: ShotRange? = nil,
            decision: Bool? = nil
        ) {
            self.shot = shot
            self.label = label
            self.score = score
            self.range = range
            self.decision = decision
        }
    }

    package var film: String
    /// In order of shot; each shot once.
    package var rows: [Row]

    package init(film: String, rows: [Row]) {
        self.film = film
        self.rows = rows
    }
}

/// Collects rows of many films in any order.
struct FilmTableBuilder {
    private let file: TextFile
    private var order: [String] = []
    private var rows: [String: [FilmTable.Row]] = [:]

    init(_ file: TextFile) { self.file = file }

    mutating func add(_ row: FilmTable.Row, film: String, line: Int?) throws(TextFileError) {
        guard row.shot >= 0 else {
            throw file.malformed(
                "shot \(row.shot) is negative", line: line, remedy: "count the shots of a film from 0")
        }
        if let score = row.score, !(score.isFinite && abs(score) <= 1e9) {
            throw file.malformed(
                "the score of shot \(row.shot) is not a usable number", line: line,
                remedy: "give a probability from 0 to 1")
        }
        if let range = row.range, !(range.start.isFinite && range.end.isFinite && range.start <= range.end) {
            throw file.malformed(
                "shot \(row.shot) ends before it starts", line: line,
                remedy: "give start and end in this order")
        }
        if rows[film] == nil { order.append(film) }
        rows[film, default: []].append(row)
    }

    func tables() throws(TextFileError) -> [FilmTable] {
        var tables: [FilmTable] = []
        for film in order {
            let sorted = (rows[film] ?? []).sorted { $0.shot < $1.shot }
            for (left, right) in zip(sorted, sorted.dropFirst()) where left.shot == right.shot {
                throw file.malformed(
                    "shot \(left.shot) of film '\(film)' stands in it twice",
                    remedy: "keep one entry per shot")
            }
            tables.append(FilmTable(film: film, rows: sorted))
        }
        guard !tables.isEmpty else {
            throw file.malformed("holds no shots", remedy: "check that it is the file you meant")
        }
        return tables
    }

    /// 0, 1 or -1 (not labeled).
    func label(_ value: Int, line: Int?) throws(TextFileError) -> Bool? {
        switch value {
        case 0: return false
        case 1: return true
        case -1: return nil
        default:
            throw file.malformed(
                "the label \(value) has no meaning", line: line,
                remedy: "use 1 (a scene ends with the shot), 0 or -1 (not labeled)")
        }
    }
}
