internal import RealModule
package import TensorKernels

// Shapes: T tokens, G genres, D width of both.

/// How much of a visual token each genre has (Genre and Duration, ICLR 2026, "genre-guided shot
/// representation"): a softmax over the similarities of the token with the vectors of the genres' sentences.
package struct GenreAffinity: Equatable, Sendable {
    /// What is compared before the softmax.
    package enum Rule: Hashable, Sendable {
        /// softmax(V G^T / sqrt(D)), as the paper prints it. With the widths and lengths of CLIP it is nearly
        /// uniform.
        case scaled
        /// softmax(cos(V, G) / temperature).
        case cosine(temperature: Float)
        /// 1 / G for each, whatever the token: a control.
        case uniform
    }

    /// [G, D].
    package let genres: Matrix
    package let rule: Rule
    /// Of each genre's vector.
    private let lengths: [Float]

    package init(genres: Matrix, rule: Rule) {
        precondition(genres.rows > 0 && genres.columns > 0, "a genre")
        if case .cosine(let temperature) = rule { precondition(temperature > 0, "a positive temperature") }
        self.genres = genres
        self.rule = rule
        lengths = (0..<genres.rows).map { Self.length(genres.row($0)) }
    }

    /// A row of A [G]: what each genre has of a token [D]. They add up to 1. Depends on nothing else, to the
    /// bit. O(G D).
    package func shares(of token: [Float]) -> [Float] {
        if rule == .uniform { return uniform(genres.rows) }
        return Self.softmax(similarities(token))
    }

    /// The same of one softmax over the token and the genres, as where the genres' vectors stand beside the
    /// token in one sequence: the token's own share, and those of the genres [G]. All add up to 1.
    package func sharesBeside(_ token: [Float]) -> (own: Float, genres: [Float]) {
        if rule == .uniform { return (1 / Float(genres.rows + 1), uniform(genres.rows + 1).dropLast()) }
        let length = Self.length(token)
        let own: Float =
            switch rule {
            case .cosine(let temperature): length > 0 ? 1 / temperature : 0
            default: length * length / Float(token.count).squareRoot()
            }
        let shares = Self.softmax([own] + similarities(token))
        return (shares[0], Array(shares.dropFirst()))
    }

    /// A G [N, D] of shares A [N, G]: each row's mixture of the genres' vectors.
    package func mixtures(_ shares: Matrix) -> Matrix {
        var mixtures = Matrix(rows: shares.rows, columns: genres.columns)
        multiplyInto(&mixtures, shares.block, genres.block)
        return mixtures
    }

    /// A G of one row of A.
    package func mixture(_ shares: [Float]) -> [Float] {
        precondition(shares.count == genres.rows, "a share for each genre")
        var mixture = [Float](repeating: 0, count: genres.columns)
        for (genre, share) in shares.enumerated() {
            for (column, value) in genres.row(genre).enumerated() { mixture[column] += share * value }
        }
        return mixture
    }

    /// Entropy of shares over that of equal ones, 0 to 1; shares that do not add up to 1 are scaled first.
    /// nil for zeros, which stand for a shot that shows nothing.
    package static func evenness(_ shares: [Float]) -> Double? {
        let sum = shares.reduce(0.0) { $0 + Double($1) }
        guard sum > 0, shares.count > 1 else { return nil }
        let entropy = shares.reduce(0.0) { entropy, share in
            let chance = Double(share) / sum
            return chance > 0 ? entropy - chance * Double.log(chance) : entropy
        }
        return min(1, entropy / Double.log(Double(shares.count)))
    }

    private func uniform(_ count: Int) -> [Float] { [Float](repeating: 1 / Float(count), count: count) }

    private func similarities(_ token: [Float]) -> [Float] {
        let products = rowProducts(genres, token)
        switch rule {
        case .scaled, .uniform:
            let scale = 1 / Float(token.count).squareRoot()
            return products.map { $0 * scale }
        case .cosine(let temperature):
            let length = Self.length(token)
            return zip(products, lengths).map { product, other in
                let both = length * other
                return both > 0 ? product / both / temperature : 0
            }
        }
    }

    private static func length(_ vector: [Float]) -> Float {
        Float(vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot())
    }

    private static func softmax(_ values: [Float]) -> [Float] {
        let top = values.max() ?? 0
        let weights = values.map { Double.exp(Double($0 - top)) }
        let sum = weights.reduce(0, +)
        return weights.map { Float($0 / sum) }
    }
}
