internal import JSONText

/// One row of measures for each picture, as PySceneDetect's stats files have it: `Frame Number` from 1,
/// `Timecode`, then one column for each measure; a measure that was not taken is an empty cell.
package struct StatisticsTable {
    private let names: [String]
    /// Rows so far.
    private var count = 0

    /// `names`: of the measures, without commas.
    package init(names: [String]) { self.names = names }

    package var header: String { (["Frame Number", "Timecode"] + names).joined(separator: ",") + "\n" }

    /// The next picture's row, newline included. `microseconds` count from the first picture; values are
    /// finite.
    package mutating func row(microseconds: Int64, values: [Float?]) -> String {
        precondition(values.count == names.count, "one value for each name")
        count += 1
        let cells = values.map { value in
            value.map { JSONLine.decimal(micro: Int64((Double($0) * 1_000_000).rounded())) } ?? ""
        }
        return (["\(count)", ShotTable.clock(microseconds: microseconds)] + cells).joined(separator: ",")
            + "\n"
    }
}
