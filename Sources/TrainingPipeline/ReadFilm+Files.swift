internal import SceneModel
internal import ScenePipeline
internal import SceneSegmentation
internal import SceneTraining
internal import TensorFiles
internal import TensorKernels
internal import Timeline

extension ReadFilm {
    /// Reads what `embed` wrote, or simple arrays: embeddings [N, E] (`array`, else `embeddings`, else the
    /// only matrix of floats); `boundary` or `labels` [N], 1 where a scene ends with the shot; `durations`
    /// [N] in seconds, or `shots` [N, 2], first and last frame, with `fps` (25 if absent); `genre_affinity`
    /// [N, genres].
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
        film.shotEnds = parts.indices.filter { parts[$0].isLastOfShot }
        self.init(
            film: film, shotOfRow: parts.map(\.shotIndex), ends: parts.map { clock.seconds(at: $0.end.pts) },
            encoder: record.info.encoder, encoderDigest: record.info.digest,
            genreDigest: record.info.genres?.digest)
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
        guard let chosen, let found = try arrays.floats(chosen), found.shape.count == 2, found.shape[0] > 0,
            found.shape[1] > 0
        else {
            throw unusable(
                "no embeddings [shots, width] named \(array ?? "embeddings") among \(arrays.names.prefix(12).joined(separator: ", ")): "
                    + "name the array with --array")
        }
        guard found.values.allSatisfy(\.isFinite) else {
            throw unusable("array \(chosen) holds what is no number: compute it anew")
        }
        let count = found.shape[0]
        func column(_ name: String) throws(TrainingDataError) -> [Double]? {
            guard let column = try arrays.doubles(name) else { return nil }
            guard column.shape == [count], column.values.allSatisfy(\.isFinite) else {
                throw unusable(
                    "array \(name) has shape \(column.shape), expected [\(count)] numbers: correct it")
            }
            return column.values
        }
        var durations = try column("durations")
        var ends: [Double]?
        if let ranges = try arrays.doubles("shots"), ranges.shape == [count, 2] {
            let rate = try arrays.doubles("fps")?.values.first ?? 25
            guard rate > 0, rate.isFinite else { throw unusable("fps is no rate: give pictures per second") }
            ends = (0..<count).map { (ranges.values[2 * $0 + 1] + 1) / rate }
            let lengths = (0..<count).map {
                (ranges.values[2 * $0 + 1] - ranges.values[2 * $0] + 1) / rate
            }
            durations = durations ?? lengths
        } else if let durations {
            var end = 0.0
            ends = durations.map {
                end += $0
                return end
            }
        }
        var labels = try column("boundary")
        if labels == nil { labels = try column("labels") }
        var film = TrainingFilm(
            id: id, embeddings: Matrix(rows: count, columns: found.shape[1], values: found.values),
            durations: durations?.map { max($0, 0.04) } ?? Array(repeating: 1, count: count),
            labels: labels.map { $0.map { $0 != 0 } })
        if let shares = try arrays.floats("genre_affinity") {
            guard shares.shape.count == 2, shares.shape[0] == count, shares.values.allSatisfy(\.isFinite)
            else { throw unusable("array genre_affinity has shape \(shares.shape): compute it anew") }
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
