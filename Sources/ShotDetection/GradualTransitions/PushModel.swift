/// How well a slide explains the pictures between two ends: the new picture pushes the old one out, covers
/// it, or comes to light as the old one slides away.
struct PushModel: Sendable {
    /// One way of sliding.
    struct Fit: Sendable {
        /// Unexplained share of the luma energy, mean over the samples.
        var residual: Float = 1
        /// Share of the width or height by which the picture moved, at each sample, for the best of the four
        /// directions.
        var progress: [Float] = []
    }

    /// Both pictures move.
    private(set) var push = Fit()
    /// The new picture moves in over the old one, or the old one away from over the new one: whichever fits
    /// better.
    private(set) var cover = Fit()

    /// - Complexity: about 100 passes over the half-size luma per sample; 0.1 ms in all. For candidates only.
    init(_ profile: GradualProfile, in history: SignatureHistory) {
        let a = history[profile.start].small.span
        let b = history[profile.end].small.span
        let energy = Float(ByteSums.squaredDifference(a, b, 0..<PictureSignature.lumaCount)) + 1
        // Ways of sliding by direction: push, cover, uncover for each of the four.
        var fits = [Fit](repeating: Fit(residual: 0, progress: []), count: 12)
        let share = 1 / (energy * Float(max(1, profile.indices.count)))
        for index in profile.indices {
            let f = history[index].small.span
            let found =
                Self.sideways(f, leaving: a, entering: b, mirrored: false)
                + Self.sideways(f, leaving: b, entering: a, mirrored: true)
                + Self.upright(f, leaving: a, entering: b, mirrored: false)
                + Self.upright(f, leaving: b, entering: a, mirrored: true)
            for way in fits.indices {
                fits[way].residual += Float(found[way].cost) * share
                fits[way].progress.append(found[way].moved)
            }
        }
        for way in fits.indices {
            if way % 3 == 0 {
                if push.progress.isEmpty || fits[way].residual < push.residual { push = fits[way] }
            } else if cover.progress.isEmpty || fits[way].residual < cover.residual {
                cover = fits[way]
            }
        }
    }

    /// The least cost found so far of one way of sliding, and how far things have moved there.
    private struct Best {
        var cost = Int32.max
        var place = 0

        mutating func offer(_ cost: Int32, at place: Int) {
            if cost < self.cost { (self.cost, self.place) = (cost, place) }
        }

        func found(of whole: Int, mirrored: Bool) -> (cost: Int32, moved: Float) {
            let share = Float(place) / Float(whole)
            return (cost, mirrored ? 1 - share : share)
        }
    }

    /// The best shifts of "left part of f is the right part of `first`, the rest the left part of `second`",
    /// and of the same where one of the two stands still: push, cover, uncover. With `mirrored`, `first` is
    /// the new picture, entering from the left, and the share counts down.
    private static func sideways(
        _ f: Span<UInt8>, leaving first: Span<UInt8>, entering second: Span<UInt8>, mirrored: Bool
    ) -> [(cost: Int32, moved: Float)] {
        let width = PictureSignature.lumaWidth
        // Costs of showing the old or the new picture, unmoved, column by column.
        var still = (first: [Int32](repeating: 0, count: width), second: [Int32](repeating: 0, count: width))
        for row in 0..<PictureSignature.lumaHeight {
            for column in 0..<width {
                let place = row * width + column
                let toFirst = Int32(f[place]) &- Int32(first[place])
                let toSecond = Int32(f[place]) &- Int32(second[place])
                still.first[column] &+= toFirst &* toFirst
                still.second[column] &+= toSecond &* toSecond
            }
        }
        var left = still.first.reduce(0, &+)
        var right: Int32 = 0
        var best = (push: Best(), onlySecond: Best(), onlyFirst: Best())
        for shift in 0...width {
            var leaving: Int32 = 0
            var entering: Int32 = 0
            for row in 0..<PictureSignature.lumaHeight {
                let line = row * width
                leaving &+= ByteSums.squaredDifference(f, line, first, line + shift, count: width - shift)
                entering &+= ByteSums.squaredDifference(f, line + width - shift, second, line, count: shift)
            }
            if shift > 0 {
                left &-= still.first[width - shift]
                right &+= still.second[width - shift]
            }
            best.push.offer(leaving &+ entering, at: shift)
            best.onlySecond.offer(left &+ entering, at: shift)
            best.onlyFirst.offer(leaving &+ right, at: shift)
        }
        return ordered(best.push, best.onlySecond, best.onlyFirst, of: width, mirrored)
    }

    /// The same with rows.
    private static func upright(
        _ f: Span<UInt8>, leaving first: Span<UInt8>, entering second: Span<UInt8>, mirrored: Bool
    ) -> [(cost: Int32, moved: Float)] {
        let width = PictureSignature.lumaWidth
        let height = PictureSignature.lumaHeight
        var best = (push: Best(), onlySecond: Best(), onlyFirst: Best())
        for shift in 0...height {
            let moved = shift * width
            let rest = (height - shift) * width
            let leaving = ByteSums.squaredDifference(f, 0, first, moved, count: rest)
            let entering = ByteSums.squaredDifference(f, rest, second, 0, count: moved)
            let above = ByteSums.squaredDifference(f, 0, first, 0, count: rest)
            let below = ByteSums.squaredDifference(f, rest, second, rest, count: moved)
            best.push.offer(leaving &+ entering, at: shift)
            best.onlySecond.offer(above &+ entering, at: shift)
            best.onlyFirst.offer(leaving &+ below, at: shift)
        }
        return ordered(best.push, best.onlySecond, best.onlyFirst, of: height, mirrored)
    }

    /// Push, cover, uncover: which of the two covers depends on which is the new one.
    private static func ordered(
        _ push: Best, _ onlySecond: Best, _ onlyFirst: Best, of whole: Int, _ mirrored: Bool
    ) -> [(cost: Int32, moved: Float)] {
        let ways = mirrored ? [push, onlyFirst, onlySecond] : [push, onlySecond, onlyFirst]
        return ways.map { $0.found(of: whole, mirrored: mirrored) }
    }
}
