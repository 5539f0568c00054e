internal import CSceneKernels

/// Blocks of one picture looked for in another: how little they differ from it in the best place near their
/// own.
///
/// Whole numbers only: results are equal on every processor.
package enum BlockDifferences {
    /// Blocks side by side that one call looks for, each 8 bytes wide.
    package static let blocks = 8
    package static let blockWidth = 8
    /// Rows of a block, at most.
    package static let mostRows = 16

    /// How far each block is from the place in the other picture that is most like it.
    ///
    /// Complexity: (2 down + 1)(2 across + 1) x 64 x rows, 16 bytes at a time.
    ///
    /// - Parameters:
    ///   - picture: bytes, `stride` in a row.
    ///   - source: as many, laid out alike.
    ///   - start: place of the first block's first byte. The blocks, and where they may have moved, lie
    ///     inside the pictures.
    ///   - stride: bytes of a row.
    ///   - rows: height of a block.
    ///   - down: rows by which a block may have moved, up or down.
    ///   - across: columns by which it may have moved, left or right.
    /// - Returns: of each block the least sum of absolute differences over all moves.
    package static func least(
        of picture: Span<UInt8>, in source: Span<UInt8>, at start: Int, stride: Int, rows: Int, down: Int,
        across: Int
    ) -> InlineArray<8, UInt32> {
        precondition(1...mostRows ~= rows && down >= 0 && across >= 0 && stride > 0, "blocks of some size")
        let last = start + (rows - 1) * stride + blocks * blockWidth
        precondition(start >= 0 && last <= picture.count, "blocks inside the picture")
        precondition(
            start - down * stride - across >= 0 && last + down * stride + across <= source.count,
            "moves inside the other picture")
        var least = InlineArray<8, UInt32>(repeating: 0)
        var output = least.mutableSpan
        picture.withUnsafeBufferPointer { picture in
            source.withUnsafeBufferPointer { source in
                output.withUnsafeMutableBufferPointer { output in
                    guard let output = output.baseAddress, let picture = picture.baseAddress,
                        let source = source.baseAddress
                    else { return }
                    scene_least_differences(
                        output, picture + start, source + start, Int64(stride), Int32(rows), Int32(down),
                        Int32(across))
                }
            }
        }
        return least
    }
}
