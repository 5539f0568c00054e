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

    private struct Line: Decodable {
        struct Instant: Decodable {
            var t: Double
            var frame: Int64?
        }

        struct Transition: Decodable {
            struct Range: Decodable {
                var first: Instant
                var last: Instant
            }

            var kind: String
            var range: Range?
            var score: Double?
        }

        /// An instant of an event, or seconds.
        enum Start: Decodable {
            case instant(Instant)
            case seconds(Double)

            init(from decoder: any Decoder) throws {
                if let seconds = try? decoder.singleValueContainer().decode(Double.self) {
                    self = .seconds(seconds)
                } else {
                    self = .instant(try Instant(from: decoder))
                }
            }
        }

        struct Counts: Decodable {
            var pictures: Int64?
        }

        var frame: Int64?
        var t: Double?
        var first: Int64?
        var last: Int64?
        var type: String?
        var start_frame: Int64?
        var start: Start?
        var counts: Counts?
        var transition: Transition?
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
        } else {
            list = CutList(entries: [])
            let lines = try file.decodeLines(Line.self, remedy: remedy)
            // Frames are lost after a loss of pictures; then every event is read by its time.
            let hasFrames = lines.allSatisfy { line in
                guard case .instant(let instant) = line.value.start else { return true }
                return instant.frame != nil
            }
            for (number, line) in lines {
                if line.type != nil {
                    if let entry = event(line, hasFrames: hasFrames) { list.entries.append(entry) }
                    if line.type == "stream_end" { list.pictureCount = line.counts?.pictures }
                } else if let frame = line.frame ?? line.start_frame {
                    list.entries.append(CutList.Entry.cut(frame))
                } else if let time = line.t {
                    list.entries.append(.init(at: .seconds(time)))
                } else if case .seconds(let time) = line.start {
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

    /// The start of a shot that something came before.
    private static func event(_ line: Line, hasFrames: Bool) -> CutList.Entry? {
        guard line.type == "shot", case .instant(let start) = line.start,
            let transition = line.transition, transition.kind != "start"
        else { return nil }
        func place(_ instant: Line.Instant) -> FilmPosition {
            if hasFrames, let frame = instant.frame { return .frame(frame) }
            return .seconds(instant.t)
        }
        let mixed = transition.range.map { CutList.Mixed(first: place($0.first), last: place($0.last)) }
        return CutList.Entry(
            at: place(start), mixed: mixed, kind: TransitionKind(rawValue: transition.kind),
            score: transition.score.map(Score.init))
    }
}
