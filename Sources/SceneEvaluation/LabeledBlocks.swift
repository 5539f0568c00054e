internal import SceneEvents
internal import SceneFormats
internal import TextFiles
package import Timeline

/// The blocks of one film: what somebody labeled, or what a run found.
package struct LabeledBlocks: Hashable, Sendable {
    package struct Entry: Hashable, Sendable {
        /// In seconds from the first picture, half open.
        package var range: ShotRange
        package var kind: Block.Kind
        /// Seconds from its end to when it was told; nil in labels.
        package var delay: Double?

        package init(range: ShotRange, kind: Block.Kind, delay: Double? = nil) {
            self.range = range
            self.kind = kind
            self.delay = delay
        }
    }

    package var film: String
    /// In order of time; none overlaps another.
    package var entries: [Entry]

    package init(film: String, entries: [Entry]) {
        self.film = film
        self.entries = entries
    }

    /// Black between two items, in seconds, that belongs to the break around it.
    private static let black = 1.5

    /// Stretches that are no program, in seconds.
    package var breaks: [ShotRange] {
        var breaks: [ShotRange] = []
        for entry in entries where entry.kind != .program {
            if let last = breaks.last, entry.range.start - last.end < Self.black {
                breaks[breaks.endIndex - 1].end = entry.range.end
            } else {
                breaks.append(entry.range)
            }
        }
        return breaks
    }

    /// End of the last block, in seconds.
    package var end: Double { entries.last?.range.end ?? 0 }

    private struct Document: Decodable {
        struct Entry: Decodable {
            var start: Double
            var end: Double?
            var kind: String
        }

        var blocks: [Entry]
        var end: Double?
    }

    /// Events with `block` lines, or `{"blocks":[{"start":0,"end":150.3,"kind":"program"}, ...],"end":331.5}`
    /// in seconds. A block without end reaches to the next, and the last one to `end`. A sponsor counts as an
    /// ident.
    static func read(
        path: String, from text: TextSource = TextFile.init(path:)
    ) throws(EvaluationError) -> LabeledBlocks {
        let file = try EvaluationError.reading { () throws(TextFileError) in try text(path) }
        return try EvaluationError.reading { () throws(TextFileError) in
            guard let document = file.tryDecode(Document.self) else { return try events(file) }
            return try labels(document, file)
        }
    }

    private static func labels(_ document: Document, _ file: TextFile) throws(TextFileError) -> LabeledBlocks
    {
        var entries: [Entry] = []
        for (index, block) in document.blocks.enumerated() {
            let next = index + 1 < document.blocks.count ? document.blocks[index + 1].start : document.end
            guard let kind = Block.Kind(rawValue: block.kind == "sponsor" ? "ident" : block.kind) else {
                let known = Block.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                throw file.malformed("block \(index) is of kind '\(block.kind)'", remedy: "use \(known)")
            }
            guard let end = block.end ?? next, block.start >= entries.last?.range.end ?? 0, end > block.start,
                end <= 1e9
            else {
                throw file.malformed(
                    "block \(index) has no end, or begins before the one in front of it is over",
                    remedy: "give start and end in seconds, in order of time")
            }
            entries.append(Entry(range: ShotRange(start: block.start, end: end), kind: kind))
        }
        guard !entries.isEmpty else {
            throw file.malformed("has no block", remedy: "label at least one block")
        }
        return LabeledBlocks(film: file.stem, entries: entries)
    }

    private static func events(_ file: TextFile) throws(TextFileError) -> LabeledBlocks {
        var entries: [Entry] = []
        try file.eachEvent { _, fields throws(EventError) in
            let type: String? = try fields.find("type")
            guard type == EventKind.block.rawValue else { return }
            let (start, end): (EventPlace, EventPlace) = (try fields.get("start"), try fields.get("end"))
            let delay: EventSeconds? = try fields.find("delay")
            entries.append(
                Entry(
                    range: ShotRange(start: start.t.seconds, end: end.t.seconds),
                    kind: try fields.get("kind"),
                    delay: delay?.seconds))
        }
        entries.sort { $0.range.start < $1.range.start }
        guard !entries.isEmpty else {
            throw file.malformed("holds no block events", remedy: "run scened segment with --blocks")
        }
        return LabeledBlocks(film: file.stem, entries: entries)
    }
}
