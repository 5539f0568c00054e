import Timeline

/// The numbers a hard-cut verdict is passed on. Each compares the near side (before the candidate) with the
/// far side.
struct HardCutFeatures: Sendable {
    /// Names in the order of `values`; the training script writes them into the weights file.
    static let names =
        [
            "luma", "chroma", "overMedian", "overNeighbours", "overBefore", "overAfter", "likeness", "spread",
            "likenessSoon", "likenessLater", "likenessLate", "chromaSoon", "chromaLater", "chromaLate",
            "lumaSoon",
            "lumaLater", "lumaLate", "nearCalm", "farCalm", "farCalmLate", "meanChange", "contrastNear",
            "contrastFar",
            "rivals", "plainLikeness",
        ] + detailNames

    let values: [Float]

    /// Seconds after the candidate at which the far side is looked at: soon (a flash is still on), later,
    /// late.
    private static let farTimes: [[Double]] = [
        [0, 0.04, 0.08, 0.12], [0.18, 0.26, 0.34], [0.44, 0.54, 0.64, 0.74],
    ]
    /// Seconds before the last picture of the near side.
    private static let nearTimes: [Double] = [0, 0.08, 0.2, 0.4]

    /// - Complexity: about 45 comparisons of likeness and 17 matches of blocks, 0.5 ms; only ever paid at a
    ///   candidate.
    init(of cut: Int, in history: SignatureHistory) {
        let far = history[cut]
        let near = history[cut - 1]
        var values: [Float] = []
        values.reserveCapacity(Self.names.count)
        let strength = far.difference
        let floor: Float = 0.5

        func ratio(_ other: Float) -> Float { Logarithm.natural((strength + floor) / (other + floor)) }

        values.append(Logarithm.natural(1 + far.lumaDifference))
        values.append(Logarithm.natural(1 + far.chromaDifference))

        let first = max(history.index(before: cut, seconds: 0.34), history.firstIndex + 1)
        let last = history.index(after: cut, seconds: 0.34)
        var others: [Float] = []
        var before: Float = 0
        var after: Float = 0
        if first <= last {
            for index in first...last where index != cut {
                let difference = history[index].difference
                if index < cut { before = max(before, difference) } else { after = max(after, difference) }
                if difference > Self.duplicate { others.append(difference) }
            }
        }
        others.sort()
        values.append(ratio(others.isEmpty ? 0 : others[others.count / 2]))
        var neighbors: Float = 0
        let nearby = history.neighbors(of: cut).clamped(to: (history.firstIndex + 1)...(history.endIndex - 1))
        for index in nearby.clamped(to: (cut - 2)...(cut + 2)) where index != cut {
            neighbors = max(neighbors, history[index].difference)
        }
        values.append(ratio(neighbors))
        values.append(ratio(before))
        values.append(ratio(after))
        values.append(Likeness.shifted(near, far))
        values.append(Self.spread(near, far))

        var likeness: [Float] = []
        var chroma: [Float] = []
        var luma: [Float] = []
        let nearIndices = Self.nearTimes.map { history.index(before: cut - 1, seconds: $0) }
        for times in Self.farTimes {
            var bestLikeness: Float = -1
            var leastChroma: Float = 255
            var leastLuma: Float = 255
            var lastSeen = -1
            for time in times {
                let index = history.index(after: cut, seconds: time)
                if index == lastSeen { continue }
                lastSeen = index
                let there = history[index]
                var lastNear = -1
                for nearIndex in nearIndices where nearIndex != lastNear {
                    lastNear = nearIndex
                    let here = history[nearIndex]
                    bestLikeness = max(bestLikeness, Likeness.shifted(here, there))
                    leastChroma = min(leastChroma, Likeness.chromaDistance(here, there))
                    leastLuma = min(leastLuma, Likeness.lumaDistance(here, there))
                }
            }
            likeness.append(bestLikeness)
            chroma.append(Logarithm.natural(1 + leastChroma))
            luma.append(Logarithm.natural(1 + leastLuma))
        }
        values += likeness
        values += chroma
        values += luma

        let nearPast = history[history.index(before: cut - 1, seconds: 0.2)]
        let farSoon = history[history.index(after: cut, seconds: 0.12)]
        let farLate = history[history.index(after: cut, seconds: 0.42)]
        values.append(Likeness.shifted(near, nearPast))
        values.append(Likeness.shifted(far, farSoon))
        values.append(Likeness.shifted(farSoon, farLate))
        values.append(abs(far.mean - near.mean) / 64)
        values.append(Logarithm.natural(1 + near.contrast))
        values.append(Logarithm.natural(1 + far.contrast))

        let wideFirst = max(history.index(before: cut, seconds: 0.76), history.firstIndex + 1)
        let wideLast = history.index(after: cut, seconds: 0.76)
        var rivals: Float = 0
        if wideFirst <= wideLast {
            for index in wideFirst...wideLast where index != cut && history[index].difference > 0.5 * strength
            {
                rivals += 1
            }
        }
        values.append(Logarithm.natural(1 + rivals))
        values.append(Likeness.shifted(near, far, reach: 0))
        values += Self.details(of: cut, in: history)
        self.values = values
    }

    /// Whether the colors of both sides lie wholly apart, stay apart, and nothing else happens around.
    ///
    /// Drawings and plain colors that are alike but for that are rare in films, and the network takes the
    /// change for a light. Of such candidates in 278 composed films 98 in 100 are cuts; most others are
    /// captions that fill the picture.
    var changesColor: Bool {
        Self.chromaPlaces.allSatisfy { values[$0] >= Self.otherColor } && values[Self.rivalsPlace] == 0
    }

    private static let chromaPlaces = ["chroma", "chromaSoon", "chromaLater", "chromaLate"].map(place)
    private static let rivalsPlace = place("rivals")
    /// 8-bit steps of chroma, as the features hold them.
    private static let otherColor = Logarithm.natural(1 + 24)

    private static func place(_ name: String) -> Int {
        guard let place = names.firstIndex(of: name) else { preconditionFailure("no feature \(name)") }
        return place
    }

    /// Differences below this are repeats of a picture, not motion; in 8-bit steps.
    static let duplicate: Float = 0.15

    /// Median over mean of the luma differences of 8 x 6 blocks: near 1 when the whole picture changed, near
    /// 0 when a part of it did.
    private static func spread(_ a: PictureSignature, _ b: PictureSignature) -> Float {
        let width = PictureSignature.lumaWidth
        let x = a.small.span
        let y = b.small.span
        var sums: [Float] = []
        sums.reserveCapacity(48)
        for blockRow in 0..<6 {
            for blockColumn in 0..<8 {
                var sum: Int32 = 0
                for row in 0..<3 {
                    let start = (blockRow * 3 + row) * width + blockColumn * 4
                    sum &+= ByteSums.absoluteDifference(x, y, start..<(start + 4))
                }
                sums.append(Float(sum))
            }
        }
        let total = sums.reduce(0, +)
        sums.sort()
        return total > 0 ? sums[sums.count / 2] * Float(sums.count) / total : 0
    }
}
