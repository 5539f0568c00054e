internal import SceneSegmentation

/// Pairwise cosine distances of a few vectors of one length, each of which has a direction (`hasDirection`).
struct CosineDistances: Sendable {
    /// Number of vectors, n.
    private(set) var count = 0
    /// n x n, row by row, symmetric, diagonal 0, each in 0...2.
    private(set) var values: [Float] = []

    private var scales: [Float] = []

    /// Measures the embeddings of `parts` at `positions`; O(n^2 D). All must be of one length.
    ///
    /// - Parameters:
    ///   - parts: hold the embeddings.
    ///   - positions: in `parts`.
    ///   - cue: which of a part's embeddings; 0 is the encoder's.
    mutating func measure(_ parts: [EncodedPart], at positions: [Int], cue: Int = 0) {
        count = positions.count
        values.removeAll(keepingCapacity: true)
        values.append(contentsOf: repeatElement(0, count: count * count))
        scales.removeAll(keepingCapacity: true)
        for position in positions {
            let embedding = parts[position].embedding(ofCue: cue)
            scales.append(1 / Self.squaredLength(embedding).squareRoot())
        }
        for row in 0..<count {
            for column in 0..<row {
                let first = parts[positions[row]].embedding(ofCue: cue)
                let second = parts[positions[column]].embedding(ofCue: cue)
                let product = Self.dot(first.span, second.span)
                let distance = 1 - min(max(product * scales[row] * scales[column], -1), 1)
                values[row * count + column] = distance
                values[column * count + row] = distance
            }
        }
    }

    /// Whether `vector` is finite and its length neither vanishes nor overflows.
    static func hasDirection(_ vector: [Float]) -> Bool {
        let squared = squaredLength(vector)
        return squared.isFinite && squared > .leastNormalMagnitude
    }

    private static func squaredLength(_ vector: [Float]) -> Float { dot(vector.span, vector.span) }

    /// Two accumulators of eight lanes: one strict chain of additions would not vectorise, nor would eight
    /// checked loads (0.49 ns an element instead of 0.06). The loop's bounds are the check.
    private static func dot(_ a: Span<Float>, _ b: Span<Float>) -> Float {
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
            a[unchecked: i], a[unchecked: i &+ 1], a[unchecked: i &+ 2], a[unchecked: i &+ 3],
            a[unchecked: i &+ 4], a[unchecked: i &+ 5], a[unchecked: i &+ 6], a[unchecked: i &+ 7])
    }
}
