/// How well "the new picture pushes the old one out" explains the pictures between two ends.
struct PushModel: Sendable {
    /// Unexplained share of the luma energy, mean over the samples.
    private(set) var residual: Float = 1
    /// Share of the width or height by which the pictures moved, at each sample, for the best of the four directions.
    private(set) var progress: [Float] = []

    /// - Complexity: about 100 passes over the half-size luma per sample; 0.1 ms in all. For candidates only.
    init(_ profile: GradualProfile, in history: SignatureHistory) {
        let a = history[profile.start].small.span
        let b = history[profile.end].small.span
        let energy = Float(ByteSums.squaredDifference(a, b, 0..<PictureSignature.lumaCount)) + 1
        var sums = [Float](repeating: 0, count: 4)
        var shifts = [[Float]](repeating: [], count: 4)
        for index in profile.indices {
            let f = history[index].small.span
            let fits = [
                Self.sideways(f, leaving: a, entering: b, mirrored: false),
                Self.sideways(f, leaving: b, entering: a, mirrored: true),
                Self.upright(f, leaving: a, entering: b, mirrored: false),
                Self.upright(f, leaving: b, entering: a, mirrored: true),
            ]
            for side in 0..<4 {
                sums[side] += fits[side].cost / energy
                shifts[side].append(fits[side].share)
            }
        }
        var best = 0
        for side in 1..<4 where sums[side] < sums[best] { best = side }
        residual = sums[best] / Float(max(1, profile.indices.count))
        progress = shifts[best]
    }

    /// The best shift of "left part of f is the right part of `first`, the rest the left part of `second`". With
    /// `mirrored`, `first` is the new picture, entering from the left, and the share counts down.
    private static func sideways(
        _ f: Span<UInt8>, leaving first: Span<UInt8>, entering second: Span<UInt8>, mirrored: Bool
    ) -> (cost: Float, share: Float) {
        let width = PictureSignature.lumaWidth
        var best = Int32.max
        var place = 0
        for shift in 0...width {
            var cost: Int32 = 0
            for row in 0..<PictureSignature.lumaHeight {
                let line = row * width
                cost &+= ByteSums.squaredDifference(f, line, first, line + shift, count: width - shift)
                cost &+= ByteSums.squaredDifference(f, line + width - shift, second, line, count: shift)
            }
            if cost < best {
                best = cost
                place = shift
            }
        }
        let share = Float(place) / Float(width)
        return (Float(best), mirrored ? 1 - share : share)
    }

    /// The same with rows.
    private static func upright(
        _ f: Span<UInt8>, leaving first: Span<UInt8>, entering second: Span<UInt8>, mirrored: Bool
    ) -> (cost: Float, share: Float) {
        let width = PictureSignature.lumaWidth
        let height = PictureSignature.lumaHeight
        var best = Int32.max
        var place = 0
        for shift in 0...height {
            let moved = shift * width
            let rest = (height - shift) * width
            let cost =
                ByteSums.squaredDifference(f, 0, first, moved, count: rest)
                &+ ByteSums.squaredDifference(f, rest, second, 0, count: moved)
            if cost < best {
                best = cost
                place = shift
            }
        }
        let share = Float(place) / Float(height)
        return (Float(best), mirrored ? 1 - share : share)
    }
}
