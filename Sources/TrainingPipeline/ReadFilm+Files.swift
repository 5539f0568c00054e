internal import SceneModel
internal import ScenePipeline
internal import SceneSegmentation
internal import SceneTraining
internal import TensorFiles
internal import TensorKernels
internal import Timeline

extension ReadFilm {
    /// Reads what `embed` wrote, or simple arrays: embeddings [N, E] (`array`, else `embeddings`, else the
    /// only matrix of floats; `array` may name several with commas between, by which shots are compared);
    /// `boundary` or `labels` [N], 1 where a scene ends with the shot; `durations` [N] in seconds, or `shots`
    /// [N, 2], first and last frame, with `fps` (25 if absent); `genre_affinity` [N, genres].
    init(file path: String, array: String?) throws(TrainingDataError) {
        let arrays = try ArrayFile(path: path)
        if array == nil, arrays.names.contains("part_start_pts"), arrays.names.contains("embeddings") {
            do {
                self = try ReadFilm(EmbeddingRecord(path: path), id: Self.name(path))
                return
            } catch let error as EmbeddingFileError {
                throw TrainingDataError(error)
            } catch let error as TrainingDataError {
                throw error
            } catch {
                throw TrainingDataError(.unusable, "\(path): \(error)")
            }
        }
        try self.init(arrays, id: Self.name(path), array: array)
    }

    /// The record's parts, one row each.
    init(_ record: EmbeddingRecord, id: String) throws(TrainingDataError) {
        let parts = record.encodedParts
        guard !parts.isEmpty else {
            throw TrainingDataError(.unusable, "film '\(id)' has no shots: leave it out")
        }
        let clock = record.info.media.clock
        var film = TrainingFilm(
            id: id,
            embeddings: Matrix(
                rows: parts.count, columns: record.info.dimension, values: parts.flatMap(\.embedding)),
            durations: parts.map(\.duration), entries: parts.map { $0.entry?.kind ?? .cut })
        if let genres = record.info.genres {
            let none = [Float](repeating: 0, count: genres.names.count)
            film.genreShares = Matrix(
                rows: parts.count, columns: genres.names.count,
                values: parts.flatMap { $0.genreShares ?? none })
        }
        for (place, further) in (record.info.further ?? []).enumerated() {
            film.furtherEmbeddings.append(
                Matrix(
                    rows: parts.count, columns: further.dimension,
                    values: parts.flatMap { $0.furtherEmbeddings[place] }))
        }
        film.furtherEncoders = (record.info.further ?? []).map(\.encoder)
        film.cues = ComparedCues(encoders: [record.info.encoder] + film.furtherEncoders)
        film.shotEnds = parts.indices.filter { parts[$0].isLastOfShot }
        let gaps = record.rowGaps
        film.restarts = gaps.filter(\.flushes).map { $0.row + 1 }
        self.init(
            film: film, shotOfRow: parts.map(\.shotIndex), ends: parts.map { clock.seconds(at: $0.end.pts) },
            encoder: record.info.encoder, encoderDigest: record.info.digest,
            split: record.info.options.split, genreDigest: record.info.genres?.digest)
        startOffset = Double(record.info.media.summary.startOffset) / 1_000_000
        self.gaps = gaps.map {
            (row: $0.row, seconds: clock.seconds(at: $0.gap.start.pts)...clock.seconds(at: $0.gap.end.pts))
        }
    }

    private init(_ arrays: ArrayFile, id: String, array: String?) throws(TrainingDataError) {
        func unusable(_ what: String) -> TrainingDataError {
            TrainingDataError(.unusable, "\(arrays.path): \(what)")
        }
        var chosen = array ?? (arrays.names.contains("embeddings") ? "embeddings" : nil)
        if chosen == nil {
            var matrices: [String] = []
            for name in arrays.names where name != "shots" && name != "scenes" {
                if let found = try arrays.floats(name), found.shape.count == 2 { matrices.append(name) }
            }
            if matrices.count == 1 { chosen = matrices[0] }
        }
        func matrix(_ name: String) throws(TrainingDataError) -> Matrix {
            guard let found = try arrays.floats(name), found.shape.count == 2, found.shape[0] > 0,
                found.shape[1] > 0
            else {
                throw unusable(
                    "no embeddings [shots, width] named \(name) among \(arrays.names.prefix(12).joined(separator: ", ")): "
                        + "name the array with --array")
            }
            guard found.values.allSatisfy(\.isFinite) else {
                throw unusable("array \(name) holds what is not a number: compute it again")
            }
            return Matrix(rows: found.shape[0], columns: found.shape[1], values: found.values)
        }
        let names = chosen?.split(separator: ",").map(String.init) ?? []
        let embeddings = try matrix(names.first ?? "embeddings")
        let count = embeddings.rows
        var further: [Matrix] = []
        for name in names.dropFirst() {
            further.append(try matrix(name))
            guard further.last?.rows == count else {
                throw unusable(
                    "arrays \(names[0]) and \(name) hold \(count) and \(further.last?.rows ?? 0) shots: name arrays of the same shots"
                )
            }
        }
        func column(_ name: String) throws(TrainingDataError) -> [Double]? {
            guard let column = try arrays.doubles(name) else { return nil }
            guard column.shape == [count], column.values.allSatisfy(\.isFinite) else {
                throw unusable(
                    "array \(name) has shape \(column.shape), expected [\(count)] numbers: correct it")
            }
            return column.values
        }
        let span = "from 0 to \(Int(ShotSeconds.longest)) seconds"
        let told = try column("durations")
        var durations = told.flatMap(ShotSeconds.usable)
        guard told == nil || durations != nil else {
            throw unusable(
                "array durations holds what is not the length of a shot: give each shot's, \(span)")
        }
        var ends: [Double]?
        if let ranges = try arrays.doubles("shots"), ranges.shape == [count, 2] {
            let rate = try arrays.doubles("fps")?.values.first ?? 25
            guard rate > 0, rate.isFinite else {
                throw unusable("fps is not a rate: give pictures per second")
            }
            ends = (0..<count).map { (ranges.values[2 * $0 + 1] + 1) / rate }
            let lengths = (0..<count).map {
                (ranges.values[2 * $0 + 1] - ranges.values[2 * $0] + 1) / rate
            }
            guard let usable = ShotSeconds.usable(lengths), ends?.allSatisfy(\.isFinite) ?? false else {
                throw unusable(
                    "array shots holds a shot that ends before it begins, or lasts too long: give first and last frame "
                        + "of each shot, and fps, so that it lasts \(span)")
            }
            durations = durations ?? usable
        } else if let told {
            var end = 0.0
            ends = told.map {
                end += $0
                return end
            }
        }
        var labels = try column("boundary")
        if labels == nil { labels = try column("labels") }
        var film = TrainingFilm(
            id: id, embeddings: embeddings,
            durations: durations ?? Array(repeating: 1, count: count),
            labels: labels.map { $0.map { $0 != 0 } })
        film.furtherEmbeddings = further
        film.furtherEncoders = Array(names.dropFirst())
        film.cues = ComparedCues(encoders: Array(repeating: "", count: max(1, names.count)))
        if let shares = try arrays.floats("genre_affinity") {
            guard shares.shape.count == 2, shares.shape[0] == count, shares.values.allSatisfy(\.isFinite)
            else { throw unusable("array genre_affinity has shape \(shares.shape): compute it again") }
            film.genreShares = Matrix(rows: count, columns: shares.shape[1], values: shares.values)
        }
        self.init(
            film: film, shotOfRow: Array(0..<count), ends: ends, encoder: nil)
    }

    /// A film's name: its file's, without folders and extension.
    static func name(_ path: String) -> String {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        guard let dot = file.lastIndex(of: "."), dot != file.startIndex else { return file }
        return String(file[..<dot])
    }
}
