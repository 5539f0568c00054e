import JSONText
import SceneCatalogue

/// What a catalogue answers: rows for people, or JSON lines.
struct CatalogueLines {
    let question: CatalogueQuestion

    // MARK: JSON

    /// One object with a newline: the columns by their names.
    func line(_ row: [CatalogueValue], _ columns: [String]) -> String {
        var line = JSONLine()
        line.field("type", "catalogue_\(question.isCount ? "count" : Self.noun(question.subject))")
        for (name, value) in zip(columns, row) { line.field(name, raw: Self.literal(value)) }
        return line.object + "\n"
    }

    static func literal(_ value: CatalogueValue) -> String {
        switch value {
        case .null: "null"
        case .integer(let number): String(number)
        case .real(let number): decimal(number)
        case .text(let text): JSONLine.quoted(text)
        case .blob(let bytes): JSONLine.quoted(Base64.encode(bytes))
        }
    }

    /// Six decimals, as events have.
    private static func decimal(_ number: Double) -> String {
        guard abs(number) < 9e12 else { return "null" }
        return JSONLine.decimal(micro: Int64((number * 1_000_000).rounded()))
    }

    static func noun(_ subject: CatalogueQuestion.Subject) -> String {
        switch subject {
        case .scenes: "scene"
        case .films: "film"
        case .boundaries: "boundary"
        case .shots: "shot"
        }
    }

    // MARK: for people

    /// Columns of a row, each with its heading and width; names come last.
    private var shown: [(name: String, heading: String, width: Int)] {
        let clock = 14
        let own: [(String, String, Int)] =
            switch question.subject {
            case .scenes:
                [
                    ("scene", "scene", 6), ("start_t", "start", clock), ("length", "length", clock),
                    ("score", "score", 10),
                ]
            case .films:
                [
                    ("duration", "length", clock), ("scenes", "scenes", 8), ("shots", "shots", 8),
                    ("doubtful", "doubtful", 10),
                ]
            case .boundaries:
                [
                    ("boundary", "boundary", 9), ("at_t", "at", clock), ("score", "score", 10),
                    ("margin", "margin", 11),
                ]
            case .shots:
                [
                    ("shot", "shot", 6), ("start_t", "start", clock), ("length", "length", clock),
                    ("transition", "begins with", 13),
                ]
            }
        return own + (question.tag == nil ? [] : [("value", "value", 10)])
    }

    /// The heading, with a newline.
    var header: String {
        shown.map { Self.pad($0.heading, $0.width) }.joined() + "  film\n"
    }

    /// One row, with a newline.
    func row(_ row: [CatalogueValue], _ columns: [String]) -> String {
        let values = Dictionary(uniqueKeysWithValues: zip(columns, row))
        let cells = shown.map { column in
            Self.pad(Self.text(values[column.name] ?? .null, column.name), column.width)
        }
        var name = ""
        if case .text(let text)? = values["name"] { name = text }
        return cells.joined() + "  " + MatchTable.shown(name) + "\n"
    }

    private static func text(_ value: CatalogueValue, _ column: String) -> String {
        switch value {
        // A scene that no boundary ends.
        case .null: column == "score" ? "end" : "-"
        case .real(let seconds) where ["start_t", "length", "at_t", "duration"].contains(column):
            ClockText.hours(seconds)
        case .text(let text): MatchTable.shown(text)
        default: literal(value)
        }
    }

    /// How many there are, and how long together.
    func count(_ row: [CatalogueValue]) -> String {
        guard case .integer(let count)? = row.first else { return "\n" }
        let noun = Self.noun(question.subject)
        let nouns = count == 1 ? noun : noun == "boundary" ? "boundaries" : "\(noun)s"
        guard row.count > 1, case .real(let seconds) = row[1] else { return "\(count) \(nouns)\n" }
        return "\(count) \(nouns), \(ClockText.hours(seconds))\n"
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    // MARK: the whole

    /// What a catalogue holds, for people.
    static func text(_ summary: CatalogueSummary) -> String {
        let shown = summary.tags.prefix(20).map(MatchTable.shown).joined(separator: ", ")
        let more = summary.tags.count > 20 ? " and \(summary.tags.count - 20) more" : ""
        return """
            films       \(summary.recordings)\(summary.damaged > 0 ? ", \(summary.damaged) of them broke off" : "")
            length      \(ClockText.hours(summary.seconds))
            scenes      \(summary.scenes)
            shots       \(summary.shots)
            boundaries  \(summary.boundaries), \(summary.doubtful) of them doubtful

            """ + (summary.tags.isEmpty ? "" : "tags        \(shown)\(more)\n")
    }

    /// The same as one JSON object.
    static func line(_ summary: CatalogueSummary) -> String {
        var line = JSONLine()
        line.field("type", "catalogue")
        line.field("films", summary.recordings)
        line.field("seconds", raw: decimal(summary.seconds))
        line.field("scenes", summary.scenes)
        line.field("shots", summary.shots)
        line.field("boundaries", summary.boundaries)
        line.field("doubtful", summary.doubtful)
        line.field("damaged", summary.damaged)
        line.field("tags", list: summary.tags.map(JSONLine.quoted))
        return line.object + "\n"
    }

    /// What became of the recordings of a folder, as one JSON object.
    static func line(_ counts: CatalogueBuilder.Counts, seconds: Double) -> String {
        var line = JSONLine()
        line.field("type", "catalogue_end")
        line.field("films", counts.total)
        line.field("new", counts.new)
        line.field("changed", counts.changed)
        line.field("removed", counts.removed)
        line.field("same", counts.same)
        line.field("changing", counts.changing)
        line.field("unusable", counts.unusable)
        line.field("seconds", raw: decimal(seconds))
        return line.object + "\n"
    }

    /// The same in words.
    static func text(_ counts: CatalogueBuilder.Counts, seconds: Double) -> String {
        let named = [
            (counts.new, "new"), (counts.changed, "changed"), (counts.same, "unchanged"),
            (counts.removed, "removed"), (counts.changing, "in progress"), (counts.unusable, "unusable"),
        ]
        let told = named.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
        return
            "\(counts.total) \(counts.total == 1 ? "film" : "films"): \(told.isEmpty ? "none" : told); \(ClockText.short(seconds))"
    }
}
