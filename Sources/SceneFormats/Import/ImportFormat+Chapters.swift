internal import JSONText
internal import TextFiles
internal import Timeline

/// Formats that count as players do: from the start of the file.
extension ImportFormat {
    /// WebVTT: one scene per cue; cues within others are left out.
    static let webvtt: ImportFormat = ImportFormat(
        name: "WebVTT", remedy: "give a WebVTT file with times such as 00:01:02.500 --> 00:01:30.000",
        counting: .fromStart,
        recognizes: { file in
            let first = file.lines.first?.text ?? ""
            return first == "WEBVTT" || first.hasPrefix("WEBVTT ") || first.hasPrefix("WEBVTT\t")
        },
        reader: .spans { file, _ throws(TextFileError) in
            var spans: [SpanList.Span] = []
            for line in file.lines where line.text.contains("-->") {
                // Blanks around the arrow are spaces, tabs, or none; settings may follow the end.
                let words = line.text.replacing("-->", with: " --> ", maxReplacements: 1)
                    .split { $0 == " " || $0 == "\t" }
                guard words.count >= 3, words[1] == "-->", let start = clockSeconds(words[0]),
                    let end = clockSeconds(words[2])
                else {
                    throw file.malformed(
                        "'\(line.text)' is not a time of a cue", line: line.number, remedy: webvtt.remedy)
                }
                spans.append(.init(start: .seconds(start), end: .seconds(end)))
            }
            return SpanList(spans: spans)
        })

    /// FFmpeg's metadata file: its chapters.
    static let ffmetadata: ImportFormat = ImportFormat(
        name: "ffmetadata", remedy: "give what `ffmpeg -i FILM -f ffmetadata FILE` writes",
        counting: .fromStart,
        recognizes: { $0.lines.first?.text.hasPrefix(";FFMETADATA") ?? false },
        reader: .spans(readFFMetadata))

    /// Matroska chapters as MKVToolNix writes them. Chapters within chapters are left out.
    static let matroska: ImportFormat = ImportFormat(
        name: "Matroska chapters", remedy: "give what `mkvextract FILM chapters FILE` writes",
        counting: .fromStart,
        recognizes: { file in
            file.beginning.hasPrefix("<") && file.text.prefix(4096).contains("<Chapters")
        },
        reader: .spans(readMatroska))

    /// `CHAPTER01=00:00:00.000`; names are passed over.
    static let ogm: ImportFormat = ImportFormat(
        name: "OGM chapters", remedy: "write CHAPTER01=00:00:00.000 and CHAPTER01NAME=, in order",
        counting: .fromStart,
        recognizes: { $0.beginning.hasPrefix("CHAPTER") && $0.beginning.contains("=") },
        reader: .spans { file, _ throws(TextFileError) in
            var spans: [SpanList.Span] = []
            for line in file.lines where !line.text.hasPrefix("#") {
                let sides = line.text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                if sides[0].hasSuffix("NAME") { continue }
                guard sides.count == 2, sides[0].hasPrefix("CHAPTER"), let start = clockSeconds(sides[1])
                else {
                    throw file.malformed(
                        "'\(line.text)' is not a chapter", line: line.number, remedy: ogm.remedy)
                }
                spans.append(.init(start: .seconds(start)))
            }
            return SpanList(spans: spans)
        })

    /// `0:00 Opening`: a chapter on each line; lines without a time are passed over.
    static let youtube: ImportFormat = ImportFormat(
        name: "YouTube chapters", remedy: "write a time and a name on each line, such as 1:02 Title",
        counting: .fromStart,
        recognizes: { file in
            let words = file.beginning.split(separator: " ", maxSplits: 1)
            guard words.count == 2, words[0].contains(":"), clockSeconds(words[0]) != nil else {
                return false
            }
            return words[1].contains(where: \.isLetter)
        },
        reader: .spans { file, _ throws(TextFileError) in
            let starts = file.lines.compactMap { line in
                line.text.split(separator: " ", maxSplits: 1).first.flatMap {
                    $0.contains(":") ? clockSeconds($0) : nil
                }
            }
            return SpanList(spans: starts.map { .init(start: .seconds($0)) })
        })

    /// Chapters as JSON: `ffprobe -show_chapters -of json`, and Podcasting 2.0.
    static let chapters: ImportFormat = ImportFormat(
        name: "chapters as JSON", remedy: "give what `ffprobe -show_chapters -of json FILM` writes",
        counting: .fromStart,
        recognizes: { file in
            guard file.beginning.hasPrefix("{") else { return false }
            return JSONValue(parsing: Array(file.text.utf8)[...])?["chapters"]?.kind == .array
        },
        reader: .spans { file, _ throws(TextFileError) in
            let chapters = JSONValue(parsing: Array(file.text.utf8)[...])?["chapters"]?.elements ?? []
            var spans: [SpanList.Span] = []
            for (index, chapter) in chapters.enumerated() {
                guard let start = seconds(chapter, "start", "startTime") else {
                    throw file.malformed("chapter \(index + 1) has no start", remedy: Self.chapters.remedy)
                }
                // A silent chapter is no scene.
                if chapter["toc"]?.bool == false { continue }
                spans.append(
                    .init(
                        start: .seconds(start), end: seconds(chapter, "end", "endTime").map { .seconds($0) }))
            }
            return SpanList(spans: spans)
        })

    /// LosslessCut's segments: start, end and name, in seconds, without a header.
    static let losslessCut: ImportFormat = ImportFormat(
        name: "LosslessCut", remedy: "write start, end and name on each line, in seconds",
        counting: .fromStart,
        recognizes: { file in
            let fields = file.beginning.split(separator: ",", maxSplits: 2, omittingEmptySubsequences: false)
            return fields.count == 3 && Double(fields[0]) != nil
                && (fields[1].isEmpty || Double(fields[1]) != nil)
                && fields[2].contains(where: { $0.isLetter || $0 == "\"" })
        },
        reader: .spans { file, _ throws(TextFileError) in
            var spans: [SpanList.Span] = []
            for line in file.lines {
                let fields = line.text.split(separator: ",", maxSplits: 2, omittingEmptySubsequences: false)
                guard fields.count == 3, let start = Double(fields[0]),
                    fields[1].isEmpty || Double(fields[1]) != nil
                else {
                    throw file.malformed(
                        "'\(line.text)' is not a segment", line: line.number, remedy: losslessCut.remedy)
                }
                spans.append(.init(start: .seconds(start), end: Double(fields[1]).map { .seconds($0) }))
            }
            return SpanList(spans: spans)
        })

    /// Kodi's edit list: a scene begins at each marker (action 2). Other actions are passed over.
    static let kodi: ImportFormat = ImportFormat(
        name: "Kodi edit list", remedy: "write start, end and action on each line, such as 12.5 12.5 2",
        counting: .fromStart,
        recognizes: { file in
            let first = file.lines.first { !$0.text.hasPrefix("#") }.flatMap { kodiRow($0.text) }
            return first != nil
                && file.lines.allSatisfy { $0.text.hasPrefix("##") || kodiRow($0.text) != nil }
        },
        reader: .spans { file, _ throws(TextFileError) in
            let markers = file.lines.compactMap { kodiRow($0.text) }.filter { $0.action == 2 }
            guard !markers.isEmpty else {
                throw file.malformed("marks no scene (action 2)", remedy: kodi.remedy)
            }
            return SpanList(spans: markers.map { .init(start: .seconds($0.end)) })
        })

    private static func kodiRow(_ text: String) -> (end: Double, action: Int)? {
        let fields = text.split(whereSeparator: \.isWhitespace)
        guard fields.count == 3, let action = Int(fields[2]), 0...3 ~= action, fields[1].contains("."),
            let start = Double(fields[0]), let end = Double(fields[1]), start <= end
        else { return nil }
        return (end, action)
    }

    /// `1:02.5`, `00:01:02.500`, in seconds; nil for anything else.
    static func clockSeconds(_ text: some StringProtocol) -> Double? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard 2...3 ~= parts.count else { return nil }
        var sum = 0.0
        for (index, part) in parts.enumerated() {
            let isLast = index == parts.count - 1
            guard let first = part.utf8.first, (0x30...0x39).contains(first), part.utf8.count <= 20,
                part.utf8.allSatisfy({ (0x30...0x39).contains($0) || isLast && $0 == 0x2e }),
                let value = Double(String(part)), value <= CutListFile.limit, index == 0 || value < 60
            else { return nil }
            sum = sum * 60 + value
        }
        return sum
    }

    /// A time of a chapter: `start_time` in seconds as text, `start` in units of `time_base`, or `other` in
    /// seconds.
    private static func seconds(_ chapter: JSONValue, _ name: String, _ other: String) -> Double? {
        if let ticks = chapter[name]?.integer, let base = chapter["time_base"]?.string {
            let parts = base.split(separator: "/").compactMap { Int64($0) }
            guard parts.count == 2, parts[0] > 0, parts[1] > 0 else { return nil }
            return Double(ticks) * Double(parts[0]) / Double(parts[1])
        }
        return chapter[name + "_time"]?.string.flatMap { Double($0) } ?? chapter[other]?.double
    }

    private static func readFFMetadata(_ file: TextFile, _ rate: FrameRate?) throws(TextFileError) -> SpanList
    {
        var spans: [SpanList.Span] = []
        var isChapter = false
        var continues = false
        var (base, start, end) = ((Int64(1), Int64(1_000_000_000)), Int64?.none, Int64?.none)
        func close(_ line: Int?) throws(TextFileError) {
            guard isChapter else { return }
            guard let start else {
                throw file.malformed("a chapter has no START", line: line, remedy: ffmetadata.remedy)
            }
            func seconds(_ ticks: Int64) -> FilmPosition {
                .seconds(Double(ticks) * Double(base.0) / Double(base.1))
            }
            spans.append(.init(start: seconds(start), end: end.map(seconds)))
        }
        for line in file.lines {
            let text = line.text
            // A value goes on where its newline is escaped.
            let isValue = continues
            continues = text.reversed().prefix { $0 == "\\" }.count % 2 == 1
            if isValue || text.hasPrefix(";") || text.hasPrefix("#") { continue }
            if text.hasPrefix("[") {
                try close(line.number)
                isChapter = text == "[CHAPTER]"
                (base, start, end) = ((1, 1_000_000_000), nil, nil)
                continue
            }
            let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard isChapter, sides.count == 2 else { continue }
            func number(_ text: Substring) throws(TextFileError) -> Int64 {
                guard let value = Int64(text), value.magnitude < 1 << 62 else {
                    throw file.malformed(
                        "'\(line.text)' is not a time", line: line.number, remedy: ffmetadata.remedy)
                }
                return value
            }
            switch sides[0] {
            case "TIMEBASE":
                let parts = sides[1].split(separator: "/")
                guard parts.count == 2 else { _ = try number(""); continue }
                base = (try number(parts[0]), try number(parts[1]))
                guard base.0 > 0, base.1 > 0 else { _ = try number(""); continue }
            case "START": start = try number(sides[1])
            case "END": end = try number(sides[1])
            default: break
            }
        }
        try close(file.lines.last?.number)
        return SpanList(spans: spans)
    }

    private static func readMatroska(_ file: TextFile, _ rate: FrameRate?) throws(TextFileError) -> SpanList {
        var scanner = XMLScanner(file.text)
        var (spans, depth) = ([SpanList.Span](), 0)
        var (start, end) = (Double?.none, Double?.none)
        func time(_ text: String) throws(TextFileError) -> Double {
            guard let seconds = clockSeconds(singleLine(text)) else {
                throw file.malformed(
                    "'\(singleLine(text))' is not a time of a chapter", remedy: matroska.remedy)
            }
            return seconds
        }
        while let step = scanner.next() {
            switch step {
            case .open("ChapterAtom"):
                depth += 1
                if depth == 1 { (start, end) = (nil, nil) }
            case .close("ChapterAtom"):
                if depth == 1 {
                    guard let start else {
                        throw file.malformed("a chapter has no ChapterTimeStart", remedy: matroska.remedy)
                    }
                    spans.append(.init(start: .seconds(start), end: end.map { .seconds($0) }))
                }
                depth -= 1
            case .text("ChapterTimeStart", let text) where depth == 1: start = try time(text)
            case .text("ChapterTimeEnd", let text) where depth == 1: end = try time(text)
            default: break
            }
        }
        guard scanner.isWellFormed else {
            throw file.malformed("is broken off, or no well-formed XML", remedy: matroska.remedy)
        }
        return SpanList(spans: spans)
    }
}

extension JSONValue {
    /// The first member of this name.
    subscript(name: String) -> JSONValue? { members?.first { $0.name == name }?.value }
}
