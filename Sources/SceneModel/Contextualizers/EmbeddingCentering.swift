package import TensorKernels

// Shapes: N parts, E width of the embeddings.

/// Embeddings as a contextualizer sees and predicts them: less the archive's mean, then 1 long.
///
/// The paper's are 1 long alone. Hand-made descriptors and some networks give vectors that share most of
/// their direction, so that all cosines are near 1; without the mean they spread over the sphere.
package struct EmbeddingCentering: Hashable, Sendable {
    /// [E].
    package let mean: [Float]

    package init(mean: [Float]) { self.mean = mean }

    /// The mean of all rows [N, E] that show something, each made 1 long. O(N E).
    package init(of films: [Matrix], width: Int) {
        var sums = [Double](repeating: 0, count: width)
        var count = 0
        for film in films {
            for row in 0..<film.rows {
                let values = film.row(row)
                guard let factor = Self.factor(values) else { continue }
                for column in sums.indices { sums[column] += Double(values[column] * factor) }
                count += 1
            }
        }
        mean = sums.map { Float($0 / Double(max(1, count))) }
    }

    /// E.
    package var width: Int { mean.count }

    /// The embedding 1 long, less the mean, 1 long again; nil for a part that shows nothing: zeros, or values
    /// that are no numbers.
    package func unit(_ embedding: [Float]) -> [Float]? {
        precondition(embedding.count == width, "an embedding of the archive's width")
        guard let factor = Self.factor(embedding) else { return nil }
        var values = embedding
        for column in values.indices { values[column] = values[column] * factor - mean[column] }
        guard let last = Self.factor(values) else { return nil }
        for column in values.indices { values[column] *= last }
        return values
    }

    /// 1 by the length; nil where there is none.
    private static func factor(_ values: [Float]) -> Float? {
        var square = 0.0
        for value in values { square += Double(value) * Double(value) }
        guard square.isFinite, square > 1e-24 else { return nil }
        return Float(1 / square.squareRoot())
    }
}
