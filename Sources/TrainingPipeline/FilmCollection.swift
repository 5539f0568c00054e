package import MediaInput
internal import Platform
internal import SceneEvaluation
package import SceneModel
package import SceneTraining
internal import TensorKernels
package import TextFiles

/// The films of a run: read from files of embeddings or videos, and joined with labels.
package struct FilmCollection: Sendable {
    /// In the order in which they were named; files of a folder in order of name.
    package private(set) var films: [ReadFilm] = []
    /// What the user should know, one line each.
    package private(set) var notes: [String] = []
    /// Names of each set of labels that belongs to no film here, the file's own last; it may belong to one of
    /// another collection.
    package private(set) var strayLabels: [[String]] = []

    package init() {}

    /// Extensions by which a file of a folder counts as a video.
    static let videoExtensions: Set<String> = [
        "avi", "flv", "m2ts", "m4v", "mkv", "mov", "mp4", "mpeg", "mpg", "mts", "mxf", "ogv", "ts", "webm",
        "wmv",
    ]
    static let arrayExtensions: Set<String> = ["npz", "npy", "safetensors"]

    /// A file to read, and whether it is a video.
    package struct Source: Hashable, Sendable {
        package var path: String
        package var isVideo: Bool
    }

    /// The films that paths name: a file as it is, of a folder those with known extensions, not those of its
    /// folders.
    package static func sources(_ paths: [String]) throws(TrainingDataError) -> [Source] {
        var sources: [Source] = []
        for path in paths {
            guard let kind = FileKind(path: path) else {
                throw TrainingDataError(.unreadable, "cannot open '\(path)': No such file: check the path")
            }
            func suffix(_ name: String) -> String {
                name.split(separator: ".").last.map { $0.lowercased() } ?? ""
            }
            guard kind == .folder else {
                if path.hasSuffix(CorrectedRun.suffix) {
                    sources.append(Source(path: try film(ofRunWith: path), isVideo: true))
                    continue
                }
                sources.append(Source(path: path, isVideo: !arrayExtensions.contains(suffix(path))))
                continue
            }
            guard let names = try? PosixFiles().names(in: path) else {
                throw TrainingDataError(.unreadable, "cannot list '\(path)': check its permissions")
            }
            let known = names.filter { !$0.hasPrefix(".") }.sorted().compactMap { name -> Source? in
                let suffix = suffix(name)
                let isVideo = videoExtensions.contains(suffix)
                return isVideo || arrayExtensions.contains(suffix)
                    ? Source(path: "\(path)/\(name)", isVideo: isVideo) : nil
            }
            // Films of runs with corrections, which may lie elsewhere.
            var beside: [Source] = []
            for name in names.sorted() where name.hasSuffix(CorrectedRun.suffix) {
                let film = try film(ofRunWith: "\(path)/\(name)")
                let last = film.split(separator: "/").last
                if !known.contains(where: { $0.path.split(separator: "/").last == last }) {
                    beside.append(Source(path: film, isVideo: true))
                }
            }
            guard !known.isEmpty || !beside.isEmpty else {
                throw TrainingDataError(
                    .unusable, "'\(path)' holds neither videos nor files of embeddings: check the path")
            }
            sources += known + beside
        }
        return sources
    }

    /// Files of corrections among `paths` and in the folders that they name: labels of the films of their
    /// runs.
    package static func corrections(_ paths: [String]) throws(TrainingDataError) -> [String] {
        var found: [String] = []
        for path in paths {
            do throws(TextFileError) {
                found += try TextFile.expand(path).filter { $0.hasSuffix(CorrectedRun.suffix) }
            } catch {
                throw TrainingDataError(EvaluationError.file(error))
            }
        }
        return found
    }

    /// The film of a corrected run: where the run says that it lies, or beside the run.
    private static func film(ofRunWith corrections: String) throws(TrainingDataError) -> String {
        let input: String
        do throws(TextFileError) {
            input = try CorrectedRun(corrections).input
        } catch {
            throw TrainingDataError(EvaluationError.file(error))
        }
        let folder = corrections.lastIndex(of: "/").map { String(corrections[...$0]) } ?? ""
        let name = input.split(separator: "/").last.map(String.init) ?? input
        let places = [input, folder + input, folder + name]
        guard let place = places.first(where: { FileKind(path: $0) != nil }) else {
            throw TrainingDataError(
                .unreadable, "cannot open '\(input)', the film of '\(corrections)': put it beside the run")
        }
        return place
    }

    /// Reads the sources in turn. `progress` hears of each film, its number, how many there are, and for a
    /// video the seconds of media read so far.
    package mutating func read(
        _ sources: [Source], array: String?, cache: VideoCache, stop: StopFlag,
        progress: (_ path: String, _ number: Int, _ count: Int, _ seconds: Double?) -> Void
    ) throws(TrainingDataError) {
        for (index, source) in sources.enumerated() {
            guard !stop.isRaised else { throw TrainingDataError(.interrupted, "") }
            progress(source.path, index + 1, sources.count, nil)
            guard source.isVideo else {
                films.append(try ReadFilm(file: source.path, array: array))
                continue
            }
            let reading = try cache.film(source.path, stop: stop) {
                progress(source.path, index + 1, sources.count, $0)
            }
            films.append(reading.film)
            if let damage = reading.damage {
                notes.append(
                    "film '\(source.path)' broke off and counts up to there: \(damage): check it with ffprobe, or "
                        + "copy it again")
            }
        }
    }

    package mutating func add(_ more: [ReadFilm]) { films += more }

    /// Labels films by name. Labels without film become `strayLabels`. `tolerance`: seconds between a labeled
    /// start of a scene and the start of its first shot. `isWhole`: the labels are for no other collection;
    /// one film and one set of labels then belong together, whatever their names.
    package mutating func label(
        _ paths: [String], tolerance: Double, isWhole: Bool = true,
        from text: TextSource = TextFile.init(path:)
    ) throws(TrainingDataError) {
        var labels: [BoundaryLabels] = []
        for path in paths {
            do {
                labels += try BoundaryLabels.read(path, from: text)
            } catch {
                throw TrainingDataError(error)
            }
        }
        let isOnly = isWhole && labels.count == 1 && films.count == 1
        var labeled: Set<Int> = []
        for set in labels {
            guard
                let index = films.indices.first(where: { isOnly || Self.fits(set.names, films[$0].film.id) })
            else {
                strayLabels.append(set.names)
                continue
            }
            guard labeled.insert(index).inserted else {
                throw TrainingDataError(
                    .unusable, "film '\(films[index].film.id)' is labeled twice: give it one set of labels")
            }
            let missed = try films[index].take(set, tolerance: tolerance)
            if missed > 0 {
                notes.append(
                    "film '\(films[index].film.id)': \(missed) labeled boundaries lie at no cut and are left out"
                )
            }
        }
    }

    /// `film` and the `film` of `film.events.jsonl` or `film_scenes.json` are one.
    private static func fits(_ names: [String], _ id: String) -> Bool {
        names.contains { name in
            name == id
                || [".events", "_scenes", ".scenes", "_labels", ".labels"].contains { name == id + $0 }
        }
    }

    /// The films as training sees them.
    ///
    /// - Parameter input: what the network sees of a shot. One of embeddings takes the encoder's, and leaves
    ///   what a file of `embed` holds beside them; of several named arrays nobody can say which are meant.
    /// - Returns: at least one film.
    /// - Throws: unless all embeddings have one width and one encoder.
    package func trainingFilms(
        for input: ContextInput = .embeddings
    ) throws(TrainingDataError) -> [TrainingFilm] {
        guard let first = films.first else {
            throw TrainingDataError(.unusable, "there is no film: name files of embeddings or videos")
        }
        for film in films {
            let (width, expected) = (film.film.embeddings.columns, first.film.embeddings.columns)
            guard width == expected, film.encoder == first.encoder else {
                throw TrainingDataError(
                    .unusable,
                    "film '\(film.film.id)' has embeddings of \(film.encoder ?? "an unnamed encoder"), \(width) wide, "
                        + "film '\(first.film.id)' of \(first.encoder ?? "an unnamed encoder"), \(expected) wide: "
                        + "train on films of one encoder")
            }
            guard input == .relations || film.encoder != nil || film.film.furtherEmbeddings.isEmpty else {
                throw TrainingDataError(
                    .unusable,
                    "only a relational network compares shots by several arrays: name one with --array, or train a relational network"
                )
            }
        }
        return films.map(\.film)
    }

    /// What a network of `input` does not learn from, in one line; nil where it learns from all. A network
    /// of embeddings takes the encoder's alone.
    package func leftOut(by input: ContextInput) -> String? {
        let further = films.reduce(into: [String]()) { names, film in
            names += film.film.furtherEncoders.filter { !names.contains($0) }
        }
        guard input == .embeddings, !further.isEmpty else { return nil }
        return
            "a network of embeddings learns from the encoder's alone: \(further.joined(separator: ", ")) of the films left out; a relational network compares by all"
    }

    /// The same; throws also where films were embedded with other weights of one encoder.
    package func filmsOfOneEncoder() throws(TrainingDataError) -> [TrainingFilm] {
        let found = try trainingFilms()
        for film in films.dropFirst() where film.encoderDigest != films[0].encoderDigest {
            throw TrainingDataError(
                .unusable,
                "film '\(film.film.id)' was embedded with other weights of \(film.encoder ?? "its encoder") than "
                    + "film '\(films[0].film.id)': embed all with one model")
        }
        return found
    }

    /// Digest of the weights of all films' encoder; nil if it has none, or their files do not say.
    package var encoderDigest: String? { films.first?.encoderDigest }

    /// Encoder of all films; nil if their files do not say.
    package var encoder: String? { films.first?.encoder }
}
