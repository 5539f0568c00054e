package import TextFiles

/// What was predicted of one film.
package enum FilmPrediction: Sendable {
    case table(FilmTable)
    case events(EventScores)

    /// Names by which labels may call the film.
    var names: [String] {
        switch self {
        case .table(let table): [table.film]
        case .events(let events): events.names
        }
    }

    /// What a message calls the film.
    var name: String {
        switch self {
        case .table(let table): table.film
        case .events(let events): events.name
        }
    }

    /// What stands in the files at `paths`, and in every file of a folder, as `text` opens them.
    static func readAll(
        _ paths: [String], from text: TextSource
    ) throws(EvaluationError) -> [FilmPrediction] {
        var predictions: [FilmPrediction] = []
        for path in paths {
            let sources = try EvaluationError.reading { () throws(TextFileError) in
                try FilmSource.readAll(path, from: text)
            }
            for source in sources { predictions += try of(source, path: path) }
        }
        return predictions
    }

    /// What stands in `file`: a table may be of several films.
    package static func read(_ file: TextFile) throws(EvaluationError) -> [FilmPrediction] {
        let source = try EvaluationError.reading { () throws(TextFileError) in try FilmSource.read(file) }
        return try of(source, path: file.path)
    }

    private static func of(
        _ source: FilmSource, path: String
    ) throws(EvaluationError) -> [FilmPrediction] {
        switch source {
        case .tables(let tables): tables.map(FilmPrediction.table)
        case .events(let events): [.events(events)]
        case .scenes:
            throw .mismatch(
                problem: "\(path) holds scene labels where predictions are expected",
                remedy: "give scores per shot or the events of scened")
        }
    }
}
