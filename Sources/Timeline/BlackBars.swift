/// Black bars of equal width above and below a picture, or left and right of it, or both.
package struct BlackBars: Hashable, Sendable {
    /// Rows of the analysis picture that each of the two covers, with the one that a bar covers in part.
    package var rows: Int
    /// Columns, likewise.
    package var columns: Int

    package static let none = BlackBars()

    /// Luma up to this is black, with a coder's noise.
    private static let blackest: UInt8 = 10

    package init(rows: Int = 0, columns: Int = 0) {
        self.rows = rows
        self.columns = columns
    }

    /// Those of one picture; nil if it is all black, which says nothing.
    ///
    /// - Complexity: where there are no bars, four rows or columns up to the first pixel that is not black.
    package init?(of picture: AnalysisPicture) {
        let luma = picture.planes.span
        let (width, height) = (AnalysisPicture.width, AnalysisPicture.height)
        func isBlack(row: Int) -> Bool {
            for column in 0..<width where luma[row * width + column] > Self.blackest { return false }
            return true
        }
        func isBlack(column: Int) -> Bool {
            for row in 0..<height where luma[row * width + column] > Self.blackest { return false }
            return true
        }
        var rows = 0
        while rows < height / 2, isBlack(row: rows), isBlack(row: height - 1 - rows) { rows += 1 }
        if rows == height / 2 { return nil }
        var columns = 0
        while columns < width / 2, isBlack(column: columns), isBlack(column: width - 1 - columns) {
            columns += 1
        }
        self.init(rows: rows, columns: columns)
    }

    /// What both have.
    package func common(with other: BlackBars) -> BlackBars {
        BlackBars(rows: min(rows, other.rows), columns: min(columns, other.columns))
    }
}
