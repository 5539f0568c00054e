/// A rectangle of a matrix, possibly seen transposed: an operand of a product. Borrows nothing, copies no
/// floats.
package struct MatrixBlock: Sendable {
    let values: [Float]
    let offset: Int
    /// Floats from one stored row to the next.
    let stride: Int
    /// Rows and columns as stored.
    let storedRows: Int
    let storedColumns: Int
    let isTransposed: Bool

    /// Rows and columns as seen, after transposing.
    package var rows: Int { isTransposed ? storedColumns : storedRows }
    package var columns: Int { isTransposed ? storedRows : storedColumns }

    /// The same floats with rows and columns exchanged.
    package var transposed: MatrixBlock {
        MatrixBlock(
            values: values, offset: offset, stride: stride, storedRows: storedRows,
            storedColumns: storedColumns,
            isTransposed: !isTransposed)
    }
}

extension MatrixBlock {
    /// Some rows of a block that is not transposed.
    package func part(rows: Range<Int>) -> MatrixBlock {
        precondition(
            !isTransposed && rows.lowerBound >= 0 && rows.upperBound <= storedRows, "rows of the block")
        return MatrixBlock(
            values: values, offset: offset + rows.lowerBound * stride, stride: stride, storedRows: rows.count,
            storedColumns: storedColumns, isTransposed: false)
    }
}

extension Matrix {
    /// The rectangle of the given rows and columns.
    package func block(rows blockRows: Range<Int>, columns blockColumns: Range<Int>) -> MatrixBlock {
        checkBlock(blockRows, blockColumns)
        return MatrixBlock(
            values: values, offset: blockRows.lowerBound * columns + blockColumns.lowerBound, stride: columns,
            storedRows: blockRows.count, storedColumns: blockColumns.count, isTransposed: false)
    }

    /// All columns of the given rows.
    package func block(rows blockRows: Range<Int>) -> MatrixBlock {
        block(rows: blockRows, columns: 0..<columns)
    }

    /// The whole matrix.
    package var block: MatrixBlock { block(rows: 0..<rows) }

    /// The whole matrix, transposed.
    package var transposed: MatrixBlock { block.transposed }

    func checkBlock(_ blockRows: Range<Int>, _ blockColumns: Range<Int>) {
        precondition(blockRows.lowerBound >= 0 && blockRows.upperBound <= rows, "rows inside the matrix")
        precondition(
            blockColumns.lowerBound >= 0 && blockColumns.upperBound <= columns, "columns inside the matrix")
    }
}
