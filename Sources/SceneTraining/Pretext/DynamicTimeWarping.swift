package import TensorKernels

/// Aligns two sequences so that the summed cost along the path is least, as BaSSL finds pseudo-boundaries.
///
/// The steps are diagonal, next row and next column; costs are summed in Double. Going back from the end, the
/// least of (diagonal, row above, column before) is taken, the first of equals, as tslearn does.
package enum DynamicTimeWarping {
    package struct Step: Hashable, Sendable {
        package var row: Int
        package var column: Int

        package init(row: Int, column: Int) {
            self.row = row
            self.column = column
        }
    }

    /// The path from (0, 0) to the last row and column of `cost`. O(rows * columns).
    package static func path(cost: Matrix) -> [Step] {
        let (rows, columns) = (cost.rows, cost.columns)
        precondition(rows > 0 && columns > 0, "sequences with elements")
        var sums = [Double](repeating: 0, count: rows * columns)
        for row in 0..<rows {
            for column in 0..<columns {
                var before = Double.infinity
                if row > 0 { before = min(before, sums[(row - 1) * columns + column]) }
                if column > 0 { before = min(before, sums[row * columns + column - 1]) }
                if row > 0, column > 0 { before = min(before, sums[(row - 1) * columns + column - 1]) }
                sums[row * columns + column] = Double(cost[row, column]) + (before.isFinite ? before : 0)
            }
        }
        var path = [Step(row: rows - 1, column: columns - 1)]
        var (row, column) = (rows - 1, columns - 1)
        while row > 0 || column > 0 {
            if row == 0 {
                column -= 1
            } else if column == 0 {
                row -= 1
            } else {
                let diagonal = sums[(row - 1) * columns + column - 1]
                let above = sums[(row - 1) * columns + column]
                let left = sums[row * columns + column - 1]
                if diagonal <= above && diagonal <= left {
                    (row, column) = (row - 1, column - 1)
                } else if above <= left {
                    row -= 1
                } else {
                    column -= 1
                }
            }
            path.append(Step(row: row, column: column))
        }
        return path.reversed()
    }
}
