internal import SceneEvents
internal import Timeline

extension CutListFile {
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

    /// Events are told from other lines by their type.
    private static func isEvent(_ line: String) -> Bool {
        (try? EventFields(line: Array(line.utf8)[...]))?.has("type") ?? false
    }

    static func readJSON(_ file: TextFile) throws(TextFileError) -> CutList {
        let remedy =
            "write [frame, ...], {\"cuts\":[frame, ...]}, or one of 'frame', 't', 'start', 'first' and 'last' on each line"
        var list: CutList
        if file.lines.first?.text.hasPrefix("[") == true {
            list = CutList(
                entries: try file.decode([Place].self, remedy: remedy).map { .init(at: $0.position) })
        } else if let document = file.tryDecode(Document.self) {
            list = CutList(entries: document.cuts.map { .init(at: $0.position) })
            for range in document.gradual ?? [] {
                guard range.start <= range.end else {
                    throw file.malformed("a gradual change ends before frame \(range.start)", remedy: remedy)
                }
                list.entries.append(CutList.Entry.gradual(range.start, range.end))
            }
            if !(document.gradual ?? []).isEmpty {
                list.entries.sort { ($0.at.frame(rate: nil) ?? 0) < ($1.at.frame(rate: nil) ?? 0) }
            }
        } else if isEvent(file.lines.first?.text ?? "") {
            list = try readEvents(file)
        } else {
            list = CutList(entries: [])
            for (number, line) in try file.decodeLines(Line.self, remedy: remedy) {
                if let frame = line.frame ?? line.start_frame {
                    list.entries.append(CutList.Entry.cut(frame))
                } else if let time = line.t ?? line.start {
                    list.entries.append(.init(at: .seconds(time)))
                } else if let first = line.first, let last = line.last, first <= last {
                    list.entries.append(CutList.Entry.gradual(first, last))
                } else {
                    throw file.malformed("is no cut", line: number, remedy: remedy)
                }
            }
        }
        for entry in list.entries {
            let places = [entry.at, entry.mixed?.first, entry.mixed?.last].compactMap(\.self)
            let isUsable = places.allSatisfy { place in
                switch place {
                case .frame(let frame): (0...1_000_000_000).contains(frame)
                case .seconds(let seconds): (0...1e9).contains(seconds)
                }
            }
            guard isUsable else { throw file.malformed("a cut lies outside any film", remedy: remedy) }
        }
        return list
    }
}
