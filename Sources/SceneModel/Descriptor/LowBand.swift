internal import Glibc
internal import Timeline

/// The low band of a picture's luma under a cosine transform: where light and dark lie, coarse as a squint.
enum LowBand {
    /// The active area is averaged into `side` x `side` cells first.
    private static let side = 16

    /// basis[u * side + i]: orthonormal cosine u at cell i.
    private static let basis: [Float] = {
        var basis: [Float] = []
        for u in 0..<8 {
            let scale = (u == 0 ? 1.0 : 2.0) / Double(side)
            for i in 0..<side {
                basis.append(
                    Float(scale.squareRoot() * cos(Double.pi * Double(u) * (Double(i) + 0.5) / Double(side))))
            }
        }
        return basis
    }()

    /// Adds the 8 x 8 band of `planes`, row by row with the mean first, to `band` (64 values). The squared
    /// length of a band is at most the mean square of the picture, whose white is 1.
    static func add(_ planes: Span<UInt8>, _ area: ActiveArea, to band: inout [Float]) {
        let cells = averages(planes, area)
        let basis = basis
        // Columns first: 8 x side, then rows: 8 x 8.
        var half = [128 of Float](repeating: 0)
        for u in 0..<8 {
            for i in 0..<side {
                let factor = basis[u * side + i]
                for j in 0..<side { half[u * side + j] += factor * cells[i * side + j] }
            }
        }
        for u in 0..<8 {
            for v in 0..<8 {
                var sum: Float = 0
                for j in 0..<side { sum += basis[v * side + j] * half[u * side + j] }
                band[u * 8 + v] += sum * (1 / Float(side))
            }
        }
    }

    /// Mean luma, 0...1, of each cell; cell edges fall on whole samples.
    private static func averages(_ planes: Span<UInt8>, _ area: ActiveArea) -> [256 of Float] {
        var cells = [256 of Float](repeating: 0)
        let height = 2 * area.rows.count
        let width = 2 * area.columns.count
        for i in 0..<side {
            let top = 2 * area.rows.lowerBound + i * height / side
            let bottom = 2 * area.rows.lowerBound + (i + 1) * height / side
            for j in 0..<side {
                let left = 2 * area.columns.lowerBound + j * width / side
                let right = 2 * area.columns.lowerBound + (j + 1) * width / side
                var sum = 0
                for y in top..<bottom {
                    for x in left..<right { sum &+= Int(planes[y * AnalysisPicture.width + x]) }
                }
                cells[i * side + j] = Float(sum) / Float(255 * (bottom - top) * (right - left))
            }
        }
        return cells
    }
}
