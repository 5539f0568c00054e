package import SceneTraining
package import TextFiles

/// Reads which recordings are alike: a table with a header line.
///
///     recording,similar,weight        pairs; the weight may be left out and is then 1
///     recording,genre                 labels, separated by semicolons; recordings that share one are alike
///     recording,synopsis              texts; the recordings whose texts are nearest are alike
///
/// Lines are read as `CSVLine` has it.
package enum SimilarityList {
    /// Partners of a recording by their texts: the paper's average.
    private static let nearest = 3

    /// Reads the table of the recordings `names`. Throws where it names others, or says nothing of these.
    /// `meanings`: vectors of texts, of length 1; nil: texts cannot be read.
    package static func read(
        _ path: String, recordings names: [String],
        from text: TextSource = TextFile.init(path:),
        meanings: ((_ texts: [String]) throws(TrainingDataError) -> [[Float]])? = nil
    ) throws(TrainingDataError) -> SimilarRecordings {
        let file: TextFile
        do {
            file = try text(path)
        } catch {
            throw TrainingDataError(textFile: error)
        }
        func unusable(_ what: String, _ line: TextFile.Line? = nil) -> TrainingDataError {
            TrainingDataError(.unusable, "\(path)\(line.map { ":\($0.number)" } ?? ""): \(what)")
        }
        func fields(_ line: TextFile.Line) throws(TrainingDataError) -> [String] {
            guard let fields = CSVLine.fields(line.text) else {
                throw unusable("a double quote does not end, or stands within a value: correct it", line)
            }
            return fields
        }
        let form = "begin it with the line recording,similar or recording,genre or recording,synopsis"
        guard let header = file.lines.first else { throw unusable("it is empty: \(form)") }
        let columns = try fields(header).map { $0.lowercased() }
        guard let first = columns.firstIndex(of: "recording") else {
            throw unusable("the first line names no column 'recording': \(form)", header)
        }
        let (similar, genre) = (columns.firstIndex(of: "similar"), columns.firstIndex(of: "genre"))
        let synopsis = columns.firstIndex(of: "synopsis")
        let known = [similar, genre, synopsis].compactMap(\.self)
        guard let second = known.first, known.count == 1 else {
            throw unusable(
                "the first line needs a column 'similar', 'genre' or 'synopsis', and only one of them: \(form)",
                header)
        }
        guard synopsis == nil || meanings != nil else {
            throw unusable(
                "synopses are read by a text tower: give --text-encoder a model file that has one", header)
        }
        let places = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        func place(_ name: String, _ line: TextFile.Line) throws(TrainingDataError) -> Int {
            guard let place = places[name] else {
                throw unusable(
                    "no recording is called '\(name.prefix(100))': give its embeddings, too, or take the line out; a recording "
                        + "goes by its file's name without folders and extension", line)
            }
            return place
        }
        let weight = columns.firstIndex(of: "weight")
        var pairs: [(first: Int, second: Int, weight: Double)] = []
        var labels = [Set<String>](repeating: [], count: names.count)
        var texts = [String](repeating: "", count: names.count)
        for line in file.lines.dropFirst() {
            let values = try fields(line)
            guard values.count == columns.count else {
                throw unusable(
                    "has \(values.count) values under \(columns.count) headings: give every column a value",
                    line)
            }
            let recording = try place(values[first], line)
            if synopsis != nil {
                guard texts[recording].isEmpty else {
                    throw unusable("'\(names[recording].prefix(100))' has a synopsis already: keep one", line)
                }
                texts[recording] = trimmed(values[second])
                continue
            }
            guard similar != nil else {
                labels[recording].formUnion(
                    values[second].split(separator: ";").map(trimmed).filter { !$0.isEmpty })
                continue
            }
            let text = weight.map { values[$0] } ?? "1"
            guard let value = text.isEmpty ? 1 : Double(text), value > 0, value <= 1e6 else {
                throw unusable(
                    "the weight '\(text)' is not a number above 0, at most 1000000: correct it", line)
            }
            pairs.append((recording, try place(values[second], line), value))
        }
        let found: SimilarRecordings
        if let meanings, synopsis != nil {
            let told = texts.indices.filter { !texts[$0].isEmpty }
            let vectors = told.isEmpty ? [] : try meanings(told.map { texts[$0] })
            found = SimilarRecordings(
                count: names.count, vectors: Array(zip(told, vectors)), nearest: nearest)
        } else {
            found =
                similar == nil
                ? SimilarRecordings(labels: labels) : SimilarRecordings(count: names.count, pairs: pairs)
        }
        guard !found.pairs.isEmpty else {
            throw unusable(
                "no two recordings are similar by it: name pairs, or give two recordings one genre, or a synopsis"
            )
        }
        return found
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}

extension TrainingDataError {
    init(textFile error: TextFileError) {
        let code: Code
        switch error {
        case .unreadable: code = .unreadable
        case .malformed: code = .unusable
        }
        self.init(code, error.description)
    }
}
