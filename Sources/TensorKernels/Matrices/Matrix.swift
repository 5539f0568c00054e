/// Floats in rows, row-major and without padding: element (r, c) is `values[r * columns + c]`.
///
/// A value: copies are independent. Layers write into matrices that their owner made once, so nothing is
/// allocated from call to call.
package struct Matrix: Equatable, Sendable {
    package let rows: Int
    package let columns: Int
    /// `rows * columns` floats.
    package internal(set) var values: [Float]

    /// A matrix of zeros.
    package init(rows: Int, columns: Int) {
        precondition(rows >= 0 && columns >= 0, "a matrix has no negative side")
        self.rows = rows
        self.columns = columns
        values = [Float](repeating: 0, count: rows * columns)
    }

    package init(rows: Int, columns: Int, values: [Float]) {
        precondition(rows >= 0 && columns >= 0, "a matrix has no negative side")
        precondition(values.count == rows * columns, "\(values.count) values for \(rows) x \(columns)")
        self.rows = rows
        self.columns = columns
        self.values = values
    }

    package subscript(row: Int, column: Int) -> Float {
        get {
            checkElement(row, column)
            return values[row * columns + column]
        }
        set {
            checkElement(row, column)
            values[row * columns + column] = newValue
        }
    }

    /// A copy of one row.
    package func row(_ row: Int) -> [Float] {
        precondition((0..<rows).contains(row), "row \(row) of \(rows)")
        return [Float](values[row * columns..<(row + 1) * columns])
    }

    /// Replaces one row.
    package mutating func setRow(_ row: Int, to newValues: [Float]) {
        precondition((0..<rows).contains(row), "row \(row) of \(rows)")
        precondition(newValues.count == columns, "\(newValues.count) values for a row of \(columns)")
        let columns = columns
        values.withUnsafeMutableBufferPointer { target in
            newValues.withUnsafeBufferPointer { source in
                for column in 0..<columns { target[row * columns + column] = source[column] }
            }
        }
    }

    private func checkElement(_ row: Int, _ column: Int) {
        precondition(
            row >= 0 && row < rows && column >= 0 && column < columns, "an element inside the matrix")
    }
}
