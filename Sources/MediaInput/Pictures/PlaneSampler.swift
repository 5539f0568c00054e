import TensorKernels

/// Box averages of one component of a picture over a grid of cells.
///
/// Cell i of n covers the samples i*size/n ..< (i+1)*size/n, and at least one. It is averaged over the whole
/// of its width and at most six rows of its height, spread evenly and of both parities, so that interlaced
/// fields weigh the same. Made once for a picture format; each use costs O(width x rows sampled) and one
/// allocation.
package struct PlaneSampler {
    private static let rowsPerCell = 6

    /// Samples from one value of the component to the next (2 where two components alternate).
    private let step: Int
    private let columns: [Range<Int>]
    private let rows: [[Int]]
    /// The rows of `rows` as `CellSums` takes them.
    private let narrowRows: [[Int32]]
    /// For bytes one after the other; nil where it does not do.
    private var cellSums: CellSums?
    /// Sums of the sampled rows, sample by sample.
    private var sums: [UInt16]
    private var wideSums: [UInt32]

    /// `width` x `height` values, averaged to `columns` x `rows`.
    package init(width: Int, height: Int, step: Int, columns: Int, rows: Int) {
        precondition(width > 0 && height > 0 && step > 0, "a component has values and a step")
        self.step = step
        self.columns = (0..<columns).map { Self.cell($0, of: columns, size: width) }
        self.rows = (0..<rows).map { Self.sampledRows(of: Self.cell($0, of: rows, size: height)) }
        narrowRows = self.rows.map { $0.map(Int32.init) }
        cellSums = step == 1 ? CellSums(width: width, cells: self.columns) : nil
        sums = [UInt16](repeating: 0, count: (width - 1) * step + 1)
        wideSums = [UInt32](repeating: 0, count: (width - 1) * step + 1)
    }

    private static func cell(_ index: Int, of count: Int, size: Int) -> Range<Int> {
        let start = index * size / count
        return start..<max(start + 1, (index + 1) * size / count)
    }

    private static func sampledRows(of cell: Range<Int>) -> [Int] {
        guard cell.count > rowsPerCell else { return Array(cell) }
        return (0..<rowsPerCell).map { index in
            let row = cell.lowerBound + (2 * index + 1) * cell.count / (2 * rowsPerCell)
            let ofParity = row & ~1 | index & 1
            return min(max(ofParity, cell.lowerBound), cell.upperBound - 1)
        }
    }

    /// Averages in the samples' own units, row by row. `base` is the component's first value, `stride` the
    /// bytes from row to row, which may be negative.
    package mutating func averages(ofBytes base: UnsafePointer<UInt8>, stride: Int) -> [Float] {
        cellSums == nil
            ? Self.averages(of: base, stride: stride, step: step, columns: columns, rows: rows, sums: &sums)
            : vectorAverages(of: base, stride: stride)
    }

    private mutating func vectorAverages(of base: UnsafePointer<UInt8>, stride: Int) -> [Float] {
        let (columns, narrowRows) = (columns, narrowRows)
        return [Float](unsafeUninitializedCapacity: columns.count * narrowRows.count) { result, initialized in
            withUnsafeTemporaryAllocation(of: UInt32.self, capacity: columns.count) { sums in
                guard let sums = sums.baseAddress else { return }
                for sampled in narrowRows {
                    cellSums?.sum(base, stride: stride, rows: sampled, into: sums)
                    for (column, cell) in columns.enumerated() {
                        result.initializeElement(
                            at: initialized, to: Float(sums[column]) / Float(cell.count &* sampled.count))
                        initialized += 1
                    }
                }
            }
        }
    }

    /// As `averages(ofBytes:stride:)`, for 16-bit samples in the machine's byte order; `stride` is even.
    package mutating func averages(ofWords base: UnsafePointer<UInt16>, stride: Int) -> [Float] {
        Self.averages(of: base, stride: stride / 2, step: step, columns: columns, rows: rows, sums: &wideSums)
    }

    @inline(__always)
    private static func averages<Sample: FixedWidthInteger, Sum: FixedWidthInteger>(
        of base: UnsafePointer<Sample>, stride: Int, step: Int, columns: [Range<Int>], rows: [[Int]],
        sums: inout [Sum]
    ) -> [Float] {
        let count = sums.count
        return [Float](unsafeUninitializedCapacity: columns.count * rows.count) { result, initialized in
            sums.withUnsafeMutableBufferPointer { sums in
                guard let sums = sums.baseAddress else { return }
                for sampled in rows {
                    addRows(sampled, of: base, stride: stride, to: sums, count: count)
                    for cell in columns {
                        let start = sums + cell.lowerBound * step
                        var sum: UInt32 = 0
                        if step == 1 {
                            for index in 0..<cell.count { sum &+= UInt32(truncatingIfNeeded: start[index]) }
                        } else {
                            for index in 0..<cell.count {
                                sum &+= UInt32(truncatingIfNeeded: start[index &* step])
                            }
                        }
                        result.initializeElement(
                            at: initialized, to: Float(sum) / Float(cell.count &* sampled.count))
                        initialized += 1
                    }
                }
            }
        }
    }

    @inline(__always)
    private static func addRows<Sample: FixedWidthInteger, Sum: FixedWidthInteger>(
        _ rows: [Int], of base: UnsafePointer<Sample>, stride: Int, to sums: UnsafeMutablePointer<Sum>,
        count: Int
    ) {
        if rows.count == rowsPerCell {
            let (a, b, c) = (base + rows[0] * stride, base + rows[1] * stride, base + rows[2] * stride)
            let (d, e, f) = (base + rows[3] * stride, base + rows[4] * stride, base + rows[5] * stride)
            for index in 0..<count {
                let first = Sum(truncatingIfNeeded: a[index]) &+ Sum(truncatingIfNeeded: b[index])
                let second = Sum(truncatingIfNeeded: c[index]) &+ Sum(truncatingIfNeeded: d[index])
                let third = Sum(truncatingIfNeeded: e[index]) &+ Sum(truncatingIfNeeded: f[index])
                sums[index] = first &+ second &+ third
            }
            return
        }
        sums.update(repeating: 0, count: count)
        for row in rows {
            let samples = base + row * stride
            for index in 0..<count { sums[index] &+= Sum(truncatingIfNeeded: samples[index]) }
        }
    }
}
