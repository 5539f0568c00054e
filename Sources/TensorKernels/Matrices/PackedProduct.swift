internal import CSceneKernels
internal import Synchronization

/// The right side of products with many rows, packed for the kernels of `InferencePlan`: a matrix [N, P].
///
/// Packed once it serves any number of left sides. Convolutions are trained by these kernels: they know the
/// processor, while OpenBLAS takes the oldest kernels for a processor that is younger than itself.
package struct PackedOperand {
    package let rows: Int
    package let columns: Int
    fileprivate let floats: AlignedFloats

    /// A copy in the kernels' order, each value times `scale`. O(N x P).
    package init(_ block: MatrixBlock, scale: Float = 1) {
        rows = block.rows
        columns = block.columns
        let lanes = KernelVariant.best.lanes
        floats = AlignedFloats(count: scene_packed_count(lanes, rows, columns))
        block.values.withUnsafeBufferPointer { source in
            guard let base = source.baseAddress else { return }
            scene_pack(
                lanes, floats.base, base + block.offset, block.rows, block.columns,
                Int64(block.isTransposed ? 1 : block.stride), Int64(block.isTransposed ? block.stride : 1))
        }
        guard scale != 1 else { return }
        for index in 0..<scene_packed_count(lanes, rows, columns) { floats.base[index] *= scale }
    }

    /// Whether a product of these sizes costs far more than to lay out both of its sides.
    static func pays(rows: Int, inner: Int, columns: Int) -> Bool {
        min(rows, columns) >= leastSide && inner >= leastInner
    }

    private static let leastSide = 256
    private static let leastInner = 32
}

/// output[rows, columns] = left x right, or added to it when `accumulating`, by the kernels of
/// `InferencePlan` on as many threads as `BLAS.threadCount` says.
///
/// Shapes: left [M, N], right [N, P]. A left side that is transposed is copied first. Each sum is in one
/// fixed order, whatever the number of threads.
package func multiplyInto(
    _ output: inout Matrix, rows: Range<Int>, columns: Range<Int>, _ left: MatrixBlock,
    _ right: PackedOperand,
    accumulating: Bool = false
) {
    output.checkBlock(rows, columns)
    precondition(left.rows == rows.count && right.columns == columns.count, "a product of the output's shape")
    precondition(left.columns == right.rows, "left has \(left.columns) columns, right \(right.rows) rows")
    guard !rows.isEmpty, !columns.isEmpty else { return }
    let stride = output.columns
    let left = left.isTransposed ? left.laidOut : left
    output.values.withUnsafeMutableBufferPointer { target in
        left.values.withUnsafeBufferPointer { source in
            guard let target = target.baseAddress, let source = source.baseAddress else { return }
            var product = scene_product()
            product.input = source + left.offset
            product.input_strides = scene_strides(image: 0, row: 0, pixel: Int64(left.stride))
            product.taps = 1
            product.depth = Int32(left.columns)
            product.weights = UnsafePointer(right.floats.base)
            product.output = target + (rows.lowerBound * stride + columns.lowerBound)
            product.output_strides = scene_strides(image: 0, row: 0, pixel: Int64(stride))
            if accumulating {
                product.residual = UnsafePointer(product.output)
                product.residual_strides = product.output_strides
            }
            product.images = 1
            product.height = 1
            product.width = Int32(rows.count)
            product.columns = Int32(columns.count)
            product.activation = Activation.none.code
            var step = scene_step()
            step.kind = Int32(SCENE_PRODUCT)
            step.product = product
            ProductThreads.run(step)
        }
    }
}

extension MatrixBlock {
    /// A copy whose rows are contiguous. O(elements), in squares that stay in the caches.
    fileprivate var laidOut: MatrixBlock {
        precondition(isTransposed, "a transposed block")
        let (count, width, tile) = (rows, columns, 16)
        var copy = Matrix(rows: count, columns: width)
        copy.values.withUnsafeMutableBufferPointer { target in
            values.withUnsafeBufferPointer { source in
                guard let target = target.baseAddress, let source = source.baseAddress else { return }
                let base = source + offset
                for first in Swift.stride(from: 0, to: width, by: tile) {
                    for start in Swift.stride(from: 0, to: count, by: tile) {
                        for row in start..<min(start + tile, count) {
                            for column in first..<min(first + tile, width) {
                                target[row * width + column] = base[column * stride + row]
                            }
                        }
                    }
                }
            }
        }
        return copy.block
    }
}

/// The threads that products share, one product at a time; kept asleep between them.
private enum ProductThreads {
    private struct Team: @unchecked Sendable {
        var threads = 0
        var team: OpaquePointer?
    }

    private static let team = Mutex(Team())

    static func run(_ step: scene_step) {
        nonisolated(unsafe) let step = step
        team.withLock { team in
            let wanted = BLAS.threadCount
            if team.threads != wanted || team.team == nil {
                if let old = team.team { scene_team_destroy(old) }
                team.team = scene_team_create(Int32(wanted)) ?? scene_team_create(1)
                team.threads = wanted
            }
            guard let team = team.team else { fatalError("out of memory") }
            withUnsafePointer(to: step) { scene_run(team, KernelVariant.best.lanes, $0, 1) }
        }
    }
}
