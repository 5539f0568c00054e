package import MediaInput
internal import Platform
package import SceneTraining
internal import Timeline

/// Key frames of shots as pictures on disk, in MovieNet's layout: `FOLDER/<film>/shot_0000_img_0.jpg`, `_1`,
/// `_2`.
package struct KeyFrameFolder: Sendable {
    package var path: String
    /// MovieNet's `shot_movie318`, for the lengths of shots; nil: all count as one second.
    package var shotRanges: String?

    package init(path: String, shotRanges: String? = nil) {
        self.path = path
        self.shotRanges = shotRanges
    }

    /// Every folder as a film, in order of name, its pictures cut to squares of `side` pixels from their
    /// middle: what training cuts its views from. All are kept in memory. `report` hears of each film.
    package func read(
        side: Int, stop: StopFlag, report: (_ film: String, _ number: Int, _ count: Int) -> Void
    ) throws(TrainingDataError) -> [KeyFrameFilm] {
        guard FileKind(path: path) == .folder, let names = try? PosixFiles().names(in: path) else {
            throw TrainingDataError(.unreadable, "cannot list '\(path)': check the path and its permissions")
        }
        let geometry = PictureGeometry(shortSide: side, cropSide: side)
        var films: [KeyFrameFilm] = []
        for (number, name) in names.sorted().enumerated() where !name.hasPrefix(".") {
            let shots = try Self.shots("\(path)/\(name)")
            guard !shots.isEmpty else { continue }
            report(name, number + 1, names.count)
            var pictures: [[RGBPicture]] = []
            for shot in shots {
                guard !stop.isRaised else { throw TrainingDataError(.interrupted, "") }
                var frames: [RGBPicture] = []
                for file in shot.files { frames.append(try Self.picture(file, geometry, stop: stop)) }
                pictures.append(frames)
            }
            let durations = try MovieNetFolder.durations(name, shots: shots.map(\.number), shotRanges)
            films.append(KeyFrameFilm(id: name, shots: pictures, durations: durations))
        }
        guard !films.isEmpty else {
            throw TrainingDataError(
                .unusable,
                "'\(path)' holds no folder of key frames: name them FILM/shot_0000_img_0.jpg and so on")
        }
        return films
    }

    /// A film's shots that have key frames, in order; empty if `folder` is none.
    static func shots(_ folder: String) throws(TrainingDataError) -> [(number: Int, files: [String])] {
        guard let names = try? PosixFiles().names(in: folder) else { return [] }
        var files: [Int: [String]] = [:]
        for name in names.sorted() {
            let words = name.split(whereSeparator: { $0 == "_" || $0 == "." })
            guard words.count == 5, words[0] == "shot", words[2] == "img", let shot = Int(words[1]),
                shot >= 0,
                ["jpg", "jpeg", "png"].contains(words[4].lowercased())
            else { continue }
            files[shot, default: []].append("\(folder)/\(name)")
        }
        return files.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// One picture, as FFmpeg decodes it, cut as `geometry` says.
    static func picture(
        _ path: String, _ geometry: PictureGeometry, stop: StopFlag
    ) throws(TrainingDataError) -> RGBPicture {
        var options = MediaOptions()
        options.threads = 1
        options.views = [.crop(geometry)]
        let reader: MediaReader
        do {
            reader = try MediaReader(.url(path), options: options, stop: stop)
        } catch {
            throw TrainingDataError(stop.isRaised ? .interrupted : .unreadable, error.message)
        }
        guard case .picture(let picture)? = reader.next(), let crop = picture.views[.crop(geometry)] else {
            throw TrainingDataError(.unusable, "\(path): no picture: extract the key frame again")
        }
        return crop
    }
}
