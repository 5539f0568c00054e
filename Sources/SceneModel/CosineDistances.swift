internal import SceneSegmentation

/// Pairwise cosine distances of a few vectors of one length.
///
/// A vector without direction (all zero, or not finite) is at distance 0 of another such vector and at distance 1 of
/// every other: two black parts belong together, and black says nothing about the rest.
struct CosineDistances: Sendable {
    /// Number of vectors, n.
    private(set) var count = 0
    /// n x n, row by row, symmetric, diagonal 0, each in 0...2.
    private(set) var values: [Float] = []

    private var scales: [Float] = []

    /// Measures `vectors[range]`; O(n^2 D). All must be of one length.
    mutating func measure(_ parts: [EncodedPart], _ range: Range<Int>) {
        count = range.count
        values.removeAll(keepingCapacity: true)
        values.append(contentsOf: repeatElement(0, count: count * count))
        scales.removeAll(keepingCapacity: true)
        for part in parts[range] {
            let squared = Self.dot(part.embedding.span, part.embedding.span)
            scales.append(squared.isFinite && squared > .leastNormalMagnitude ? 1 / squared.squareRoot() : 0)
        }
        for row in 0..<count {
            for column in 0..<row {
                let distance = distance(parts[range.lowerBound + row], row, parts[range.lowerBound + column], column)
                values[row * count + column] = distance
                values[column * count + row] = distance
            }
        }
    }

    /// Mean over all pairs; 0 for fewer than two vectors.
    var mean: Float {
        guard count > 1 else { return 0 }
        var sum: Float = 0
        for value in values { sum += value }
        return sum / Float(count * (count - 1))
    }

    private func distance(_ a: EncodedPart, _ aIndex: Int, _ b: EncodedPart, _ bIndex: Int) -> Float {
        let scale = scales[aIndex] * scales[bIndex]
        guard scale > 0 else { return scales[aIndex] == scales[bIndex] ? 0 : 1 }
        let cosine = Self.dot(a.embedding.span, b.embedding.span) * scale
        return 1 - min(max(cosine, -1), 1)
    }

    /// Two accumulators of eight lanes: one strict chain of additions would not vectorise.
    static func dot(_ a: Span<Float>, _ b: Span<Float>) -> Float {
        precondition(a.count == b.count, "embeddings of one length")
        var first = SIMD8<Float>.zero
        var second = SIMD8<Float>.zero
        var index = 0
        while index &+ 16 <= a.count {
            first += load(a, index) * load(b, index)
            second += load(a, index &+ 8) * load(b, index &+ 8)
            index &+= 16
        }
        var sum = (first + second).sum()
        while index < a.count {
            sum += a[index] * b[index]
            index &+= 1
        }
        return sum
    }

    @inline(__always)
    private static func load(_ a: Span<Float>, _ i: Int) -> SIMD8<Float> {
        SIMD8(
            a[i], a[i &+ 1], a[i &+ 2], a[i &+ 3], a[i &+ 4], a[i &+ 5], a[i &+ 6], a[i &+ 7])
    }
}
