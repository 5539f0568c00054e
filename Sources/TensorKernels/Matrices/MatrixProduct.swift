internal import COpenBLAS

/// output[rows, columns] = scale * left x right, or added to it when `accumulating`.
///
/// Shapes: left [M, N], right [N, P], the chosen rectangle of output [M, P]. The rectangle must lie in
/// another matrix than the operands. Equal shapes and values give equal bits on one machine with one thread
/// count; a row computed alone may differ in the last bits from the same row inside a taller product.
///
/// Where the library's kernels are behind the processor (`BLAS.isBehindProcessor`), large products go to the
/// kernels of `InferencePlan`.
package func multiplyInto(
    _ output: inout Matrix, rows: Range<Int>, columns: Range<Int>, _ left: MatrixBlock, _ right: MatrixBlock,
    scale: Float = 1, accumulating: Bool = false
) {
    output.checkBlock(rows, columns)
    precondition(left.rows == rows.count, "left has \(left.rows) rows, the output \(rows.count)")
    precondition(
        right.columns == columns.count, "right has \(right.columns) columns, the output \(columns.count)")
    precondition(left.columns == right.rows, "left has \(left.columns) columns, right \(right.rows) rows")
    guard !rows.isEmpty, !columns.isEmpty else { return }
    precondition(left.columns > 0, "a product has an inner dimension")
    if BLAS.isBehindProcessor,
        PackedOperand.pays(rows: rows.count, inner: left.columns, columns: columns.count)
    {
        multiplyInto(
            &output, rows: rows, columns: columns, left, PackedOperand(right, scale: scale),
            accumulating: accumulating)
        return
    }
    let hasBorrowed = BLAS.begin()
    defer { BLAS.end(hasBorrowed) }
    let stride = output.columns
    output.values.withUnsafeMutableBufferPointer { target in
        left.values.withUnsafeBufferPointer { leftValues in
            right.values.withUnsafeBufferPointer { rightValues in
                guard let target = target.baseAddress, let leftBase = leftValues.baseAddress,
                    let rightBase = rightValues.baseAddress
                else { return }
                // The library prints and returns when a leading dimension is wrong: all sizes were checked
                // above.
                let targetBase = target + (rows.lowerBound * stride + columns.lowerBound)
                if rows.count == 1, !left.isTransposed {
                    // One row reads the right side once, without packing it: three times as fast.
                    cblas_sgemv(
                        CblasRowMajor, right.isTransposed ? CblasNoTrans : CblasTrans,
                        blasint(right.storedRows),
                        blasint(right.storedColumns), scale, rightBase + right.offset, blasint(right.stride),
                        leftBase + left.offset, 1, accumulating ? 1 : 0, targetBase, 1)
                } else {
                    cblas_sgemm(
                        CblasRowMajor, left.isTransposed ? CblasTrans : CblasNoTrans,
                        right.isTransposed ? CblasTrans : CblasNoTrans, blasint(rows.count),
                        blasint(columns.count),
                        blasint(left.columns), scale, leftBase + left.offset, blasint(left.stride),
                        rightBase + right.offset, blasint(right.stride), accumulating ? 1 : 0, targetBase,
                        blasint(stride))
                }
            }
        }
    }
}

/// output = scale * left x right, or added to it when `accumulating`: the whole matrix.
package func multiplyInto(
    _ output: inout Matrix, _ left: MatrixBlock, _ right: MatrixBlock, scale: Float = 1,
    accumulating: Bool = false
) {
    multiplyInto(
        &output, rows: 0..<output.rows, columns: 0..<output.columns, left, right, scale: scale,
        accumulating: accumulating)
}

/// output = input x weight^T + bias: input [N, in], weight [out, in], bias [out], output [N, out].
package func linearInto(_ output: inout Matrix, _ input: MatrixBlock, weight: MatrixBlock, bias: [Float]) {
    precondition(output.rows == input.rows, "as many rows out as in")
    precondition(bias.count == output.columns, "\(bias.count) biases for \(output.columns) columns")
    fillRowsInto(&output, bias)
    multiplyInto(&output, input, weight.transposed, accumulating: true)
}
