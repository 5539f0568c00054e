internal import TextFiles

/// Brings labels and predictions of the same films together.
///
/// Films are joined by name; one labeled film and one predicted film belong together whatever their names,
/// which a note says where they differ. A labeled film without predictions is an error, and so is one that
/// goes on where the predicted film is over; a predicted film without labels is left out.
struct FilmJoin {
    /// Label files or folders.
    var labels: [String]
    /// `shot_movie318` folder with `<film>.txt`, or one such file for one film; nil: ranges come from the
    /// tables.
    var shotRanges: String?
    /// Seconds between a labeled scene start and a shot start that still belong together.
    var tolerance: Double
    var matching: BoundaryMatching

    struct Result {
        var films: [EvaluatedFilm] = []
        var notes: [String] = []
    }

    /// `text` opens labels.
    func join(
        _ predictions: [FilmPrediction], from text: TextSource
    ) throws(EvaluationError) -> Result {
        var sources: [FilmSource] = []
        for path in labels {
            sources += try EvaluationError.reading { () throws(TextFileError) in
                try FilmSource.readLabels(path, from: text)
            }
        }
        var tables: [FilmTable] = []
        var scenes: [SceneLabels] = []
        for source in sources {
            switch source {
            case .tables(let films): tables += films
            case .scenes(let film): scenes.append(film)
            case .events(let events) where events.isCorrected: scenes.append(SceneLabels(events))
            case .events(let events):
                throw .mismatch(
                    problem: "an event stream ('\(events.names.first ?? "")') stands among the labels",
                    remedy: "give it as predictions, or correct it first (scened correct)")
            }
        }
        let names = tables.map(\.film) + scenes.map(\.film)
        if let twice = names.firstIndex(where: { name in names.count { $0 == name } > 1 }) {
            throw .mismatch(
                problem: "film '\(names[twice])' is labeled twice",
                remedy: "give every film one set of labels")
        }
        var result = Result()
        var used = Set<Int>()
        func prediction(for film: String) throws(EvaluationError) -> FilmPrediction {
            let only = names.count == 1 && predictions.count == 1
            let found = predictions.indices.filter { only || predictions[$0].names.contains(film) }
            guard let first = found.first else {
                throw .mismatch(
                    problem: "film '\(film)' has labels but no predictions",
                    remedy: "predict it, or leave its labels out")
            }
            guard found.count == 1 else {
                throw .mismatch(
                    problem: "film '\(film)' is predicted \(found.count) times",
                    remedy: "give every film one set of predictions")
            }
            used.insert(first)
            if !predictions[first].names.contains(film) {
                result.notes.append(
                    "the labels are of '\(film)', the predictions of '\(predictions[first].name)': one film each, so "
                        + "they count as the same film")
            }
            return predictions[first]
        }
        for table in tables {
            switch try prediction(for: table.film) {
            case .table(let scores): result.films.append(try join(table, scores, notes: &result.notes))
            case .events(let events): result.films.append(try join(table, events, notes: &result.notes))
            }
        }
        for labels in scenes {
            guard case .events(let events) = try prediction(for: labels.film) else {
                throw .mismatch(
                    problem:
                        "film '\(labels.film)' is labeled in time, but its predictions have no shot times",
                    remedy: "give the events of scened, or labels per shot")
            }
            let placed = labels.fromFirstPicture(events.startOffset)
            try checkEnd(of: placed, events, &result.notes)
            let film = matching.join(placed, events, tolerance: tolerance)
            note(events, film: film.id, &result.notes)
            if film.gapLabels > 0 {
                result.notes.append(
                    "film '\(film.id)': labeled boundaries at gaps of the run, where nothing can be decided, left "
                        + "out: \(film.gapLabels)")
            }
            if !events.insides.isEmpty {
                result.notes.append(
                    "film '\(film.id)': places inside shots that the run judged, which count like ends of shots: "
                        + "\(events.insides.count)")
            }
            result.films.append(film)
        }
        guard result.films.contains(where: { !$0.rankedShots.isEmpty }) else {
            throw .mismatch(problem: "no labeled shot was found", remedy: "check the labels")
        }
        if used.count < predictions.count {
            result.notes.append(
                "predicted films without labels, left out: \(predictions.count - used.count)")
        }
        return result
    }

    /// Seconds behind the end of a run at which a labeled scene may begin: lists round up to seconds.
    private static let roomAtEnd = 1.0

    /// Throws where scenes begin behind the end of a run: some of them, where the film is over, or all but
    /// the first, where the run broke off; else notes them.
    private func checkEnd(
        of labels: SceneLabels, _ events: EventScores, _ notes: inout [String]
    ) throws(EvaluationError) {
        let starts = labels.boundaries.map(\.upperBound)
        let beyond = starts.filter { $0 > events.end + max(tolerance, Self.roomAtEnd) }
        guard let first = beyond.first else { return }
        let (end, start) = (Self.decimal(events.end), Self.decimal(first))
        let text =
            "film '\(labels.film)': labeled scenes that begin beyond the end of the run at \(end) s: "
            + "\(beyond.count), the first at \(start) s"
        guard !events.isWhole, beyond.count < starts.count else {
            throw .mismatch(problem: text, remedy: "give the labels of this film")
        }
        notes.append(text + "; the run broke off before, and they count as missed")
    }

    /// Files may name any second.
    private static func decimal(_ seconds: Double) -> String {
        Decimals.fixed(min(seconds, 1e9), digits: 1)
    }

    private func note(_ events: EventScores, film: String, _ notes: inout [String]) {
        if !events.hasScores {
            notes.append(
                "film '\(film)': the events hold no scores; shots without a boundary are ranked with score 0")
        }
    }

    private func join(
        _ labels: FilmTable, _ scores: FilmTable, notes: inout [String]
    ) throws(EvaluationError) -> EvaluatedFilm {
        let rows = Dictionary(uniqueKeysWithValues: scores.rows.map { ($0.shot, $0) })
        let ranges = try ranges(of: labels.film)
        var shots: [EvaluatedShot] = []
        for row in labels.rows {
            guard let label = row.label else { continue }
            guard let prediction = rows[row.shot], let score = prediction.score else {
                throw .mismatch(
                    problem: "film '\(labels.film)': shot \(row.shot) has a label but no score",
                    remedy: "score every labeled shot, or label it -1")
            }
            if let ranges, row.shot >= ranges.count {
                throw .mismatch(
                    problem:
                        "film '\(labels.film)': shot \(row.shot) lies beyond the \(ranges.count) frame ranges",
                    remedy: "give the frame ranges that belong to the labels")
            }
            shots.append(
                EvaluatedShot(
                    index: row.shot, range: ranges?[row.shot] ?? row.range ?? prediction.range,
                    isBoundary: label,
                    score: score))
        }
        noteUnlabeled(labels, &notes)
        return EvaluatedFilm(id: labels.film, shots: shots)
    }

    /// Events against labels per shot: shots are the same ones, by position. The last shot's end is not
    /// decided, so it is not ranked.
    private func join(
        _ labels: FilmTable, _ events: EventScores, notes: inout [String]
    ) throws(EvaluationError) -> EvaluatedFilm {
        guard let last = labels.rows.last?.shot, last == events.shots.count - 1 else {
            throw .mismatch(
                problem:
                    "film '\(labels.film)': \(events.shots.count) shots in the events do not fit labels up to shot "
                    + "\(labels.rows.last?.shot ?? 0)",
                remedy: "run scened on the labeled shots, or give scene labels in time")
        }
        noteUnlabeled(labels, &notes)
        note(events, film: labels.film, &notes)
        return EvaluatedFilm(
            id: labels.film,
            shots: labels.rows.compactMap { row in
                // The last shot is not judged, and stays as what the film ends with.
                guard let label = row.shot == last ? row.label ?? false : row.label else { return nil }
                let shot = events.shots[row.shot]
                return EvaluatedShot(
                    index: row.shot, range: shot.range, isBoundary: label, score: shot.score,
                    decision: shot.isDecided)
            },
            ticksPerSecond: 1, endClosesScene: true)
    }

    private func noteUnlabeled(_ labels: FilmTable, _ notes: inout [String]) {
        let count = labels.rows.count { $0.label == nil }
        if count > 0 { notes.append("film '\(labels.film)': shots without a label, left out: \(count)") }
    }

    private func ranges(of film: String) throws(EvaluationError) -> [ShotRange]? {
        guard let shotRanges else { return nil }
        return try EvaluationError.reading { () throws(TextFileError) in
            let isFile = try TextFile.expand(shotRanges) == [shotRanges]
            return try FilmTable.readRanges(path: isFile ? shotRanges : shotRanges + "/\(film).txt")
        }
    }
}
