/// How well "the new picture covers the old one from one side" explains the pictures between two ends.
struct WipeModel: Sendable {
    /// Unexplained share of the luma energy, mean over the samples; 0 for a perfect hard-edged wipe.
    private(set) var residual: Float = 1
    /// Covered share of the width or height at each sample, for the best of the four sides.
    private(set) var progress: [Float] = []

    /// - Complexity: two passes over the half-size luma per sample; about 1 us each.
    init(_ profile: GradualProfile, in history: SignatureHistory) {
        let width = PictureSignature.lumaWidth
        let height = PictureSignature.lumaHeight
        let a = history[profile.start].small.span
        let b = history[profile.end].small.span
        let energy = Float(ByteSums.squaredDifference(a, b, 0..<PictureSignature.lumaCount)) + 1
        var sums = [Float](repeating: 0, count: 4)
        var borders = [[Float]](repeating: [], count: 4)
        for index in profile.indices {
            let f = history[index].small.span
            var columnsA = [Float](repeating: 0, count: width)
            var columnsB = columnsA
            var rowsA = [Float](repeating: 0, count: height)
            var rowsB = rowsA
            for row in 0..<height {
                for column in 0..<width {
                    let place = row * width + column
                    let toA = Float(Int32(f[place]) - Int32(a[place]))
                    let toB = Float(Int32(f[place]) - Int32(b[place]))
                    columnsA[column] += toA * toA
                    columnsB[column] += toB * toB
                    rowsA[row] += toA * toA
                    rowsB[row] += toB * toB
                }
            }
            let fits = [
                Self.border(new: columnsB, old: columnsA),
                Self.border(new: columnsB.reversed(), old: columnsA.reversed()),
                Self.border(new: rowsB, old: rowsA),
                Self.border(new: rowsB.reversed(), old: rowsA.reversed()),
            ]
            for side in 0..<4 {
                sums[side] += fits[side].cost / energy
                borders[side].append(fits[side].share)
            }
        }
        var best = 0
        for side in 1..<4 where sums[side] < sums[best] { best = side }
        residual = sums[best] / Float(max(1, profile.indices.count))
        progress = borders[best]
    }

    /// Least cost of "lines before the border show the new picture, the rest the old", and the border's
    /// share.
    private static func border(new: [Float], old: [Float]) -> (cost: Float, share: Float) {
        var cost = old.reduce(0, +)
        var best = cost
        var place = 0
        for line in new.indices {
            cost += new[line] - old[line]
            if cost < best {
                best = cost
                place = line + 1
            }
        }
        return (best, Float(place) / Float(new.count))
    }
}
