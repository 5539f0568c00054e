internal import JSONText

/// The result of an evaluation: text for people, JSON for programs, the same content in both.
package struct EvaluationReport: Sendable {
    /// `scenes`, `shots` or `blocks`.
    package var kind: String
    /// What the figures depend on, in a fixed order.
    package var settings: [(name: String, value: ReportCell)]
    package var tables: [ReportTable]
    /// Sentences a reader must know to understand the figures.
    package var notes: [String]
    /// nil for shots, and where no boundary is labeled.
    package var curve: PrecisionRecallCurve?
    package var thresholds: ThresholdCurve?

    package init(
        kind: String, settings: [(name: String, value: ReportCell)], tables: [ReportTable], notes: [String],
        curve: PrecisionRecallCurve? = nil, thresholds: ThresholdCurve? = nil
    ) {
        self.kind = kind
        self.settings = settings
        self.tables = tables
        self.notes = notes
        self.curve = curve
        self.thresholds = thresholds
    }

    /// Tables with aligned columns, then settings and notes; ends with a newline.
    package var text: String {
        var blocks = tables.filter { !$0.rows.isEmpty }.map { $0.title + "\n" + $0.text }
        var remarks = settings.map { "\($0.name): \($0.value.text)" }.joined(separator: ", ")
        for note in notes { remarks += "\nnote: " + note }
        blocks.append(remarks + "\n")
        return blocks.joined(separator: "\n")
    }

    /// One JSON object on one line, newline included, with keys in a fixed order: `v`, `report`, `settings`,
    /// `tables` (one list of rows per table), `curve` (`[recall, precision, threshold]` per point), `notes`.
    /// Figures are shares from 0 to 1 with six decimals.
    package var json: String {
        var line = JSONLine()
        line.field("v", 1)
        line.field("report", kind)
        var options = JSONLine()
        for setting in settings { options.field(setting.name.jsonKey, raw: setting.value.json) }
        line.field("settings", raw: options.object)
        var lists = JSONLine()
        for table in tables { lists.field(table.key, list: table.rows.map { table.json($0) }) }
        line.field("tables", raw: lists.object)
        if let curve {
            line.field("curve", list: curve.points.map { list($0.recall, $0.precision, $0.threshold) })
        }
        line.field("notes", list: notes.map(JSONLine.quoted))
        return line.object + "\n"
    }

    private func list(_ numbers: Double...) -> String {
        "[" + numbers.map { Decimals.fixed($0, digits: 6) }.joined(separator: ",") + "]"
    }
}

extension String {
    /// Lower case with `_` for spaces.
    fileprivate var jsonKey: String { String(lowercased().map { $0 == " " ? "_" : $0 }) }
}
