internal import MediaInput
internal import Platform
internal import SceneEvaluation
package import SceneModel
internal import SceneSegmentation
internal import SceneTraining
internal import TensorFiles
internal import TensorKernels
internal import Timeline

/// MovieNet's layout as BaSSL's code keeps it: annotations `anno.*.ndjson`, one object a shot, and one file
/// of one embedding for each shot, `<features>/<video_id>/shot_<shot_id>.npy` (or without `shot_`), or its
/// key frames as pictures.
package struct MovieNetFolder {
    /// Folder with one folder of features per film.
    package var features: String
    /// Annotation files.
    package var annotations: [String]
    /// `shot_movie318`: `<video_id>.txt` with first and last frame of each shot, 24 a second; nil: every shot
    /// counts as one second.
    package var shotRanges: String?
    /// Embeds shots that have key frames (`shot_0000_img_0.jpg` and so on) in the place of a vector.
    package var encoder: ImageShotEncoder?

    package init(
        features: String, annotations: [String], shotRanges: String? = nil,
        encoder: ImageShotEncoder? = nil
    ) {
        self.features = features
        self.annotations = annotations
        self.shotRanges = shotRanges
        self.encoder = encoder
    }

    /// Reads every annotated film. A label of -1 counts as a boundary, as in BaSSL's code. `report` hears of
    /// each film.
    package func read(
        isStopped: () -> Bool, report: (_ film: String, _ number: Int, _ count: Int) -> Void
    ) throws(TrainingDataError) -> [ReadFilm] {
        var films: [ReadFilm] = []
        var known: [String: String] = [:]
        for path in annotations {
            let tables: [BoundaryLabels]
            do {
                tables = try BoundaryLabels.read(path)
            } catch {
                throw TrainingDataError(error)
            }
            for (number, table) in tables.enumerated() {
                guard !isStopped() else { throw TrainingDataError(.interrupted, "") }
                guard case .shots(let labels) = table.form, let id = table.names.first else {
                    throw TrainingDataError(
                        .unusable,
                        "\(path): not MovieNet's annotations: each line needs 'video_id' and 'shot_id'")
                }
                if let other = known.updateValue(path, forKey: id) {
                    throw TrainingDataError(
                        .unusable,
                        "film '\(id)' is annotated twice, in '\(other)' and '\(path)': name it once")
                }
                report(id, number + 1, tables.count)
                films.append(try film(id, labels, isStopped: isStopped))
            }
        }
        return films
    }

    private func film(
        _ id: String, _ labels: [Int: Bool?], isStopped: () -> Bool
    ) throws(TrainingDataError) -> ReadFilm {
        guard !id.contains("/"), id != ".." else {
            throw TrainingDataError(.unusable, "'\(id)' names no film: correct the annotations")
        }
        var (values, shares): ([Float], [Float]) = ([], [])
        var width = 0
        let shots = labels.keys.sorted()
        let frames = Dictionary(
            uniqueKeysWithValues: try KeyFrameFolder.shots("\(features)/\(id)").map { ($0.number, $0.files) })
        for shot in shots {
            guard !isStopped() else { throw TrainingDataError(.interrupted, "") }
            let reading = try self.reading(id, shot, frames[shot] ?? [])
            let row = reading.embedding
            shares += reading.genreShares ?? []
            guard width == 0 || row.count == width else {
                throw TrainingDataError(
                    .unusable,
                    "\(features)/\(id): shots have \(width) and \(row.count) numbers: extract them again")
            }
            width = row.count
            values += row
        }
        let durations = try Self.durations(id, shots: shots, shotRanges)
        var film = TrainingFilm(
            id: id, embeddings: Matrix(rows: shots.count, columns: width, values: values),
            durations: durations, labels: shots.map { (labels[$0] ?? true) ?? true })
        let genres = encoder?.genres
        if let genres, shares.count == shots.count * genres.names.count {
            film.genreShares = Matrix(rows: shots.count, columns: genres.names.count, values: shares)
        }
        return ReadFilm(
            film: film, shotOfRow: Array(shots.indices), ends: nil, encoder: encoder?.name,
            genreDigest: film.genreShares == nil ? nil : genres?.digest)
    }

    /// Seconds of a film's shots, from the folder of their ranges; 1 each without it.
    static func durations(
        _ id: String, shots: [Int], _ folder: String?
    ) throws(TrainingDataError) -> [Double] {
        guard let folder else { return [Double](repeating: 1, count: shots.count) }
        let ranges: [ShotRange]
        do {
            ranges = try FilmTable.readRanges(path: "\(folder)/\(id).txt")
        } catch {
            throw TrainingDataError(.file(error))
        }
        guard let last = shots.last, last < ranges.count else {
            throw TrainingDataError(
                .unusable,
                "\(folder)/\(id).txt has \(ranges.count) shots, fewer than the annotations: give "
                    + "the ranges that belong to them")
        }
        guard let usable = ShotSeconds.usable(shots.map { (ranges[$0].end - ranges[$0].start) / 24 }) else {
            throw TrainingDataError(
                .unusable,
                "\(folder)/\(id).txt has a shot of more than \(Int(ShotSeconds.longest)) seconds: correct its frames"
            )
        }
        return usable
    }

    /// One shot's vector, with its shares of genres where an encoder reads its key frames; a leading side of
    /// 1 is folded away.
    private func reading(
        _ id: String, _ shot: Int, _ frames: [String]
    ) throws(TrainingDataError) -> ShotReading {
        let number = String(shot)
        let padded = String(repeating: "0", count: max(0, 4 - number.count)) + number
        let candidates = ["shot_\(padded).npy", "\(padded).npy", "shot_\(number).npy", "\(number).npy"]
        for name in candidates {
            let path = "\(features)/\(id)/\(name)"
            guard FileKind(path: path) != nil else { continue }
            guard let found = try ArrayFile(path: path).floats(ArrayFile.onlyName), !found.values.isEmpty,
                found.values.allSatisfy(\.isFinite), found.shape.filter({ $0 != 1 }).count <= 1
            else {
                throw TrainingDataError(.unusable, "\(path): no vector of finite numbers: extract it again")
            }
            return ShotReading(embedding: found.values, genreShares: nil)
        }
        if !frames.isEmpty {
            guard let encoder, let geometry = encoder.input.view else {
                throw TrainingDataError(
                    .unusable,
                    "\(features)/\(id) holds key frames: name the model that embeds them, --encoder MODEL")
            }
            var crops: [RGBPicture] = []
            for path in frames { crops.append(try KeyFrameFolder.picture(path, geometry, stop: StopFlag())) }
            return encoder.read(crops: crops)
        }
        throw TrainingDataError(
            .unreadable,
            "\(features)/\(id)/\(candidates[0]): No such file: extract the features of every annotated shot")
    }
}
