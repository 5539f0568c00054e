internal import TextFiles
internal import Timeline

extension ImportFormat {
    private static let keys =
        "write [frame, ...], {\"cuts\":[frame, ...]}, or one of 'frame', 't', 'start', 'first' and 'last' on each line"

    /// `[120,300]`: frames, or seconds where they are not whole.
    static let jsonArray = ImportFormat(
        name: "JSON array", remedy: keys, recognizes: { $0.beginning.hasPrefix("[") },
        read: { file throws(TextFileError) in
            CutList(entries: try file.decode([Place].self, remedy: keys).map { .init(at: $0.position) })
        })

    /// `{"cuts":[120,300],"gradual":[{"start":110,"end":118}]}`.
    static let jsonDocument = ImportFormat(
        name: "JSON document", remedy: keys,
        recognizes: { $0.beginning.hasPrefix("{") && $0.tryDecode(Document.self) != nil }, read: readDocument)

    /// `{"frame":120}`, `{"t":4.8}`, `{"first":110,"last":118}`, or what begins with a shot:
    /// `{"start_frame":120}`, `{"start":4.8}` (seconds).
    static let jsonLines = ImportFormat(
        name: "JSON lines", remedy: keys, recognizes: { $0.beginning.hasPrefix("{") }, read: readJSONLines)

    /// A number that is a frame if it is whole in the text's sense of JSON decoding, else seconds.
    private struct Place: Decodable {
        var position: FilmPosition

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let frame = try? container.decode(Int64.self) {
                position = .frame(frame)
            } else {
                position = .seconds(try container.decode(Double.self))
            }
        }
    }

    private struct Document: Decodable {
        struct Range: Decodable {
            var start: Int64
            var end: Int64
        }

        var cuts: [Place]
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
        var entries = document.cuts.map { CutList.Entry(at: $0.position) }
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
                throw file.malformed("is no cut", line: number, remedy: keys)
            }
        }
        return list
    }
}
