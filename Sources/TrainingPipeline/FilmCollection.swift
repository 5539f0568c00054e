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
    /// File of the labels of each film that has some from a file, by the film's name.
    private var labelFiles: [String: String] = [:]

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
    /// folders. Throws where two of them have one name: nobody could say whose labels and figures are whose.
    package static func sources(_ paths: [String]) throws(TrainingDataError) -> [Source] {
        var sources: [Source] = []
        // Films of corrections that were named: mostly they are named themselves, too.
        var corrected: Set<Int> = []
        for path in paths {
            guard let kind = FileKind(path: path) else {
                throw TrainingDataError(
                    .unreadable, "cannot open '\(path)': No such file or directory; check the path")
            }
            func suffix(_ name: String) -> String {
                name.split(separator: ".").last.map { $0.lowercased() } ?? ""
            }
            guard kind == .folder else {
                if path.hasSuffix(CorrectedRun.suffix) {
                    corrected.insert(sources.count)
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
                // Its embeddings count as the film.
                if !known.contains(where: { ReadFilm.name($0.path) == ReadFilm.name(film) }) {
                    beside.append(Source(path: film, isVideo: true))
                }
            }
            guard !known.isEmpty || !beside.isEmpty else {
                throw TrainingDataError(
                    .unusable, "'\(path)' holds neither videos nor files of embeddings: check the path")
            }
            sources += known + beside
        }
        let named = Set(
            sources.indices.filter { !corrected.contains($0) }.compactMap {
                FileIdentity(path: sources[$0].path)
            })
        sources = sources.indices.filter { index in
            !corrected.contains(index)
                || FileIdentity(path: sources[index].path).map { !named.contains($0) } ?? true
        }.map { sources[$0] }
        try requireNames(sources.map(\.path))
        return sources
    }

    /// Throws where two files give films of one name.
    private static func requireNames(_ paths: [String]) throws(TrainingDataError) {
        var known: [String: String] = [:]
        for path in paths {
            let name = ReadFilm.name(path)
            guard let other = known.updateValue(path, forKey: name) else { continue }
            throw TrainingDataError(
                .unusable,
                "two files are called '\(name)', '\(other)' and '\(path)': "
                    + (other == path
                        ? "name it once" : "give films names of their own, or name one of the two"))
        }
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
            if let damage = reading.damage { note(FilmDamage(path: source.path, reason: damage)) }
        }
    }

    package mutating func add(_ more: [ReadFilm]) { films += more }

    mutating func note(_ damage: FilmDamage) { notes.append("\(damage)") }

    /// The notes since the last call; `notes` is then empty.
    package mutating func takeNotes() -> [String] {
        defer { notes = [] }
        return notes
    }

    /// Labels films by name. Labels without film become `strayLabels`. `tolerance`: seconds between a labeled
    /// start of a scene and the start of its first shot. `isWhole`: the labels are for no other collection;
    /// one film and one set of labels then belong together, whatever their names.
    package mutating func label(
        _ paths: [String], tolerance: Double, isWhole: Bool = true,
        from text: TextSource = TextFile.init(path:)
    ) throws(TrainingDataError) {
        var labels: [(set: BoundaryLabels, path: String)] = []
        for path in paths {
            do {
                for set in try BoundaryLabels.read(path, from: text) { labels.append((set, path)) }
            } catch {
                throw TrainingDataError(error)
            }
        }
        let isOnly = isWhole && labels.count == 1 && films.count == 1
        var labeled: Set<Int> = []
        for (set, path) in labels {
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
            labelFiles[films[index].film.id] = path
            let leftOut = try films[index].take(set, tolerance: tolerance)
            let reasons = [
                (leftOut.withoutCut, "at no cut"), (leftOut.atGaps, "at gaps, where nothing is decided,"),
            ]
            for (count, reason) in reasons where count > 0 {
                notes.append(
                    "film '\(films[index].film.id)': \(count) labeled boundaries lie \(reason) and are left out"
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

    /// Throws where one set of labels belongs to a film here and to one of `others`, which have one name.
    package func requireOwnLabels(beside others: FilmCollection) throws(TrainingDataError) {
        for (name, path) in labelFiles.sorted(by: { $0.key < $1.key }) where others.labelFiles[name] == path {
            throw TrainingDataError(
                .unusable,
                "'\(path)' labels film '\(name)', and one of that name is trained on and one validated with: "
                    + "leave it out of one of the two, or give films names of their own")
        }
    }

    /// Which films have no labels, in one line that calls all of them `role`; nil where all have some, or
    /// none has.
    package func withoutLabels(_ role: String) -> String? {
        let names = films.filter { $0.film.labels == nil }.map(\.film.id)
        guard !names.isEmpty, names.count < films.count else { return nil }
        let more = names.count > 8 ? " and \(names.count - 8) more" : ""
        let verbs = names.count == 1 ? "has no labels and is" : "have no labels and are"
        return "\(names.count) of \(films.count) \(role) \(verbs) left out: "
            + names.prefix(8).joined(separator: ", ") + more
    }

    /// The films as training sees them.
    ///
    /// - Parameters:
    ///   - input: what the network sees of a shot. One of embeddings takes the encoder's, and leaves what a
    ///     file of `embed` holds beside them; of several named arrays nobody can say which are meant.
    ///   - trained: the films that are trained on, where these only judge.
    /// - Returns: at least one film.
    /// - Throws: unless all embeddings have one width and one encoder; for a network of embeddings also where
    ///   it had other weights, and where it is not that of `trained`. For a network of relations unless all
    ///   films compare shots by the same, and where they lack something by which those of `trained` do.
    package func trainingFilms(
        for input: ContextInput = .embeddings, beside trained: FilmCollection? = nil
    ) throws(TrainingDataError) -> [TrainingFilm] {
        let standard = input == .embeddings ? trained?.films.first : nil
        guard let first = standard ?? films.first, !films.isEmpty else {
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
            guard input == .relations || film.encoderDigest == first.encoderDigest else {
                throw TrainingDataError(
                    .unusable,
                    "film '\(film.film.id)' was embedded with other weights of \(film.encoder ?? "its encoder") than "
                        + "film '\(first.film.id)': embed all with one model")
            }
            guard input == .relations || film.encoder != nil || film.film.furtherEmbeddings.isEmpty else {
                throw TrainingDataError(
                    .unusable,
                    "only a relational network compares shots by several arrays: name one with --array, or train a relational network"
                )
            }
        }
        if input == .relations { try requireCues(of: trained) }
        return films.map(\.film)
    }

    /// Throws where films compare shots by other embeddings than the first, or lack some by which those of
    /// `trained` do: `score` would refuse the film for the network.
    private func requireCues(of trained: FilmCollection?) throws(TrainingDataError) {
        guard let first = films.first?.film else { return }
        func names(_ film: TrainingFilm) -> String {
            film.furtherEncoders.isEmpty
                ? "its encoder alone" : "its encoder and \(film.furtherEncoders.joined(separator: ", "))"
        }
        for film in films.map(\.film) where film.furtherEncoders != first.furtherEncoders {
            throw TrainingDataError(
                .unusable,
                "film '\(film.id)' is compared by \(names(film)), film '\(first.id)' by \(names(first)): embed all "
                    + "with one --similarity, or name those alone that hold the same")
        }
        let wanted = trained?.films.first?.film.furtherEncoders ?? []
        guard let lacking = wanted.first(where: { !first.furtherEncoders.contains($0) }) else { return }
        throw TrainingDataError(
            .unusable,
            "film '\(first.id)' of --validate holds no \(lacking), by which the films trained on are compared: embed "
                + "it with the same --similarity, or validate with others")
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

    /// Digest of the weights of all films' encoder; nil if it has none, or their files do not say one.
    package var encoderDigest: String? { common(\.encoderDigest) }

    /// How long shots of all films were split; nil if their files do not say one rule.
    package var split: String? { common(\.split) }

    private func common(_ fact: KeyPath<ReadFilm, String?>) -> String? {
        let facts = Set(films.map { $0[keyPath: fact] })
        return facts.count == 1 ? facts.first ?? nil : nil
    }

    /// Encoder of all films; nil if their files do not say.
    package var encoder: String? { films.first?.encoder }
}
