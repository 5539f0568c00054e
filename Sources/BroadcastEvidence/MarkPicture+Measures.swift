internal import Timeline

extension MarkPicture {
    /// Luma up to which a pixel of a bar is black.
    private static let blackest: UInt8 = 20

    /// Rows and columns that black bars cover on each side, up to a third of the picture; 0 without bars.
    var bars: (rows: Int, columns: Int) {
        let luma = luma.span
        func isBlack(row: Int) -> Bool {
            for column in 0..<Self.width where luma[row * Self.width + column] > Self.blackest {
                return false
            }
            return true
        }
        func isBlack(column: Int) -> Bool {
            for row in 0..<Self.height where luma[row * Self.width + column] > Self.blackest { return false }
            return true
        }
        var (rows, columns) = (0, 0)
        while rows < Self.height / 3, isBlack(row: rows), isBlack(row: Self.height - 1 - rows) { rows += 1 }
        while columns < Self.width / 3, isBlack(column: columns), isBlack(column: Self.width - 1 - columns) {
            columns += 1
        }
        return (rows, columns)
    }

    /// Mean luma of 16 x 9 cells: by these pictures are told apart.
    var cells: [Float] {
        let luma = luma.span
        var sums = [Float](repeating: 0, count: 144)
        for y in 0..<Self.height {
            for x in 0..<Self.width { sums[y / 20 * 16 + x / 20] += Float(luma[y * Self.width + x]) }
        }
        return sums.map { $0 / 400 }
    }

    /// Brightest less darkest.
    var range: Int { Int(luma.max() ?? 0) - Int(luma.min() ?? 0) }
}
