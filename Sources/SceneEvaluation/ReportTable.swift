internal import JSONText

/// One value of a report.
package enum ReportCell: Hashable, Sendable {
    case text(String)
    case count(Int)
    /// A share from 0 to 1, or a difference of shares; people see percent.
    case share(Double)
    case seconds(Double)
    /// Two shares; people see percent.
    case interval(ResampledInterval)
    /// Unknown or without meaning.
    case none

    static func share(optional value: Double?) -> ReportCell { value.map(ReportCell.share) ?? .none }
    static func interval(optional value: ResampledInterval?) -> ReportCell {
        value.map(ReportCell.interval) ?? .none
    }

    package var text: String {
        switch self {
        case .text(let text): text
        case .count(let count): "\(count)"
        case .share(let share): Decimals.fixed(share * 100, digits: 2)
        case .seconds(let seconds): Decimals.fixed(seconds, digits: 3) + " s"
        case .interval(let interval):
            Decimals.fixed(interval.low * 100, digits: 2) + " .. "
                + Decimals.fixed(interval.high * 100, digits: 2)
        case .none: "-"
        }
    }

    package var json: String {
        switch self {
        case .text(let text): JSONLine.quoted(text)
        case .count(let count): "\(count)"
        case .share(let value), .seconds(let value): Decimals.fixed(value, digits: 6)
        case .interval(let interval):
            "[\(Decimals.fixed(interval.low, digits: 6)),\(Decimals.fixed(interval.high, digits: 6))]"
        case .none: "null"
        }
    }
}

/// A table of a report: named columns, rows of cells.
package struct ReportTable: Hashable, Sendable {
    package struct Column: Hashable, Sendable {
        /// Name in JSON.
        package var key: String
        /// Heading for people.
        package var title: String

        package init(_ key: String, _ title: String) {
            self.key = key
            self.title = title
        }
    }

    /// Name in JSON.
    package var key: String
    package var title: String
    package var columns: [Column]
    package var rows: [[ReportCell]]

    package init(key: String, title: String, columns: [Column], rows: [[ReportCell]]) {
        precondition(rows.allSatisfy { $0.count == columns.count }, "a row has one cell per column")
        self.key = key
        self.title = title
        self.columns = columns
        self.rows = rows
    }

    /// Heading and rows, columns two spaces apart; numbers stand at the right, words at the left.
    package var text: String {
        let grid = [columns.map(\.title)] + rows.map { $0.map(\.text) }
        let widths = columns.indices.map { column in grid.map { $0[column].count }.max() ?? 0 }
        let isText = columns.indices.map { column in
            rows.allSatisfy { row in
                if case .text = row[column] { true } else { false }
            }
        }
        return grid.map { line in
            let cells = line.indices.map { column in
                let space = String(repeating: " ", count: widths[column] - line[column].count)
                return isText[column] ? line[column] + space : space + line[column]
            }
            var text = cells.joined(separator: "  ")
            while text.hasSuffix(" ") { text.removeLast() }
            return text + "\n"
        }.joined()
    }

    func json(_ row: [ReportCell]) -> String {
        var line = JSONLine()
        for (column, cell) in zip(columns, row) { line.field(column.key, raw: cell.json) }
        return line.object
    }
}
