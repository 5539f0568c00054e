internal import CSceneKernels

/// Rows of half floats in a mapped file, one behind another: what a search goes through.
///
/// Nothing is copied; the file stays mapped as long as this is held. Safe from any thread.
package struct HalfRows: Sendable {
    package let count: Int
    /// Halves in a row.
    package let width: Int
    private let file: MappedFile
    /// Byte of the first row.
    private let offset: Int

    /// - Parameters:
    ///   - file: holds the rows.
    ///   - offset: byte of the first row, a multiple of 8.
    ///   - count: rows; all lie inside the file.
    ///   - width: halves in a row, at least 1.
    package init(_ file: MappedFile, offset: Int, count: Int, width: Int) {
        precondition(offset >= 0 && offset % 8 == 0 && width > 0 && count >= 0, "rows of some width")
        precondition(count <= (file.count - offset) / (2 * width), "rows inside the file")
        (self.file, self.offset, self.count, self.width) = (file, offset, count, width)
    }

    /// The cosine between each of some rows and a vector; minus infinity where either has no direction. Equal
    /// bits on every processor.
    ///
    /// Complexity: reads the rows once; O(rows x width).
    ///
    /// - Parameters:
    ///   - range: of rows.
    ///   - query: as wide as the rows, widened from halves (`HalfVector.floats`).
    ///   - cosines: room for as many as there are rows in `range`; the first ones are written.
    ///   - variant: the instructions; results do not depend on it.
    package func cosines(
        _ range: Range<Int>, with query: [Float], into cosines: inout [Float],
        variant: KernelVariant = .best
    ) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "rows that are there")
        precondition(query.count == width && cosines.count >= range.count, "equal widths, and room")
        file.withBytes(in: bytes(of: range)) { bytes in
            bytes.withUnsafeBytes { bytes in
                guard let base = bytes.baseAddress else { return }
                scene_cosines(
                    variant.lanes, &cosines, base.assumingMemoryBound(to: UInt16.self), range.count, width,
                    query)
            }
        }
    }

    /// One row.
    package func row(_ index: Int) -> HalfVector {
        precondition(0..<count ~= index, "a row that is there")
        return HalfVector(
            bits: file.withBytes(in: bytes(of: index..<index + 1)) { bytes in
                bytes.withUnsafeBytes { bytes in
                    (0..<width).map { bytes.loadUnaligned(fromByteOffset: 2 * $0, as: UInt16.self) }
                }
            })
    }

    /// Reads rows and does as little with them as can be: for comparison with what a search takes. Returns
    /// the exclusive or of their words.
    package func readWords(_ range: Range<Int>) -> UInt64 {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "rows that are there")
        precondition(width % 4 == 0, "whole words")
        return file.withBytes(in: bytes(of: range)) { bytes in
            bytes.withUnsafeBytes { bytes in
                guard let base = bytes.baseAddress else { return 0 }
                return scene_read_words(base.assumingMemoryBound(to: UInt64.self), bytes.count / 8)
            }
        }
    }

    /// Where rows lie in the file.
    private func bytes(of rows: Range<Int>) -> Range<Int> {
        offset + rows.lowerBound * 2 * width..<offset + rows.upperBound * 2 * width
    }
}
