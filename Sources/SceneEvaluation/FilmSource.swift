internal import SceneFormats
internal import TextFiles

/// What a file of labels or predictions turned out to hold. The form is told from the content, not from the
/// name.
enum FilmSource {
    case tables([FilmTable])
    case scenes(SceneLabels)
    case events(EventScores)

    /// Any JSON value, unread.
    private struct Anything: Decodable {
        init(from decoder: any Decoder) throws {}
    }

    private struct Probe: Decodable {
        var type: String?
        var boundary_label: Int?
        var scenes: Anything?
        var boundaries: Anything?
        var films: Anything?
        var videos: Anything?
    }

    /// Reads a file, or every file of a folder.
    static func readAll(_ path: String, from text: TextSource) throws(TextFileError) -> [FilmSource] {
        var sources: [FilmSource] = []
        for file in try TextFile.expand(path) { sources.append(try read(try text(file))) }
        guard !sources.isEmpty else { throw .unreadable(path: path, reason: "it is an empty folder") }
        return sources
    }

    /// Reads a file of labels, or every file of a folder.
    ///
    /// Corrections (`film.corrections.json`) stand for the run beside them as a person corrected it. In a
    /// folder that holds corrections, runs without any are left out: nobody looked at them.
    static func readLabels(_ path: String, from text: TextSource) throws(TextFileError) -> [FilmSource] {
        let files = try TextFile.expand(path)
        let hasCorrections = files.contains { $0.hasSuffix(CorrectedRun.suffix) }
        var sources: [FilmSource] = []
        for file in files {
            if file.hasSuffix(CorrectedRun.suffix) {
                sources.append(.events(try EventScores.read(CorrectedRun(file).events)))
                continue
            }
            let source = try read(try text(file))
            if hasCorrections, case .events(let events) = source, !events.isCorrected { continue }
            sources.append(source)
        }
        guard !sources.isEmpty else { throw .unreadable(path: path, reason: "it is an empty folder") }
        return sources
    }

    static func read(_ file: TextFile) throws(TextFileError) -> FilmSource {
        guard let first = file.lines.first else {
            throw file.malformed("is empty", remedy: "check that it is the file you meant")
        }
        // Chapters, edit lists and scene lists of other programs.
        if let list = try SpanListFile.read(file) { return .scenes(try SceneLabels(list, of: file)) }
        if first.text.hasPrefix("[") { return .tables(try FilmTable.readShotList(file)) }
        if first.text.hasPrefix("{") {
            if let line = file.tryDecodeFirstLine(Probe.self) {
                if line.boundary_label != nil { return .tables(try FilmTable.readAnnotations(file)) }
                if line.type != nil { return .events(try EventScores.read(file)) }
            }
            let document = try file.decode(
                Probe.self, remedy: "give annotations, events, scene labels or a table of films as JSON")
            if document.boundaries != nil { return .scenes(try SceneLabels.readMarks(file)) }
            if document.scenes != nil { return .scenes(try SceneLabels.read(file)) }
            if document.films != nil || document.videos != nil {
                return .tables(try FilmTable.readFilmColumns(file))
            }
            throw file.malformed(
                "has none of the known keys",
                remedy:
                    "expected 'scenes', 'boundaries', 'films', 'boundary_label' on each line, or the events of scened"
            )
        }
        if first.text.contains(",") { return .tables(try FilmTable.readCSV(file)) }
        return .tables(try FilmTable.readLabelList(file))
    }
}
