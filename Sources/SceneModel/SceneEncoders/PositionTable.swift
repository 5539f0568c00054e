package import TensorKernels

/// Reads a table of learned positions at as many places as a scene has parts, by linear interpolation.
///
/// Place i of n lies at (i + 0.5) R / n - 0.5 of R rows, held between the first and the last: PyTorch's
/// `interpolate(mode: linear, align_corners: false)` along the table. With n = R it is the table itself.
package struct PositionTable: Sendable {
    /// For each place the two rows that it lies between, and the share of the second.
    package let places: [(low: Int, high: Int, share: Float)]

    package init(rows: Int, places count: Int) {
        precondition(rows > 0 && count > 0, "a row and a place")
        places = (0..<count).map { place in
            let exact = (Double(place) + 0.5) * Double(rows) / Double(count) - 0.5
            let held = min(max(exact, 0), Double(rows - 1))
            let low = Int(held)
            return (low, min(low + 1, rows - 1), Float(held - Double(low)))
        }
    }

    /// Adds the position of a place to row `row` of `output`.
    func add(_ table: Matrix, place: Int, to output: inout Matrix, row: Int) {
        let (low, high, share) = places[place]
        for column in 0..<table.columns {
            // Exactly the row where the share is 0.
            let value =
                share == 0
                ? table[low, column] : (1 - share) * table[low, column] + share * table[high, column]
            output[row, column] += value
        }
    }

    /// Adds the gradient for the table, from that of row `row`.
    func addGradient(_ gradient: Matrix, row: Int, place: Int, to table: inout Matrix) {
        let (low, high, share) = places[place]
        for column in 0..<table.columns {
            table[low, column] += (1 - share) * gradient[row, column]
            table[high, column] += share * gradient[row, column]
        }
    }
}
