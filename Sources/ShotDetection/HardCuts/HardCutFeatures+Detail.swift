import Timeline

/// What the details and the tones of both sides say.
extension HardCutFeatures {
    static let detailNames = [
        "match", "matchBefore", "matchAfter", "matchEarlier", "matchThen", "matchSoon", "matchLater",
        "matchLate",
        "tonesLuma", "tonesChroma", "tonesOverBefore", "tonesOverAfter", "tonesSoon", "tonesLater",
        "tonesLate", "still", "stillSoon", "stillLate",
    ]

    /// Seconds before the last picture of the near side, and after the first of the far one, of the pairs
    /// compared.
    private static let pairs: [(near: [Double], far: [Double])] = [
        ([0, 0.08], [0.04, 0.12]), ([0, 0.2], [0.2, 0.34]), ([0, 0.2], [0.5, 0.74]),
    ]

    /// The share of the picture that stays as it was: at once, and from well before to soon and late after.
    /// Words, graphics and figures that jump leave a place behind.
    private static func still(of cut: Int, in history: SignatureHistory) -> [Float] {
        let near = cut - 1
        let past = history[history.index(before: near, seconds: 0.2)]
        return [
            Likeness.unchanged(history[near], history[cut]),
            Likeness.unchanged(past, history[history.index(after: cut, seconds: 0.2)]),
            Likeness.unchanged(past, history[history.index(after: cut, seconds: 0.54)]),
        ]
    }

    /// The values of `detailNames`.
    ///
    /// - Complexity: 17 matches of blocks, 0.4 ms; for candidates only.
    static func details(of cut: Int, in history: SignatureHistory) -> [Float] {
        var known: [Int: PictureDetail] = [:]
        func match(_ from: Int, _ to: Int) -> Float {
            if from == to { return 1 }
            for index in [from, to] where known[index] == nil {
                known[index] = PictureDetail(of: history[index].picture)
            }
            guard let source = known[from], let picture = known[to] else { return 0 }
            return BlockMatch.share(of: picture, in: source)
        }
        func tones(_ a: Int, _ b: Int) -> Float {
            let distance = ToneDistance.between(history[a], history[b])
            return distance.luma + 2 * distance.chroma
        }
        let near = cut - 1
        // A picture that is shown for long is its own neighbor.
        let oldest = history.neighbors(of: near).lowerBound
        let newest = history.neighbors(of: cut).upperBound
        func numbered(_ index: Int) -> Int { min(max(index, oldest), newest) }
        // At high rates every second picture: each may be shown twice.
        let step = 1 + near - history.index(before: near, seconds: 0.03)
        var values = [
            (near, cut), (near - step, near), (cut, cut + step), (near - 2 * step, near - step),
            (cut + step, cut + 2 * step),
        ]
        .map { match(numbered($0), numbered($1)) }
        var tonesApart: [Float] = []
        for (nearTimes, farTimes) in pairs {
            var best: Float = -1
            var least: Float = 1000
            var seen: [(Int, Int)] = []
            for nearTime in nearTimes {
                for farTime in farTimes {
                    let pair = (
                        history.index(before: near, seconds: nearTime),
                        history.index(after: cut, seconds: farTime)
                    )
                    if seen.contains(where: { $0 == pair }) { continue }
                    seen.append(pair)
                    best = max(best, match(pair.0, pair.1))
                    least = min(least, tones(pair.0, pair.1))
                }
            }
            values.append(best)
            tonesApart.append(Logarithm.natural(1 + least))
        }
        let apart = ToneDistance.between(history[near], history[cut])
        let now = apart.luma + 2 * apart.chroma
        var most: (before: Float, after: Float) = (0, 0)
        for index in stride(from: near, to: max(near - 4 * step, oldest + step - 1), by: -step) {
            most.before = max(most.before, tones(index - step, index))
        }
        for index in stride(from: cut + step, to: min(cut + 4 * step, newest) + 1, by: step) {
            most.after = max(most.after, tones(index - step, index))
        }
        values.append(Logarithm.natural(1 + apart.luma))
        values.append(Logarithm.natural(1 + apart.chroma))
        values.append(Logarithm.natural((now + 0.3) / (most.before + 0.3)))
        values.append(Logarithm.natural((now + 0.3) / (most.after + 0.3)))
        return values + tonesApart + still(of: cut, in: history)
    }
}
