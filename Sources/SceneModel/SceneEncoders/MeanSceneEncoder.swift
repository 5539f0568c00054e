package import SceneSegmentation

/// Describes a scene by the mean of its parts: each embedding made as long as the others, weighted by how
/// long the part is seen, and the sum made as long as 1. No weights, no training.
///
/// Without the equal lengths, encoders whose vectors differ in length would let a few parts speak for all.
/// Without the weights by time, the vector would hang on how long shots are split, and on a burst of short
/// shots; with them, a scene that is cut otherwise but shows the same has the same vector. Parts that show
/// nothing do not count.
package struct MeanSceneEncoder: SceneEncoder {
    package let name = "mean-1"

    package init() {}

    package func dimension(embeddings width: Int) -> Int { width }

    /// Sums in Double, in order. O(parts x width).
    package func encode(_ parts: [ScenePart], width: Int) -> [Float] {
        var sum = [Double](repeating: 0, count: width)
        for part in parts {
            precondition(part.embedding.count == width, "embeddings of equal width")
            let length = Self.length(part.embedding.lazy.map(Double.init))
            guard length > 0, length.isFinite else { continue }
            for (place, value) in part.embedding.enumerated() {
                sum[place] += Double(value) * (part.seconds / length)
            }
        }
        let length = Self.length(sum)
        guard length > 0, length.isFinite else { return [Float](repeating: 0, count: width) }
        return sum.map { Float($0 / length) }
    }

    /// Euclidean.
    static func length(_ values: some Sequence<Double>) -> Double {
        values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
}
