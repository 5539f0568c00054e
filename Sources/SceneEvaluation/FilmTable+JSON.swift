internal import TextFiles

extension FilmTable {
    /// One shot of the BaSSL annotation files (`anno.*.ndjson`).
    struct AnnotatedShot: Decodable {
        var video_id: String
        var shot_id: Number
        var boundary_label: Int
    }

    /// An integer, as a number or as digits in a string.
    struct Number: Decodable {
        var value: Int

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let value = try? container.decode(Int.self) {
                self.value = value
                return
            }
            guard let value = Int(try container.decode(String.self)) else {
                throw DecodingError.typeMismatch(
                    Int.self, .init(codingPath: container.codingPath, debugDescription: "no integer"))
            }
            self.value = value
        }
    }

    /// Labels as BaSSL keeps them: one JSON object per shot.
    static func readAnnotations(_ file: TextFile) throws(TextFileError) -> [FilmTable] {
        let shots = try file.decodeLines(
            AnnotatedShot.self, remedy: "each line needs 'video_id', 'shot_id' and 'boundary_label'")
        var builder = FilmTableBuilder(file)
        for (line, shot) in shots {
            let label = try builder.label(shot.boundary_label, line: line)
            try builder.add(Row(shot: shot.shot_id.value, label: label), film: shot.video_id, line: line)
        }
        return try builder.tables()
    }

    /// One shot of a list of shots.
    struct ListedShot: Decodable {
        var film: String?
        var shot: Number
        var label: Int?
        var score: Double?
        var start: Double?
        var end: Double?
    }

    /// A JSON array of `{"film":...,"shot":...,"label":...,"score":...,"start":...,"end":...}`; all but
    /// `shot` and one of `label` and `score` may be missing.
    static func readShotList(_ file: TextFile) throws(TextFileError) -> [FilmTable] {
        let remedy = "each entry needs 'shot' and 'label' or 'score'"
        let shots = try file.decode([ListedShot].self, remedy: remedy)
        var builder = FilmTableBuilder(file)
        for shot in shots {
            guard shot.label != nil || shot.score != nil else {
                throw file.malformed("shot \(shot.shot.value) has neither label nor score", remedy: remedy)
            }
            var row = Row(shot: shot.shot.value, score: shot.score)
            if let value = shot.label { row.label = try builder.label(value, line: nil) }
            if let start = shot.start, let end = shot.end { row.range = ShotRange(start: start, end: end) }
            try builder.add(row, film: shot.film ?? file.stem, line: nil)
        }
        return try builder.tables()
    }

    /// Films as columns: `{"films":[{"id":...,"start":[...],"end":[...],"label":[...],"score":[...]}]}`. The
    /// names `videos`, `gt` and `prob` are understood as well.
    struct FilmColumns: Decodable {
        struct Film: Decodable {
            var id: String
            var start: [Double]?
            var end: [Double]?
            var label: [Int]?
            var score: [Double]?
            var gt: [Int]?
            var prob: [Double]?
        }

        var films: [Film]?
        var videos: [Film]?
    }

    static func readFilmColumns(_ file: TextFile) throws(TextFileError) -> [FilmTable] {
        let document = try file.decode(
            FilmColumns.self, remedy: "write {\"films\":[{\"id\":...,\"label\":[...],\"score\":[...]}]}")
        var builder = FilmTableBuilder(file)
        for film in (document.films ?? []) + (document.videos ?? []) {
            let labels = film.label ?? film.gt
            let scores = film.score ?? film.prob
            guard let count = labels?.count ?? scores?.count,
                [labels?.count, scores?.count, film.start?.count, film.end?.count].allSatisfy({
                    $0 ?? count == count
                })
            else {
                throw file.malformed(
                    "the lists of film '\(film.id)' differ in length or are missing",
                    remedy: "give 'label' or 'score', and one entry per shot in every list")
            }
            for shot in 0..<count {
                var row = Row(shot: shot, score: scores?[shot])
                if let value = labels?[shot] { row.label = try builder.label(value, line: nil) }
                if let start = film.start?[shot], let end = film.end?[shot] {
                    row.range = ShotRange(start: start, end: end)
                }
                try builder.add(row, film: film.id, line: nil)
            }
        }
        return try builder.tables()
    }
}
