internal import JSONText
internal import TextFiles
internal import Timeline

extension ImportFormat {
    private static let keys =
        "write [frame, ...], {\"cuts\":[frame, ...]}, or one of 'frame', 't', 'start', 'first' and 'last' on each line"

    /// `[120,300]`: frames; `[4.8,12.0]`: seconds, for they are written with a point.
    static let jsonArray = ImportFormat(
        name: "JSON array", remedy: keys, recognizes: { $0.beginning.hasPrefix("[") },
        read: { file throws(TextFileError) in
            let values = try file.decode([Double].self, remedy: keys)
            return CutList(entries: entries(values, JSONValue(parsing: Array(file.text.utf8)[...])))
        })

    /// `{"cuts":[120,300],"gradual":[{"start":110,"end":118}]}`.
    static let jsonDocument = ImportFormat(
        name: "JSON document", remedy: keys,
        recognizes: { $0.beginning.hasPrefix("{") && $0.tryDecode(Document.self) != nil }, read: readDocument)

    /// `{"frame":120}`, `{"t":4.8}`, `{"first":110,"last":118}`, or what begins with a shot:
    /// `{"start_frame":120}`, `{"start":4.8}` (seconds).
    static let jsonLines = ImportFormat(
        name: "JSON lines", remedy: keys, recognizes: { $0.beginning.hasPrefix("{") }, read: readJSONLines)

    /// Cuts at `values`, which `array` holds as they were written: those without point and exponent are
    /// frames, the others seconds. What decodes numbers takes 12.0 for 12.
    private static func entries(_ values: [Double], _ array: JSONValue?) -> [CutList.Entry] {
        let literals = array?.elements ?? []
        return values.enumerated().map { index, value in
            let frame = index < literals.count ? Int64(literals[index].literal) : nil
            return .init(at: frame.map(FilmPosition.frame) ?? .seconds(value))
        }
    }

    private struct Document: Decodable {
        struct Range: Decodable {
            var start: Int64
            var end: Int64
        }

        var cuts: [Double]
        var gradual: [Range]?
    }

    /// One of the keys with which a line may say where a shot begins.
    private struct Line: Decodable {
        var frame: Int64?
        var t: Double?
        var first: Int64?
        var last: Int64?
        var start_frame: Int64?
        var start: Double?
    }

    private static func readDocument(_ file: TextFile) throws(TextFileError) -> CutList {
        let document = try file.decode(Document.self, remedy: keys)
        let root = JSONValue(parsing: Array(file.text.utf8)[...])
        var entries = Self.entries(document.cuts, root?["cuts"])
        let ranges = document.gradual ?? []
        for range in ranges {
            guard range.start <= range.end else {
                throw file.malformed("a gradual change ends before frame \(range.start)", remedy: keys)
            }
            entries.append(CutList.Entry.gradual(range.start, range.end))
        }
        if !ranges.isEmpty { entries.sort { ($0.at.frame(rate: nil) ?? 0) < ($1.at.frame(rate: nil) ?? 0) } }
        return CutList(entries: entries)
    }

    private static func readJSONLines(_ file: TextFile) throws(TextFileError) -> CutList {
        var list = CutList(entries: [])
        for (number, line) in try file.decodeLines(Line.self, remedy: keys) {
            if let frame = line.frame ?? line.start_frame {
                list.entries.append(CutList.Entry.cut(frame))
            } else if let time = line.t ?? line.start {
                list.entries.append(.init(at: .seconds(time)))
            } else if let first = line.first, let last = line.last, first <= last {
                list.entries.append(CutList.Entry.gradual(first, last))
            } else {
                throw file.malformed("is not a cut", line: number, remedy: keys)
            }
        }
        return list
    }
}
