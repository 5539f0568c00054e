internal import CSceneKernels

/// Sums of the bytes of a plane over a row of cells, each of them some columns wide: what box averages are
/// made of.
///
/// Owns its table and buffer. Whole numbers only: results are equal on every processor.
package struct CellSums: Sendable {
    /// Rows that one call sums, at most.
    package static let mostRows = 6

    private let width: Int32
    private let starts: [Int32]
    private let counts: [Int32]
    private var lines: [UInt16]

    /// nil if a cell is too long for the arithmetic.
    ///
    /// - Parameters:
    ///   - width: bytes in a row.
    ///   - cells: columns of each cell, inside the row.
    package init?(width: Int, cells: [Range<Int>]) {
        precondition(cells.allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= width }, "cells in a row")
        guard cells.allSatisfy({ $0.count <= Int(SCENE_LONGEST_CELL) }) else { return nil }
        self.width = Int32(width)
        starts = cells.map { Int32($0.lowerBound) }
        counts = cells.map { Int32($0.count) }
        lines = [UInt16](repeating: 0, count: width + Int(SCENE_CELL_SLACK))
    }

    /// Writes one sum for each cell, over the rows that begin `rows` (1 to `mostRows`) strides after `base`.
    package mutating func sum(
        _ base: UnsafePointer<UInt8>, stride: Int, rows: [Int32], into sums: UnsafeMutablePointer<UInt32>
    ) {
        precondition(1...Self.mostRows ~= rows.count, "as many rows as 16 bits hold")
        lines.withUnsafeMutableBufferPointer { [width, starts, counts] lines in
            guard let lines = lines.baseAddress else { return }
            scene_cell_sums(
                sums, base, Int64(stride), rows, Int32(rows.count), width, starts, counts,
                Int32(counts.count),
                lines)
        }
    }
}
